"""Generators of a stack file's entries as they are written, with members added, dropped and swapped.

The right entries are those of the accepted cases and of the stacks, and what the declarations' own strategies make.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from azureml_events.base.model import Declaration
from azureml_events.base.values import Secret
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.stack.subscription import Subscription
from azureml_events.stackfile.reader import NAMESPACE, parse_stack_file
from azureml_events.stackfile.schema import stack_file_schema
from azureml_events.stackfile.yaml_document import EncryptedNode
from declaration_strategies import ENDPOINT_STRATEGIES, SUBSCRIPTIONS
from hypothesis import strategies as st
from stack_texts import CASES, WORKFLOW_HANDLERS, filled

Entry = tuple[str, dict[str, Any]]
"""A section, and an entry of it; `defaults` is an entry itself."""

DEFINITIONS: dict[str, Any] = stack_file_schema()["$defs"]


def plain(value: object) -> Any:
    """Write a value of a declaration, or of a stack file, as an editor sees it in a stack file."""
    if isinstance(value, (Secret, EncryptedNode)):
        return {"secure": "v1:hush"}
    if isinstance(value, Declaration):
        return {name: plain(inner) for name, inner in value.given().items() if inner is not None}
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def schema_of(section: str) -> dict[str, Any]:
    """The schema of a section's entries, without the definitions."""
    whole: dict[str, Any] = DEFINITIONS[section]
    entry: dict[str, Any] = whole.get("additionalProperties", whole)
    return entry


def _kept_entries() -> Iterator[Entry]:
    texts = [filled(case["text"]) for case in yaml.safe_load((CASES / "accepted.yaml").read_text("utf-8"))]
    texts += [path.read_text("utf-8") for path in Path(__file__).parents[1].glob("stacks/Pulumi.*.yaml")]
    for text in texts:
        for key, given in plain(parse_stack_file(text).config).items():
            section = key.removeprefix(f"{NAMESPACE}:")
            entries = [given] if section == "defaults" else given.values() if section in DEFINITIONS else ()
            yield from ((section, entry) for entry in entries)
    yield from (("handlers", yaml.safe_load(text)) for text in WORKFLOW_HANDLERS.values())


def _maps(given: object, schema: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], Mapping[str, Any]]]:
    """Yield every map in a value, each with the fields that its schema knows."""
    schema = _resolved(given, schema)
    if isinstance(given, dict):
        known = schema.get("properties", {})
        yield given, known
        for name, inner in given.items():
            yield from _maps(inner, known.get(name, schema.get("additionalProperties") or {}))
    for item in given if isinstance(given, list) else ():
        yield from _maps(item, schema.get("items", {}))


def fields_never_given() -> set[str]:
    """Find the fields that the schema knows in the kept entries' maps and that no kept entry has."""
    maps = (each for section, entry in KEPT for each in _maps(entry, schema_of(section)))
    return {name for _, known in maps for name in known if (name,) not in VALUES}


def _resolved(given: object, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(given, dict) and "type" in given and "oneOf" in schema and "required" in schema:
        return dict(DEFINITIONS.get(str(given["type"]), {}))
    if "$ref" in schema:
        return _resolved(given, DEFINITIONS[schema["$ref"].rpartition("/")[2]])
    forms = [_resolved(given, form) for form in schema.get("anyOf", ())]
    return next((form for form in forms if _fits(given, form)), schema)


def _fits(given: object, schema: Mapping[str, Any]) -> bool:
    kinds = {"object": dict, "array": list, "string": str}
    return isinstance(given, kinds.get(schema.get("type", ""), ()))


def _with_a_new_field() -> Iterator[Entry]:
    """Yield the kept entries that have a field which no earlier one of their kind has."""
    seen: dict[tuple[str, str], set[tuple[object, str]]] = defaultdict(set)
    for section, entry in _kept_entries():
        fields = {(tuple(known), name) for given, known in _maps(entry, schema_of(section)) for name in given}
        kind = seen[section, entry.get("type", "")]
        if not fields <= kind:
            kind |= fields
            yield section, entry


KEPT = list(_with_a_new_field())
"""Entries that are right: each kind, with each field in one of them."""


def _values() -> dict[tuple[str, ...], list[Any]]:
    """Collect what the kept entries give, by field name, and by field name with the fields beside it."""
    values: dict[tuple[str, ...], list[Any]] = defaultdict(list)
    for section, entry in KEPT:
        for given, known in _maps(entry, schema_of(section)):
            for name, value in given.items():
                for key in ((name,), (name, *known)):
                    more = [True, False] if isinstance(value, bool) else [value]
                    values[key] += [each for each in more if each not in values[key]]
    return dict(values)


VALUES = _values()
"""The values that the kept entries have, by field name, and by field name with the fields beside it."""


def _values_of(name: str, known: Iterable[str]) -> list[Any]:
    return VALUES.get((name, *known)) or VALUES.get((name,), [])


MOST_VALUES = 3
"""Values of a field that are tried in each place."""

ODD_VALUES: list[Any] = [None, False, True, -1, 0, 1, 1.0, "", "x", [], {}]
ANY_VALUE = st.sampled_from(
    [*(value for key, values in VALUES.items() if len(key) == 1 for value in values), *ODD_VALUES]
)


def _of_each_kind() -> st.SearchStrategy[Entry]:
    kinds: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for section, entry in KEPT:
        kinds[section, entry.get("type", "")].append((section, entry))
    return st.sampled_from(list(kinds.values())).flatmap(st.sampled_from)


def _of_endpoint(endpoint: Endpoint) -> Entry:
    return "handlers", {"type": endpoint.type, **plain(endpoint)}


def _of_subscription(chosen: Subscription) -> Entry:
    filters = plain(chosen.advanced_filters)
    return "subscriptions", {"handler": "hub", "allEvents": True, "advancedFilters": filters}


ENTRIES: st.SearchStrategy[Entry] = st.sampled_from(
    [
        _of_each_kind(),
        _of_each_kind(),
        st.one_of(*ENDPOINT_STRATEGIES.values()).map(_of_endpoint),
        SUBSCRIPTIONS.map(_of_subscription),
    ]
).flatmap(lambda entries: entries)


def single_changes() -> Iterator[Entry]:
    """Yield every kept entry once for each member dropped, added, or given another value of its field."""
    for section, entry in KEPT:
        for at, (given, known) in enumerate(_maps(entry, schema_of(section))):
            for name in {**known, **given}:
                for value in [None, *_values_of(name, known)[:MOST_VALUES]]:
                    changed = copy.deepcopy(entry)
                    target, _ = list(_maps(changed, schema_of(section)))[at]
                    target.pop(name, None)
                    if value is not None:
                        target[name] = copy.deepcopy(value)
                    yield section, changed


@st.composite
def changed_entries(draw: st.DrawFn) -> Entry:
    """Entries with up to three members added, dropped, or given the value of any other field."""
    section, entry = copy.deepcopy(draw(ENTRIES))
    for _ in range(draw(st.integers(0, 3))):
        target, known = draw(st.sampled_from(list(_maps(entry, schema_of(section)))))
        change = draw(st.sampled_from(["add", "drop", "swap"]))
        names = sorted(known if change == "add" else target)
        if not names:
            continue
        name = draw(st.sampled_from(names))
        if change == "drop":
            del target[name]
        else:
            target[name] = copy.deepcopy(
                draw(st.sampled_from(_values_of(name, known)) if change == "add" else ANY_VALUE)
            )
    return section, entry
