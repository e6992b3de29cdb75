"""Advanced filters and their keys.

Limits and key syntax: Event Grid's filtering page; what it does not say is left to lint.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, field_validator
from pydantic.json_schema import JsonSchemaValue

from azureml_events.base.mistakes import Mistake, choices, is_shown, likely, show
from azureml_events.base.model import Declaration, Many
from azureml_events.base.names import any_case
from azureml_events.event_grid.catalogue import DATA_FIELDS
from azureml_events.event_grid.delivery import ATTRIBUTES
from azureml_events.event_grid.operators import (
    MAX_TEXT_LENGTH,
    OPERATORS,
    Operand,
    Operator,
    describe_condition,
    operator_named,
)

ENVELOPE = tuple(dict.fromkeys(name for names in ATTRIBUTES.values() for name in names))
"""The attributes beside `data` that an event has in the Event Grid schema or in CloudEvents 1.0."""

_ATTRIBUTES = {name.lower(): name for name in ENVELOPE}
_EXTENSION = re.compile(r"[a-z0-9]{1,20}")
_KEY_PATTERN = rf"^({any_case('data')}(\.[^.]+)+|{'|'.join(map(any_case, ENVELOPE))}|{_EXTENSION.pattern})$"


def key_problem(key: str) -> str | None:
    """Say what is wrong with a key, or None.

    Args:
        key: As written; its root may be in any case.
    """
    root, dot, rest = key.partition(".")
    if root.lower() == "data":
        if not dot:
            return f"{show(key)} is a map; name a member of it, as in 'data.runStatus'"
        if not all(rest.split(".")):
            return f"{show(key)} has an empty name between dots"
        return None
    if root.lower() in _ATTRIBUTES or (not dot and _EXTENSION.fullmatch(root)):
        return None
    return f"unknown key {show(key)}; {_key_fix(key, root, rest)}"


def _key_fix(key: str, root: str, rest: str) -> str:
    if root == "$" and rest and key_problem(rest) is None:
        return f"a key is no JSONPath; did you mean '{rest}'?"
    if not root or len(key) > MAX_TEXT_LENGTH or not is_shown(key):
        return f"a key begins with 'data.' or is one of {choices(ENVELOPE)}"
    if rest and likely(root, ["data"]):
        return f"did you mean 'data.{rest}'?"
    return f"did you mean '{_meant(key)}'?"


def _meant(key: str) -> str:
    """Guess the key that was meant: a field of the data, else an attribute that is called alike, else a new field."""
    root, _, rest = key.partition(".")
    field = DATA_FIELDS.get(root.lower())
    if field is not None:
        return f"data.{field.name}{f'.{rest}' if rest else ''}"
    return (None if rest else likely(root, ENVELOPE)) or f"data.{key}"


def _addressable(key: str) -> str:
    problem = key_problem(key)
    if problem:
        raise ValueError(problem)
    return key


Key = Annotated[str, AfterValidator(_addressable), Field(json_schema_extra={"pattern": _KEY_PATTERN})]
"""A value of an event: an attribute of it, or, dot by dot, a member of its data."""


def contract_key(key: str) -> str:
    """Write a filter's key in the contract's casing; names of tags and of unknown fields stay as they are.

    Args:
        key: `data.ModelTags.stage`, `Subject`, …
    """
    root, dot, rest = key.partition(".")
    if not dot:
        return _ATTRIBUTES.get(key.lower(), key)
    if root.lower() != "data":
        return key
    name, *deeper = rest.split(".")
    field = DATA_FIELDS.get(name.lower())
    return ".".join(["data", field.name if field else name, *deeper])


def is_extension_key(key: str) -> bool:
    """Tell whether a key can only be a CloudEvents extension attribute."""
    root, dot, _ = key.partition(".")
    return not dot and root.lower() not in _ATTRIBUTES and root != "data"


def extension_problem(key: str) -> str:
    """Write the message for an extension attribute's key under the Event Grid schema."""
    return f"unknown key {show(key)}; did you mean '{_meant(key)}'?"


MAX_FILTERS = 25
"""Advanced filters that one event subscription may have."""

MAX_VALUES = 25
"""Operands of all advanced filters of one event subscription, a range counting once."""


if TYPE_CHECKING:  # what editors complete; a wrong name is refused with the likely one
    OperatorName = Literal[
        "NumberIn",
        "NumberNotIn",
        "NumberLessThan",
        "NumberGreaterThan",
        "NumberLessThanOrEquals",
        "NumberGreaterThanOrEquals",
        "NumberInRange",
        "NumberNotInRange",
        "BoolEquals",
        "StringContains",
        "StringNotContains",
        "StringBeginsWith",
        "StringNotBeginsWith",
        "StringEndsWith",
        "StringNotEndsWith",
        "StringIn",
        "StringNotIn",
        "IsNullOrUndefined",
        "IsNotNull",
    ]
else:
    OperatorName = str


