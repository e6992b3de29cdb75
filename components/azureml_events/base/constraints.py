"""Rules between the fields of a declaration: each yields the mistakes, and says the same as a JSON Schema.

A field is given where it has a value. A stack file refuses a field without one, so for the schema a field that is there
is given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic.json_schema import JsonSchemaValue

from azureml_events.base.mistakes import Mistake


@dataclass(frozen=True)
class Is:
    """A field that is given with a certain value.

    Attributes:
        field: Its JSON name.
        value: The value; `1` is not `True`.
    """

    field: str
    value: str | bool


Condition = str | tuple[str, ...] | Is
"""A field that is given, by its JSON name; any of several fields that go `Together`; or a field with a value."""


@dataclass(frozen=True)
class ExactlyOne:
    """One of several fields is given, and no second one.

    Attributes:
        choices: The fields; none for every field of the declaration.
        none: The mistake where none is given; `{got}` in its message lists what is given.
        several: The mistake where more than one is given; default as `none`.
    """

    choices: tuple[Condition, ...]
    none: Mistake
    several: Mistake | None = None

    def mistakes(self, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield the mistake, if any, in the fields that were given, by their JSON names."""
        chosen = [_field(each) for each in self.choices if _holds(each, given)] if self.choices else list(given)
        if len(chosen) != 1:
            mistake = self.several if chosen and self.several else self.none
            got = " and ".join(map(str, chosen)) or "none"
            yield Mistake(mistake.path, mistake.message.format(got=got))

    def schema(self) -> JsonSchemaValue:
        """Say the rule as a JSON Schema."""
        if not self.choices:
            return {"minProperties": 1, "maxProperties": 1}
        return {"oneOf": [_schema(each) for each in self.choices]}


@dataclass(frozen=True)
class Together:
    """All of several fields are given, or none.

    Attributes:
        fields: The fields, by their JSON names.
        message: The message for each one that is missing; `{given}` in it names one that is given.
    """

    fields: tuple[str, ...]
    message: str

    def mistakes(self, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield a mistake for each missing field, in the fields that were given, by their JSON names."""
        there = [field for field in self.fields if _holds(field, given)]
        for field in self.fields if there else ():
            if field not in there:
                yield Mistake((field,), self.message.format(given=there[0]))

    def schema(self) -> JsonSchemaValue:
        """Say the rule as a JSON Schema."""
        return {"dependentRequired": {each: [other for other in self.fields if other != each] for each in self.fields}}


@dataclass(frozen=True)
class Needs:
    """Where a condition holds, a field must be given.

    Attributes:
        condition: The condition.
        needed: The field, or several that go `Together`.
        message: The message where it is missing.
        at: The field where the mistake is; default the one that is missing.
    """

    condition: Condition
    needed: str | tuple[str, ...]
    message: str
    at: str | None = None

    def mistakes(self, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield the mistake, if any, in the fields that were given, by their JSON names."""
        if _holds(self.condition, given) and not _holds(self.needed, given):
            yield Mistake((self.at or _field(self.needed),), self.message)

    def schema(self) -> JsonSchemaValue:
        """Say the rule as a JSON Schema."""
        return {"if": _schema(self.condition), "then": _schema(self.needed)}


@dataclass(frozen=True)
class Excludes:
    """Where a condition holds, a field must not be given, or not with a certain value.

    Attributes:
        condition: The condition.
        excluded: The field, or the field and its value.
        message: The message where it is given.
        at: The field where the mistake is; default the excluded one.
    """

    condition: Condition
    excluded: str | Is
    message: str
    at: str | None = None

    def mistakes(self, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield the mistake, if any, in the fields that were given, by their JSON names."""
        if _holds(self.condition, given) and _holds(self.excluded, given):
            yield Mistake((self.at or _field(self.excluded),), self.message)

    def schema(self) -> JsonSchemaValue:
        """Say the rule as a JSON Schema."""
        excluded = {"not": {"const": self.excluded.value}} if isinstance(self.excluded, Is) else False
        return {"if": _schema(self.condition), "then": {"properties": {_field(self.excluded): excluded}}}


Constraint = ExactlyOne | Together | Needs | Excludes


def _holds(condition: Condition, given: Mapping[str, Any]) -> bool:
    if isinstance(condition, str):
        return given.get(condition) is not None
    if isinstance(condition, Is):
        value = given.get(condition.field)
        return type(value) is type(condition.value) and bool(value == condition.value)
    return any(given.get(field) is not None for field in condition)


def _schema(condition: Condition) -> JsonSchemaValue:
    if isinstance(condition, Is):
        return {"required": [condition.field], "properties": {condition.field: {"const": condition.value}}}
    return {"required": [condition] if isinstance(condition, str) else list(condition)}


def _field(condition: Condition) -> str:
    """Return the field that a condition is about, the first of several."""
    if isinstance(condition, Is):
        return condition.field
    return condition if isinstance(condition, str) else condition[0]
