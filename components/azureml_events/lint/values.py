"""The values that an event type can have under a key, the form of its subjects, and what filters let pass of them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import Enum
from typing import Any

from azureml_events.event_grid.catalogue import DATA_FIELDS, DataField, EventType, Kind
from azureml_events.event_grid.filters import AdvancedFilter
from azureml_events.event_grid.operators import OPERATORS, Operand, Operator
from azureml_events.routing.conditions import Outcome, comparable, compare
from azureml_events.routing.keys import Key, Reach

_NAME = re.compile(r"\{\w+\}")


@dataclass(frozen=True)
class SubjectForm:
    """The form of an event type's subjects.

    Attributes:
        segments: The texts between the slashes, `*` for a name.
    """

    segments: tuple[str, ...]

    @classmethod
    def of(cls, row: EventType) -> SubjectForm:
        """Return the form of an event type's subjects."""
        return cls(tuple(_NAME.sub("*", row.subject).split("/")))

    @property
    def fixed(self) -> tuple[str, ...]:
        """The texts that every subject contains, in their order; the first one begins it."""
        return tuple("/".join(self.segments).split("*"))

    @property
    def text(self) -> str:
        """The form as people write it, an ellipsis for each name."""
        return "/".join(self.segments).replace("*", "…")

    def fits(self, subject: str) -> bool:
        """Return whether a whole text can be a subject."""
        parts = subject.split("/")
        return len(parts) == len(self.segments) and _all_fit(self.segments, parts)

    def can_begin(self, text: str) -> bool:
        """Return whether a subject can begin with a text."""
        parts = text.split("/")
        form = self.segments[: len(parts)]
        if len(form) < len(parts):
            return False
        return _all_fit(form[:-1], parts[:-1]) and _begins(form[-1], parts[-1])

    def can_end(self, text: str) -> bool:
        """Return whether a subject can end with a text."""
        parts = text.split("/")
        form = self.segments[-len(parts) :]
        if len(form) < len(parts):
            return False
        return _all_fit(form[1:], parts[1:]) and _ends(form[0], parts[0])

    def can_contain(self, text: str) -> bool:
        """Return whether a subject can contain a text."""
        parts = text.split("/")
        if len(parts) == 1:
            return any("*" in segment or text in segment for segment in self.segments)
        return any(
            _ends(form[0], parts[0]) and _all_fit(form[1:-1], parts[1:-1]) and _begins(form[-1], parts[-1])
            for start in range(len(self.segments) - len(parts) + 1)
            if (form := self.segments[start : start + len(parts)])
        )


def _all_fit(form: Sequence[str], parts: Sequence[str]) -> bool:
    return all(
        re.fullmatch(re.escape(segment).replace(r"\*", ".+"), part, re.DOTALL)
        for segment, part in zip(form, parts, strict=True)
    )


def _begins(segment: str, text: str) -> bool:
    return "*" in segment or segment.startswith(text)


def _ends(segment: str, text: str) -> bool:
    return "*" in segment or segment.endswith(text)


_MOST_COMBINATIONS = 4096
# Enough for the sum of any two doubles.
_DIGITS = 1500


class Value(Enum):
    """The kinds of value that a key can have."""

    NOTHING = "nothing"
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ARRAY = "array"
    OBJECT = "object"


_ANY = frozenset(Value)


@dataclass(frozen=True)
class Domain:
    """The values that a key can have.

    Attributes:
        values: Their kinds; null counts as nothing.
        text: The only text, in lower case, or None for any.
        form: The form of the texts, or None for any.
        lack: The rule that says why there is nothing, where there never is anything.
    """

    values: frozenset[Value] = _ANY
    text: str | None = None
    form: SubjectForm | None = None
    lack: str = ""


def _nothing(rule: str) -> Domain:
    return Domain(frozenset({Value.NOTHING}), lack=rule)


def domain_of(key: Key, row: EventType | None, workspace_id: str | None) -> Domain:
    """Return the values that a key can have in the events of one type.

    Args:
        key: The key.
        row: The event type; None for one that the catalogue does not know.
        workspace_id: The workspace's ARM id; None where only the deployment knows it.
    """
    if key.reach is Reach.NO:
        return _nothing("never-unreachable-key")
    if key.attribute != "data":
        return _of_attribute(key, row, workspace_id)
    if row is None:
        return Domain()
    field = row.field(key.path[0])
    if field is not None:
        return _of_field(field, len(key.path))
    return _nothing("never-missing-key") if key.path[0] in DATA_FIELDS else Domain()