class AdvancedFilter(Declaration):
    """A condition on one value of an event; an event subscription's conditions are ANDed.

    Raises:
        DeclarationError: On an unknown operator, a key that Event Grid cannot look up, and operands that are not the
            operator's own.
    """

    hints: ClassVar[Mapping[str, str]] = {
        "enableAdvancedFilteringOnArrays": "write it beside 'advancedFilters', once for all of them",
    }

    operator_type: OperatorName
    """The operator, its name exact: `StringIn`, `NumberGreaterThan`, `IsNotNull`, …"""

    key: Key
    """What to look at: an attribute of the event (`subject`) or, dot by dot, a member of its data
    (`data.runTags.stage`). A name with a dot in it cannot be looked up."""

    value: Any = None
    """The operand of an operator that takes one: a number, or true or false."""

    values: Any = None
    """The operands of an operator that takes several, ORed: texts of at most 512 characters, numbers or ranges."""

    @field_validator("operator_type")
    @classmethod
    def _known(cls, name: str) -> str:
        return operator_named(name).name

    @field_validator("values", mode="after")
    @classmethod
    def _keep(cls, values: Any) -> Any:
        if not isinstance(values, (list, tuple)):
            return values
        return tuple(tuple(item) if isinstance(item, list) else item for item in values)

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield the mistakes in the operands of the operator."""
        row = OPERATORS.get(str(given.get("operatorType")))
        if row is None:
            return
        members = [member for member in ("value", "values") if given.get(member) is not None]
        for member in members:
            yield from row.check(member, given[member])
        if not members:
            yield from row.check_absent()

    @property
    def operator(self) -> Operator:
        """The operator's row."""
        return OPERATORS[self.operator_type]

    @property
    def operands(self) -> tuple[Any, ...]:
        """Return the operands, however many the operator takes."""
        if self.operator.member == "value":
            return (self.value,)
        return tuple(self.values or ())

    def describe(self) -> str:
        """Describe it in words."""
        return describe_condition(self.key, self.operator_type, () if self.operator.member is None else self.operands)

    @classmethod
    def schema_rules(cls) -> list[JsonSchemaValue]:
        """Say which operands the operators take, those together that take the same."""
        names: dict[tuple[str | None, Operand], list[str]] = {}
        for row in OPERATORS.values():
            names.setdefault((row.member, row.operand), []).append(row.name)
        return [
            {"properties": {"operatorType": {"enum": list(OPERATORS)}}},
            *(
                {"if": {"properties": {"operatorType": {"enum": same}}}, "then": _operand_schema(*operands)}
                for operands, same in names.items()
            ),
        ]


def _operand_schema(member: str | None, operand: Operand) -> JsonSchemaValue:
    elements: dict[Operand, JsonSchemaValue] = {
        Operand.NUMBER: {"type": "number"},
        Operand.BOOLEAN: {"type": "boolean"},
        Operand.TEXT: {"type": "string", "minLength": 1, "maxLength": MAX_TEXT_LENGTH},
        Operand.RANGE: {
            "type": "array",
            "items": {"type": "number"},
            "minItems": 2,
            "maxItems": 2,
        },
    }
    then: JsonSchemaValue = {"properties": {"value": False, "values": False}}
    if member:
        one = elements[operand]
        several = {"type": "array", "minItems": 1, "maxItems": MAX_VALUES, "items": one}
        then["properties"][member] = one if member == "value" else several
        then["required"] = [member]
    return then


def limits(filters: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what is wrong with the number of an event subscription's advanced filters and operands.

    Args:
        filters: All its advanced filters, those of an intent included, by their JSON names.

    Yields:
        Messages.
    """
    filters = list(filters)
    if len(filters) > MAX_FILTERS:
        yield f"{len(filters)} advanced filters; allowed: {MAX_FILTERS}; split the subscription"
    count = sum(_operand_count(item) for item in filters)
    if count > MAX_VALUES:
        yield f"{count} values in all advanced filters together; allowed: {MAX_VALUES}; split the subscription"


def _operand_count(item: Mapping[str, Any]) -> int:
    values = item.get("values")
    if isinstance(values, (list, tuple)):
        return len(values)
    return 0 if item.get("value") is None else 1


class EventFilter(Declaration):
    """The filter of an event subscription: type, subject prefix and suffix and every advanced filter must match.

    Lists whose order means nothing are kept sorted, so that two filters that say the same are equal.
    """

    included_event_types: Many[str] | None = None
    """Full names; None for every event type of the source."""

    subject_begins_with: str = ""
    """What the subject begins with, without wildcards; default anything."""

    subject_ends_with: str = ""
    """What the subject ends with, without wildcards; default anything."""

    is_subject_case_sensitive: bool = False
    """Whether prefix and suffix heed case; default false. Advanced filters never do."""

    enable_advanced_filtering_on_arrays: bool = False
    """Whether an advanced filter looks into an array of texts, numbers or booleans; default false."""

    advanced_filters: Many[AdvancedFilter] = ()
    """Conditions on the event's values, ANDed."""

    @field_validator("included_event_types")
    @classmethod
    def _sorted_types(cls, names: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if names is None else tuple(sorted(set(names)))

    @field_validator("advanced_filters")
    @classmethod
    def _sorted_filters(cls, filters: tuple[AdvancedFilter, ...]) -> tuple[AdvancedFilter, ...]:
        return tuple(sorted((_sorted_values(item) for item in filters), key=_order))


def _sorted_values(item: AdvancedFilter) -> AdvancedFilter:
    if item.values is None:
        return item
    return item.model_copy(update={"values": tuple(sorted(item.values))})


def _order(item: AdvancedFilter) -> tuple[str, str, str]:
    return item.key, item.operator_type, json.dumps(item.operands)
