"""A review as JSON, and the JSON Schema of that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from azureml_events.base.mistakes import dotted
from azureml_events.cli.formats import finding_json
from azureml_events.cli.route_report import expectations_json, route_json
from azureml_events.lint.rule import Level
from azureml_events.policy.rule import Severity
from azureml_events.review.changes.change import CHANGE_KINDS
from azureml_events.review.reported import FailOn, Reported
from azureml_events.review.review import Review
from azureml_events.review.seen import Seen
from azureml_events.routing.conditions import Outcome


def review_json(review: Review, fail_on: FailOn) -> dict[str, Any]:
    """Return a review as `review --format json` prints it.

    Args:
        review: The review.
        fail_on: The least level of a finding that makes it fail.
    """
    return {
        "stack": review.stack,
        "verdict": "fail" if review.fails(fail_on) else "pass",
        "findings": [_finding(each) for each in review.findings],
        "undecided": [
            {"rule": each.use.rule.name, "resource": each.resource.name, "member": dotted(each.member)}
            for each in review.undecided
        ],
        "grants": [each.to_json() for each in review.grants],
        "routes": [route_json(each.event, each.verdicts) for each in review.routes],
        "expectations": expectations_json(review.expectations),
        "changes": [each.to_json() for each in review.changes],
        "seen": [_seen(each) for each in review.seen],
    }


def _seen(seen: Seen) -> dict[str, Any]:
    return {
        "handler": seen.handler,
        "eventType": seen.event_type,
        "known": seen.is_known,
        "fields": [each.path for each in seen.fields],
        "freeForm": [each.path for each in seen.fields if each.is_free_form],
        "subscriptions": [*seen.subscriptions],
    }


def _finding(finding: Reported) -> dict[str, Any]:
    exempt = finding.exempt
    return {
        **finding_json(finding),
        "severity": finding.severity,
        "resource": finding.resource,
        "detail": finding.detail,
        "exempt": exempt and {"reason": exempt.reason, "until": exempt.until.isoformat(), "by": exempt.by},
    }


def review_schema() -> dict[str, Any]:
    """Return the JSON Schema of `review --format json`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What azureml-events review --format json prints",
        **_object(
            stack=_or_null(_TEXT),
            verdict=_one_of("pass", "fail"),
            findings=_list(_FINDING),
            undecided=_list(_object(rule=_TEXT, resource=_TEXT, member=_TEXT)),
            grants=_list(_GRANT),
            routes=_list(_ROUTES),
            expectations=_list(_EXPECTATION),
            changes=_list(_CHANGE),
            seen=_list(_SEEN),
        ),
    }


def _object(*, optional: Mapping[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    properties = {**members, **(optional or {})}
    return {"type": "object", "properties": properties, "required": [*members], "additionalProperties": False}


def _list(items: Mapping[str, Any], *, longest: int | None = None) -> dict[str, Any]:
    return {"type": "array", "items": items, **({} if longest is None else {"maxItems": longest})}


def _map(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": values}


def _one_of(*values: str) -> dict[str, Any]:
    return {"enum": [*values]}


def _or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


_ANY: dict[str, Any] = {}
_TEXT = {"type": "string"}
_NUMBER = {"type": "integer", "minimum": 1}
_OUTCOMES = _one_of(*(str(each) for each in Outcome))
_FINDING = _object(
    rule=_TEXT,
    level=_one_of(*get_args(Level)),
    path=_TEXT,
    message=_TEXT,
    fix=_or_null(_TEXT),
    workspace=_or_null(_TEXT),
    subscription=_or_null(_TEXT),
    file=_TEXT,
    line=_or_null(_NUMBER),
    column=_or_null(_NUMBER),
    edit=_or_null(_object(path=_TEXT, value=_ANY)),
    severity=_or_null(_one_of(*get_args(Severity))),
    resource=_or_null(_TEXT),
    detail=_or_null(_TEXT),
    exempt=_or_null(_object(reason=_TEXT, until={"type": "string", "format": "date"}, by=_or_null(_TEXT))),
)
_BECAUSE = _object(where=_TEXT, key=_or_null(_TEXT), saw=_ANY, text=_TEXT)
_GRANT = _object(
    principal=_TEXT,
    role=_TEXT,
    scope=_TEXT,
    because=_list(_TEXT),
    status=_one_of("created", "assumed", "unused", "missing"),
    optional={"scopeOf": _or_null(_TEXT)},
)
_ROUTE = _object(
    workspace=_TEXT,
    subscription=_TEXT,
    handler=_TEXT,
    verdict=_OUTCOMES,
    because=_BECAUSE,
    optional={"disabled": {"const": True}, "state": _TEXT, "would": _TEXT},
)
_ROUTES = _object(
    event=_object(id=_or_null(_TEXT), type=_or_null(_TEXT), subject=_or_null(_TEXT)),
    routes=_list(_ROUTE),
)
_EXPECTATION = _object(
    name=_TEXT, holds={"type": "boolean"}, expected=_map(_OUTCOMES), got=_map(_OUTCOMES), line=_NUMBER
)
_SEEN = _object(
    handler=_TEXT,
    eventType=_TEXT,
    known={"type": "boolean"},
    fields=_list(_TEXT),
    freeForm=_list(_TEXT),
    subscriptions=_list(_TEXT),
)
_SIDE = _object(
    verdict=_OUTCOMES,
    subscription=_or_null(_TEXT),
    because=_or_null(_BECAUSE),
)
_CHANGE = _object(
    kind=_one_of(*CHANGE_KINDS),
    workspace=_or_null(_TEXT),
    destination=_TEXT,
    subscriptions=_list(_TEXT),
    because=_TEXT,
    events=_list(
        _object(event=_map(_ANY), before=_SIDE, after=_SIDE, outside={"type": "boolean"}),
        longest=3,
    ),
    count=_or_null({"type": "integer", "minimum": 0}),
)
