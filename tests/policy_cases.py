"""The cases of policy rules, and the resources that they write."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from azureml_events.documents.unresolved import HOLE, UNKNOWN, Unresolved
from azureml_events.policy.resource import Resource, Resources

CASES = Path(__file__).parent / "cases" / "policy"
TODAY = date(2026, 11, 26)

Case = dict[str, Any]


def cases() -> list[Case]:
    """The cases of every family; each file is named as the rules' file."""
    return [case for file in sorted(CASES.glob("*.json")) for case in json.loads(file.read_text(encoding="utf-8"))]


def resources_of_case(rule: str, name: str) -> Resources:
    """The resources of one case."""
    (one,) = [case for case in cases() if (case["rule"], case["name"]) == (rule, name)]
    return Resources([resource(each) for each in one["resources"]])


def resource(written: dict[str, Any]) -> Resource:
    """A resource as a case writes it; `<unknown>` is not known, `{<known>: …}` in parts."""
    sources = {
        member: (other,) if isinstance(other, str) else tuple(other)
        for member, other in written.get("sources", {}).items()
    }
    return Resource(
        name=written["name"],
        type=written["type"],
        inputs=unknown(written.get("inputs", {})),
        urn=written.get("urn", written["name"]),
        outputs=unknown(written.get("outputs", {})),
        id=written.get("id"),
        sources=sources,
        secrets=frozenset(tuple(path.split(".")) for path in written.get("secrets", [])),
        protect=written.get("protect", False),
        azure_subscription=written.get("azureSubscription"),
    )


def unknown(value: Any) -> Any:
    """A value in which `<unknown>` is not known, and `{<known>: …}` only around its holes."""
    if isinstance(value, dict) and "<known>" in value:
        return Unresolved(value["<known>"], ("<unknown>",) * value["<known>"].count(HOLE))
    if isinstance(value, dict):
        return {name: unknown(member) for name, member in value.items()}
    if isinstance(value, list):
        return [unknown(element) for element in value]
    return UNKNOWN if value == "<unknown>" else value
