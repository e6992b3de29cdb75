// Parses and binds KQL files with Microsoft's own parser; prints what it finds as JSON, by file.
//
//   NODE_PATH=.venv-tools/node_modules node bind_queries.js TABLE "(column: type, …)" FILE …
const { readFileSync } = require("node:fs");
require("@kusto/language-service-next/bridge.js");
require("@kusto/language-service-next/Kusto.Language.Bridge.js");

const { GlobalState, KustoCode, Symbols } = globalThis.Kusto.Language;
const [name, schema, ...files] = process.argv.slice(2);
const table = new Symbols.TableSymbol.$ctor7(name, schema, null);
const database = new Symbols.DatabaseSymbol.$ctor1("logs", [table]);
const globals = GlobalState.Default.WithDatabase(database);

const found = (file) => {
  const diagnostics = KustoCode.ParseAndAnalyze(readFileSync(file, "utf8"), globals).GetDiagnostics();
  return Array.from({ length: diagnostics.Count }, (_, index) => diagnostics.getItem(index).Message);
};
console.log(JSON.stringify(Object.fromEntries(files.map((file) => [file, found(file)]))));
