"""The alerts of a workspace: which there are, what each looks at, and what the defaults add."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.event_grid.metrics import CONDITIONS, SILENT_WINDOWS
from azureml_events.stack.alerts import Alert
from azureml_events.stack.parse import parse_stack
from stack_texts import GROUP, HUB, WORKSPACE

GROUP_ID = f"{GROUP}/providers/Microsoft.Insights/actionGroups/ag"
MINUTES = {"PT5M": 5, "PT15M": 15, "PT1H": 60, "PT6H": 360, "PT12H": 720, "P1D": 1440}
MAIL = {
    "type": "EmailAlert",
    "communicationServiceId": f"{GROUP}/providers/Microsoft.Communication/communicationServices/acs",
    "sender": "a@contoso.com",
    "to": ["b@contoso.com"],
}
SUBSCRIPTIONS: dict[str, Any] = {
    "failed": {"handler": "hub", "when": "runFailed", "name": "failed-runs"},
    "done": {"handler": "hub", "when": "runCompleted"},
    "later": {"handler": "mail", "when": "modelRegistered", "disabled": "not yet"},
}
ALL_OFF = {"dropped": False, "deadLettered": False, "failing": False, "workflows": False}


def alerts(
    own: object, defaults: object = None, subscriptions: dict[str, Any] | None = None, **workspace: Any
) -> tuple[Alert, ...]:
    """The alerts of a workspace whose alerts are written so."""
    entry = {"resourceId": WORKSPACE, **workspace} | ({} if own is None else {"alerts": own})
    stack = parse_stack(
        {
            "workspaces": {"ml": entry},
            "handlers": {"hub": {"type": "EventHub", "resourceId": HUB}, "mail": MAIL},
            "subscriptions": SUBSCRIPTIONS if subscriptions is None else subscriptions,
            "defaults": {} if defaults is None else {"alerts": defaults},
        }
    )
    return stack.alerts["ml"]


def names(*given: Any, **more: Any) -> list[str]:
    return [each.name for each in alerts(*given, **more)]


TELLING = {"actionGroupId": GROUP_ID}


@pytest.mark.parametrize(
    ("own", "defaults", "expected"),
    [
        (None, None, []),
        (TELLING, None, ["dropped", "deadLettered", "failing"]),
        (None, TELLING, ["dropped", "deadLettered", "failing"]),
        (False, TELLING, []),
        ({"dropped": False}, TELLING, ["deadLettered", "failing"]),
        ({"failing": False}, {**TELLING, "dropped": False}, ["deadLettered"]),
        ({"dropped": True}, {**TELLING, **ALL_OFF}, ["dropped"]),
        ({"publishFailing": True}, {**TELLING, **ALL_OFF}, ["publishFailing"]),
        ({**TELLING, **ALL_OFF}, False, []),
    ],
    ids=str,
)
def test_alerts_are_off_unless_said_and_merge_with_the_defaults(own: Any, defaults: Any, expected: list[str]) -> None:
    assert names(own, defaults) == expected


@pytest.mark.parametrize(
    ("own", "default", "threshold"),
    [(None, None, 10), (True, None, 10), ({}, None, 10), ({"threshold": 3}, {"threshold": 5}, 3), (True, False, 10)],
    ids=str,
)
def test_the_nearest_threshold_holds(own: Any, default: Any, threshold: int) -> None:
    given = {} if own is None else {"failing": own}
    defaults = TELLING | ({} if default is None else {"failing": default})

    (failing,) = [each for each in alerts(given, defaults) if each.kind == "failing"]
    assert failing.condition.threshold == threshold


def test_silence_names_subscriptions_as_azure_does_and_shares_a_rule_for_each_window() -> None:
    silent = {"failed": {"hours": 6}, "done": {"hours": 6}}
    (one,) = alerts({**TELLING, **ALL_OFF, "silent": silent})

    assert (one.name, one.subscriptions, one.condition.window) == ("silent", ("done", "failed-runs"), "PT6H")

    both = alerts({**TELLING, **ALL_OFF, "silent": {**silent, "done": {"hours": 24}}})
    assert [(each.name, each.subscriptions) for each in both] == [
        ("silent-6h", ("failed-runs",)),
        ("silent-24h", ("done",)),
    ]


def test_disabled_subscriptions_have_no_alert() -> None:
    assert names({**TELLING, **ALL_OFF, "workflows": True, "silent": {"later": {"hours": 1}}}) == []
    disabled = {"later": SUBSCRIPTIONS["later"]}
    assert names({**TELLING, "publishFailing": True}, None, disabled) == ["publishFailing"]


def test_each_workflow_of_a_bridge_is_watched() -> None:
    mail = {"handler": "mail", "when": "modelRegistered"}
    one, two = {**SUBSCRIPTIONS, "mailed": mail}, {"mailed": mail, "again": {**mail, "when": "modelDeployed"}}
    settings = {**TELLING, **ALL_OFF, "workflows": True}

    assert [(each.name, each.workflow) for each in alerts(settings, None, one)] == [("workflows", "mailed")]
    assert names(settings, None, two) == ["workflows-mailed", "workflows-again"]


def test_of_somebody_elses_topic_only_our_subscriptions_are_watched() -> None:
    topic = {"existing": True, "name": "central"}

    assert {each.subscriptions for each in alerts(TELLING, systemTopic=topic)} == {("done", "failed-runs")}
    assert {each.subscriptions for each in alerts(TELLING)} == {()}


def test_every_window_is_longer_than_its_frequency() -> None:
    times = [*((each.window, each.frequency) for each in CONDITIONS.values()), *SILENT_WINDOWS.values()]

    assert [window for window, frequency in times if MINUTES[window] <= MINUTES[frequency]] == []
    assert {hours: MINUTES[window] // 60 for hours, (window, _) in SILENT_WINDOWS.items()} == {
        hours: hours for hours in SILENT_WINDOWS
    }