def _of_attribute(key: Key, row: EventType | None, workspace_id: str | None) -> Domain:
    if key.path:
        return _nothing("never-dotted-name")
    text = frozenset({Value.TEXT, Value.NOTHING})
    if key.attribute == "subject":
        return Domain(text, form=SubjectForm.of(row) if row else None)
    if key.attribute == "type" and row:
        return Domain(frozenset({Value.TEXT}), text=row.name.lower())
    if key.attribute == "source" and workspace_id:
        return Domain(text, text=workspace_id.lower())
    return Domain(text) if key.attribute in {"id", "source", "type"} else Domain()


def _of_field(field: DataField, depth: int) -> Domain:
    member = 2
    if field.kind is Kind.TEXTS:
        if depth == member:
            return Domain()
        if depth > member:
            return _nothing("never-dotted-name")
        return Domain(frozenset({Value.OBJECT, Value.NOTHING}))
    if depth > 1:
        return _nothing("never-dotted-name")
    if field.kind is Kind.NUMBER:
        return Domain(frozenset({Value.NUMBER, Value.NOTHING}))
    kinds = {Value.TEXT, Value.NOTHING}
    # The documentation's own sample has a number as model version.
    return Domain(frozenset(kinds | {Value.NUMBER} if field.name == "modelVersion" else kinds))


class Obstacle(Enum):
    """A reason why no value of a domain passes filters."""

    LACK = "there never is a value"
    FORM = "no subject has such a form"
    TEXT = "the only text is another"
    TYPE = "the values are of other types"
    OPERANDS = "the operands let nothing pass"


def find_obstacle(filters: Sequence[AdvancedFilter], domain: Domain, on_arrays: bool) -> Obstacle | None:
    """Find out why no value of a domain can pass all filters.

    Args:
        filters: Filters on one key.
        domain: The values that the key can have.
        on_arrays: Whether filtering on arrays is enabled.

    Returns:
        The reason where it is proven that none passes, else None.
    """
    if _possible(filters, domain, on_arrays):
        return None
    if domain.lack:
        return Obstacle.LACK
    if domain.form is not None:
        return Obstacle.FORM
    if domain.text is not None:
        return Obstacle.TEXT
    taken = {item.operator.operand for item in filters}
    fits = any(_OPERANDS[kind] & taken for kind in _SCALARS & domain.values)
    return Obstacle.OPERANDS if fits else Obstacle.TYPE


def _possible(filters: Sequence[AdvancedFilter], domain: Domain, on_arrays: bool) -> bool:
    rows = [item.operator for item in filters]
    if Value.NOTHING in domain.values and all(row.matches_missing is not False for row in rows):
        return True
    if Value.OBJECT in domain.values and all(row.matches_object for row in rows):
        return True
    if Value.ARRAY in domain.values and _array_possible(filters, on_arrays):
        return True
    return any(_scalar_possible(filters, domain, kind) for kind in _SCALARS & domain.values)


def _array_possible(filters: Sequence[AdvancedFilter], on_arrays: bool) -> bool:
    if not on_arrays:
        return all(item.operator.matches_other_type is not False for item in filters)
    # Each positive filter may be hit by another element, but no element may hit a negated one.
    negated = [item for item in filters if item.operator.negated]
    return all(
        any(_scalar_possible([item, *negated], Domain(), kind) for kind in _SCALARS)
        for item in filters
        if not item.operator.negated
    )


def _scalar_possible(filters: Sequence[AdvancedFilter], domain: Domain, kind: Value) -> bool:
    own = [item for item in filters if item.operator.operand in _OPERANDS[kind]]
    others = [item.operator for item in filters if item not in own]
    if any(row.matches_other_type is False for row in others):
        return False
    if kind is Value.TEXT:
        return texts_possible(own, domain)
    points: Iterable[Any] = (True, False) if kind is Value.BOOLEAN else telling_numbers(map(operands, own))
    return any(all(passes(item, point) for item in own) for point in points)


