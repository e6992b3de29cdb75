"""A second matcher, written from Event Grid's filtering page alone: what the examples of changes are held against."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

TYPES = ("ModelRegistered", "ModelDeployed", "RunCompleted", "RunStatusChanged", "DatasetDriftDetected")
PREFIX = "Microsoft.MachineLearningServices."

_NOTHING = object()
Answer = bool | None
"""Whether it matches; None where the page is silent."""


def reaches(filter_: dict[str, Any], event: dict[str, Any]) -> Answer:
    """Whether an event of the Event Grid schema passes the filter of a subscription, as ARM has it."""
    return _all([_type(filter_, event), *_subject(filter_, event), *_advanced(filter_, event)])


def reaches_one(filters: list[dict[str, Any]], event: dict[str, Any]) -> Answer:
    """Whether an event passes one of several filters."""
    answers = [reaches(each, event) for each in filters]
    return True if True in answers else None if None in answers else False


def _all(answers: list[Answer]) -> Answer:
    return False if False in answers else None if None in answers else True


def _type(filter_: dict[str, Any], event: dict[str, Any]) -> Answer:
    wanted, type_ = filter_.get("includedEventTypes"), event["eventType"].lower()
    if wanted is not None:
        return type_ in [each.lower() for each in wanted]
    return True if type_ in [(PREFIX + each).lower() for each in TYPES] else None


def _subject(filter_: dict[str, Any], event: dict[str, Any]) -> list[Answer]:
    begin, end = filter_.get("subjectBeginsWith") or "", filter_.get("subjectEndsWith") or ""
    subject = event.get("subject", "")
    if not filter_.get("isSubjectCaseSensitive"):
        begin, end, subject = begin.lower(), end.lower(), subject.lower()
    return [subject.startswith(begin), subject.endswith(end)]


def _advanced(filter_: dict[str, Any], event: dict[str, Any]) -> list[Answer]:
    on_arrays = filter_.get("enableAdvancedFilteringOnArrays") is True
    return [_condition(each, _value(event, each["key"]), on_arrays) for each in filter_.get("advancedFilters", [])]


def _value(event: Any, key: str) -> Any:
    for name in key.split("."):
        if not isinstance(event, dict):
            return _NOTHING
        event = next((value for member, value in event.items() if member.lower() == name.lower()), _NOTHING)
    return event


def _condition(condition: dict[str, Any], value: Any, on_arrays: bool) -> Answer:  # noqa: PLR0911 a table of cases
    name = condition["operatorType"]
    if name == "IsNullOrUndefined":
        return value is _NOTHING or value is None
    if name == "IsNotNull":
        return value is not _NOTHING and value is not None
    negated = "Not" in name
    if value is _NOTHING:
        missing: dict[str, Answer] = {"NumberNotIn": True, "StringNotIn": True, "NumberNotInRange": None}
        return missing.get(name, False)
    operands = condition["values"] if "values" in condition else [condition["value"]]
    if isinstance(value, list):
        if not on_arrays:
            return None if negated else False
        if not value or not all(_fits(name, each) for each in value):
            return None
        hit = any(_hits(name, each, operand) for each in value for operand in operands)
        return hit is not negated
    if isinstance(value, dict):
        return False
    if not _fits(name, value):
        return None if negated or value is None else False
    return any(_hits(name, value, operand) for operand in operands) is not negated


def _fits(name: str, value: Any) -> bool:
    if name.startswith("String"):
        return isinstance(value, str)
    if name.startswith("Bool"):
        return isinstance(value, bool)
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _hits(name: str, value: Any, operand: Any) -> bool:
    kind = name.replace("Not", "")
    if kind.startswith("String"):
        text, part = value.lower(), operand.lower()
        texts: dict[str, bool] = {
            "StringIn": text == part,
            "StringContains": part in text,
            "StringBeginsWith": text.startswith(part),
            "StringEndsWith": text.endswith(part),
        }
        return texts[kind]
    if kind == "BoolEquals":
        return bool(value == operand)
    number = Decimal(repr(value))
    if kind == "NumberInRange":
        return Decimal(repr(operand[0])) <= number <= Decimal(repr(operand[1]))
    other = Decimal(repr(operand))
    answers: dict[str, bool] = {
        "NumberIn": number == other,
        "NumberLessThan": number < other,
        "NumberGreaterThan": number > other,
        "NumberLessThanOrEquals": number <= other,
        "NumberGreaterThanOrEquals": number >= other,
    }
    return answers[kind]
