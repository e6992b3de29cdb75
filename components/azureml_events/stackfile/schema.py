"""The JSON Schema of stack files, for editors and for the documentation."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue, models_json_schema
from pydantic_core.core_schema import ModelSchema

from azureml_events.base.descriptions import descriptions
from azureml_events.base.model import Declaration, constraints_of
from azureml_events.base.names import ENTRY_KEY, WORKSPACE_KEY, NameForm
from azureml_events.handlers import HANDLERS
from azureml_events.stack.defaults import Defaults
from azureml_events.stack.parse import SECTIONS
from azureml_events.stack.subscription import Subscription
from azureml_events.stack.workspace import Workspace
from azureml_events.stackfile.reader import NAMESPACE

_REF = "#/$defs/{model}"
_PULUMI = {
    "secretsprovider": "How Pulumi encrypts secrets; written by Pulumi.",
    "encryptedkey": "The stack's encrypted key; written by Pulumi.",
    "encryptionsalt": "The salt of the stack's passphrase; written by Pulumi.",
    "environment": "The ESC environments that are merged in.",
}


def stack_file_schema() -> dict[str, Any]:
    """Make the JSON Schema of a stack file."""
    models: list[type[BaseModel]] = [Workspace, Subscription, Defaults, *HANDLERS.values()]
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [(model, "validation") for model in models]
    _, definitions = models_json_schema(wanted, schema_generator=_Untitled, ref_template=_REF)
    del definitions["$defs"]["Handler"]  # a stack file names its handlers, it does not hold them
    handlers = [{"$ref": _REF.format(model=model.__name__)} for model in HANDLERS.values()]
    sections = {
        "workspaces": _entries("The workspaces by name.", WORKSPACE_KEY, {"$ref": _REF.format(model="Workspace")}),
        "handlers": _entries("The handlers by name.", ENTRY_KEY, {"oneOf": handlers, "required": ["type"]}),
        "subscriptions": _entries("The subscriptions by name.", ENTRY_KEY, {"$ref": _REF.format(model="Subscription")}),
        "defaults": {"$ref": _REF.format(model="Defaults")},
    }
    needed = "workspaces"
    sections[needed]["minProperties"] = 1
    others = "|".join(f"{section}$" for section in SECTIONS)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Stack file of azureml-events",
        "type": "object",
        "required": ["config"],
        "properties": {
            "config": {
                "type": "object",
                "properties": {
                    f"{prefix}{section}": {"$ref": f"#/$defs/{section}"}
                    for prefix in (f"{NAMESPACE}:", "")
                    for section in SECTIONS
                },
                "anyOf": [{"required": [f"{NAMESPACE}:{needed}"]}, {"required": [needed]}],
                "patternProperties": {f"^({NAMESPACE}:|(?!.*:))(?!{others})": False},
            },
            **{name: {"description": description} for name, description in _PULUMI.items()},
        },
        "$defs": {**definitions["$defs"], **sections},
    }


def declaration_schema(declaration: type[Declaration]) -> dict[str, Any]:
    """Make the JSON Schema of a declaration that holds no other ones."""
    form = declaration.model_json_schema(schema_generator=_Untitled)
    _tidy(form)
    del form["title"]
    return form


def _entries(description: str, form: NameForm, entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": description,
        "type": "object",
        "propertyNames": {"pattern": f"^{form.pattern}$"},
        "additionalProperties": entry,
    }


class _Untitled(GenerateJsonSchema):
    """A generator that leaves out the titles that repeat names, and the line breaks of docstrings."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        del schema
        return False

    def model_schema(self, schema: ModelSchema) -> JsonSchemaValue:
        form = super().model_schema(schema)
        model = schema["cls"]
        if issubclass(model, Declaration):
            _add(form, [*(each.schema() for each in constraints_of(model)), *model.schema_rules()])
        written = vars(model).get("__doc__")
        if written:
            form["description"] = cleandoc(written)
        for name, description in descriptions(model).items():
            field = model.model_fields.get(name)
            if field is not None:
                form["properties"][field.alias or name]["description"] = description
        return form

    def generate_definitions(self, inputs: Any) -> Any:
        schemas, definitions = super().generate_definitions(inputs)
        for definition in definitions.values():
            _tidy(definition)
            definition.pop("title", None)
        return schemas, definitions


def _add(form: JsonSchemaValue, rules: list[JsonSchemaValue]) -> None:
    """Add rules to a model's schema; one that says the values of a single field narrows that field's own schema."""
    beside = []
    for rule in rules:
        (name, narrowed), *others = rule.get("properties", {"": {}}).items()
        if others or rule.keys() != {"properties"} or "not" in narrowed:
            beside.append(rule)
        else:
            form["properties"][name] |= narrowed
    if beside:
        form["allOf"] = beside


def _tidy(schema: Any) -> None:
    if isinstance(schema, dict):
        description = schema.get("description")
        if isinstance(description, str):
            schema["description"] = " ".join(description.split("\n\n", maxsplit=1)[0].split())
        if {"type": "null"} in schema.get("anyOf", ()):
            schema["anyOf"].remove({"type": "null"})
            schema.pop("default", None)
            if len(schema["anyOf"]) == 1:
                schema |= {**schema.pop("anyOf")[0], **schema}
        for value in schema.values():
            _tidy(value)
    elif isinstance(schema, list):
        for value in schema:
            _tidy(value)