def passes(item: AdvancedFilter, value: Any) -> bool:
    """Return whether a text in lower case, a number or a boolean passes a filter that takes such operands."""
    return compare(item.operator, (value,), operands(item)) is Outcome.MATCH


def operands(item: AdvancedFilter) -> tuple[Any, ...]:
    """Return a filter's operands as they are compared."""
    return comparable(item.operands)


def telling_numbers(compared: Iterable[tuple[Any, ...]]) -> list[Decimal]:
    """Return numbers among which there is one that passes all filters, if there is any: bounds, and between them.

    Args:
        compared: Each filter's operands, as they are compared.
    """
    bounds: set[Decimal] = set()
    for numbers in compared:
        for each in numbers:
            bounds.update(map(Decimal, each if isinstance(each, tuple) else (each,)))
    ordered = sorted(bounds) or [Decimal(0)]
    with localcontext(prec=_DIGITS):
        between = [(low + high) / 2 for low, high in itertools.pairwise(ordered)]
        return [*ordered, *between, ordered[0] - 1, ordered[-1] + 1]


def texts_possible(filters: Sequence[AdvancedFilter], domain: Domain) -> bool:
    """Return whether a text of the domain may pass all filters; false only where it is proven that none does."""
    named = [set(operands(item)) for item in filters if item.operator is _IN]
    if domain.text is not None:
        named.append({domain.text})
    if named:
        form = domain.form
        return any(
            all(passes(item, text) for item in filters) and (form is None or form.fits(text))
            for text in set.intersection(*named)
        )
    positive = [item for item in filters if not item.operator.negated]
    negated = [item for item in filters if item.operator.negated]
    choices = [[(item.operator, text) for text in operands(item)] for item in positive]
    combinations = itertools.product(*choices)
    if domain.form is not None:
        begin, *inside = domain.form.fixed
        required = [(_BEGINS, begin), *((_CONTAINS, text) for text in inside if text)]
    else:
        required = []
    return any(
        number >= _MOST_COMBINATIONS or _compatible([*combination, *required], negated, domain.form)
        for number, combination in enumerate(combinations)
    )


def _compatible(
    parts: Sequence[tuple[Operator, str]], negated: Iterable[AdvancedFilter], form: SubjectForm | None
) -> bool:
    """Return whether one text may have all the parts and none that is negated."""
    begins = [text for row, text in parts if row is _BEGINS]
    ends = [text for row, text in parts if row is _ENDS]
    begin, end = max(begins, key=len, default=""), max(ends, key=len, default="")
    agree = all(begin.startswith(text) for text in begins) and all(end.endswith(text) for text in ends)
    if not agree or (form is not None and not all(_allowed(form, row, text) for row, text in parts)):
        return False
    texts = [text for _, text in parts]
    return not any(_hit(item, text, begin, end, texts) for item in negated for text in operands(item))


def _hit(item: AdvancedFilter, text: str, begin: str, end: str, parts: Iterable[str]) -> bool:
    """Return whether a negated filter's operand is hit by whatever has the parts."""
    if item.operator is _NOT_BEGINS:
        return begin.startswith(text)
    if item.operator is _NOT_ENDS:
        return end.endswith(text)
    return item.operator is _NOT_CONTAINS and any(text in part for part in parts)


def _allowed(form: SubjectForm, row: Operator, text: str) -> bool:
    if row is _BEGINS:
        return form.can_begin(text)
    return form.can_end(text) if row is _ENDS else form.can_contain(text)


_SCALARS = frozenset({Value.TEXT, Value.NUMBER, Value.BOOLEAN})
_OPERANDS = {
    Value.TEXT: {Operand.TEXT},
    Value.NUMBER: {Operand.NUMBER, Operand.RANGE},
    Value.BOOLEAN: {Operand.BOOLEAN},
}
_IN = OPERATORS["StringIn"]
_BEGINS, _NOT_BEGINS = OPERATORS["StringBeginsWith"], OPERATORS["StringNotBeginsWith"]
_ENDS, _NOT_ENDS = OPERATORS["StringEndsWith"], OPERATORS["StringNotEndsWith"]
_CONTAINS, _NOT_CONTAINS = OPERATORS["StringContains"], OPERATORS["StringNotContains"]
