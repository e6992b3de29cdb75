"""Warnings about entries of a stack that no small example shows: as many alerts as Azure has room for."""

from __future__ import annotations

from azureml_events.event_grid.metrics import MOST_ALERT_RULES
from azureml_events.lint.entries import find_in_entries
from azureml_events.stack.parse import parse_stack
from stack_texts import GROUP, HUB, WORKSPACE

SECOND = "00000000-0000-0000-0000-000000000002"


def _found(workspaces: int, in_second: int = 0) -> list[tuple[object, ...]]:
    """The places of `many-alerts`, where each workspace has four alerts."""
    ids = [f"{WORKSPACE}-{at}" for at in range(workspaces)]
    ids[:in_second] = [each.replace("00000000-0000-0000-0000-000000000001", SECOND) for each in ids[:in_second]]
    stack = parse_stack(
        {
            "workspaces": {f"w{at}": {"resourceId": each} for at, each in enumerate(ids)},
            "handlers": {"hub": {"type": "EventHub", "resourceId": HUB}},
            "subscriptions": {"all": {"handler": "hub", "allEvents": True}},
            "defaults": {
                "alerts": {
                    "actionGroupId": f"{GROUP}/providers/Microsoft.Insights/actionGroups/ag",
                    "publishFailing": True,
                }
            },
        }
    )
    return [each.path for each in find_in_entries(stack) if each.rule.name == "many-alerts"]


def test_the_workspace_that_reaches_the_limit_of_its_azure_subscription_is_warned_of() -> None:
    enough = MOST_ALERT_RULES // 4

    assert _found(enough - 1) == []
    assert _found(enough) == [("workspaces", f"w{enough - 1}")]
    assert _found(enough, in_second=1) == []
