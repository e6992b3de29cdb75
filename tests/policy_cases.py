"""The cases of policy rules, as resources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from azureml_events.documents.unresolved import UNKNOWN
from azureml_events.policy.resource import Resource, Resources

CASES = Path(__file__).parent / "cases" / "policy"


def case(family: str, rule: str, name: str) -> Resources:
    """The resources of one case."""
    rows = json.loads((CASES / f"{family}.json").read_text(encoding="utf-8"))
    (one,) = [row for row in rows if (row["rule"], row["name"]) == (rule, name)]
    return Resources([resource(each) for each in one["resources"]])


def resource(written: dict[str, Any]) -> Resource:
    """A resource as a case writes it; `<unknown>` is not known."""
    sources = {
        member: (other,) if isinstance(other, str) else tuple(other)
        for member, other in written.get("sources", {}).items()
    }
    return Resource(
        name=written["name"],
        type=written["type"],
        inputs=unknown(written.get("inputs", {})),
        urn=written.get("urn", written["name"]),
        outputs=written.get("outputs", {}),
        id=written.get("id"),
        sources=sources,
        secrets=frozenset(tuple(path.split(".")) for path in written.get("secrets", [])),
        protect=written.get("protect", False),
        azure_subscription=written.get("azureSubscription"),
    )


def unknown(value: Any) -> Any:
    """A value in which `<unknown>` is not known."""
    if isinstance(value, dict):
        return {name: unknown(member) for name, member in value.items()}
    if isinstance(value, list):
        return [unknown(element) for element in value]
    return UNKNOWN if value == "<unknown>" else value
