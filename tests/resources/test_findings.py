"""Findings of subscriptions that a program declares: errors stop it, warnings are logged."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from azureml_events import DeclarationError, EventHub, Subscription, WorkspaceEvents, run_failed
from azureml_events.lint import entries
from azureml_events.lint.refusal import FindingsError
from azureml_events.offline.program import preview_stack as run_stack
from azureml_events.offline.recording import ProgramError
from resources.mocks import run
from resources.stacks import FAILED, HUB, OTHER, OWN, ROOT, SUBSCRIPTION, arm, config, names, preview, workspace
from small_programs import Run as RunProgram
from small_programs import run as run_program

__all__ = ["run_program"]

WORKSPACE = arm("Microsoft.MachineLearningServices/workspaces", "ml")
ACTION_GROUP = arm("Microsoft.Insights/actionGroups", "ag")
DEAD = {**FAILED, "subjectBeginsWith": "/experiments/"}
LOUD = {"handler": "hub", "includedEventTypes": ["RunStatusChanged"]}

PROGRAM = f"""
from azureml_events import EventHub, Subscription, WorkspaceEvents, run_failed
hub = EventHub(resource_id="{HUB}")
def declare(name, **subscriptions):
    WorkspaceEvents(name, workspace_id="{WORKSPACE}" + name, location="westeurope", subscriptions=subscriptions)
"""


def subscription(**fields: Any) -> Subscription:
    """A subscription to failed runs."""
    return Subscription(run_failed(), to=EventHub(resource_id=HUB), **fields)


def declare(**subscriptions: Subscription) -> None:
    """A workspace with subscriptions."""
    WorkspaceEvents("ml", workspace_id=WORKSPACE, location="westeurope", subscriptions=subscriptions)


def test_a_stack_with_filters_that_never_match_registers_nothing() -> None:
    with pytest.raises(ProgramError) as stopped:
        preview(subscriptions={"one": DEAD, "two": FAILED, "three": {**DEAD, "subjectBeginsWith": "models/"}})

    assert [line.partition(": ")[0] for line in stopped.value.text.splitlines()] == [
        "subscriptions.one.subjectBeginsWith",
        "subscriptions.three.subjectBeginsWith",
    ]
    assert [each.type for each in stopped.value.recording.resources] == ["pulumi:pulumi:Stack"]


def test_findings_stand_beside_mistakes_of_other_entries() -> None:
    with pytest.raises(ProgramError) as stopped:
        preview(subscriptions={"one": DEAD, "two": {"handler": "hub", "when": "runFaild"}})

    assert [line.partition(": ")[0] for line in stopped.value.text.splitlines()] == [
        "subscriptions.two.when",
        "subscriptions.one.subjectBeginsWith",
    ]


def test_the_component_refuses_all_findings_at_once_and_registers_nothing() -> None:
    dead = {"one": subscription(subject_begins_with="/e"), "two": subscription(subject_begins_with="models/")}
    stopped: list[FindingsError] = []

    def program() -> None:
        with pytest.raises(FindingsError) as refused:
            declare(**dead, fine=subscription())
        stopped.append(refused.value)

    assert list(run(program).requests) == [("Stack", "shop-test")]
    assert isinstance(stopped[0], DeclarationError)
    assert [(each.rule.name, each.level) for each in stopped[0].findings] == [("never-subject", "error")] * 2
    assert str(stopped[0]).splitlines()[0] == (
        "subscriptions.one.subject_begins_with: no subject of RunStatusChanged begins with '/e'; "
        "its subjects look like 'experiments/…/runs/…' (never-subject)"
    )


def test_the_component_refuses_findings_beside_mistakes() -> None:
    def program() -> None:
        with pytest.raises(FindingsError) as refused:
            declare(dead=subscription(subject_begins_with="/e"), x=subscription())
        assert [each.path for each in refused.value.mistakes] == [
            ("subscriptions", "x", "name"),
            ("subscriptions", "dead", "subject_begins_with"),
        ]

    run(program)


@pytest.mark.parametrize("fields", [{"disabled": "later"}, {"allow": {"never-subject": "we know"}}])
def test_a_finding_of_what_is_disabled_or_allowed_stops_nothing(fields: dict[str, Any]) -> None:
    monitor = run(lambda: declare(dead=subscription(subject_begins_with="/e", **fields), fine=subscription()))

    assert "ml/fine" in monitor.names("SystemTopicEventSubscription")


def test_a_warning_is_said_once_however_many_workspaces_have_the_subscription() -> None:
    recording = preview(workspaces={"a": workspace("a"), "b": workspace("b")}, subscriptions={"loud": LOUD})

    assert names(recording, SUBSCRIPTION) == ["a/loud", "b/loud"]
    assert [each.text.rpartition(" ")[2] for each in recording.messages] == ["(every-status)"]


def test_a_warning_is_said_once_in_a_program_with_several_components(run_program: RunProgram) -> None:
    loud = "Subscription(included_event_types=['RunStatusChanged'], to=hub)"
    recording = run_program(f"{PROGRAM}\nfor name in 'ab':\n    declare(name, loud={loud})")

    assert [each.text.partition(": ")[0] for each in recording.messages] == ["subscriptions.loud.included_event_types"]


def test_alerts_are_counted_over_all_components_of_a_program(
    run_program: RunProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "MOST_ALERT_RULES", 7)  # each workspace has three
    recording = run_program(f"""
from azureml_events import Alerts, Defaults, EventHub, Subscription, WorkspaceEvents, run_failed
defaults = Defaults(alerts=Alerts(action_group_id="{ACTION_GROUP}"))
subscriptions = {{"failed": Subscription(run_failed(), to=EventHub(resource_id="{HUB}"))}}
for name, place in {{"a": "{OWN}", "b": "{OTHER}", "c": "{OWN}", "d": "{OWN}"}}.items():
    workspace_id = "{WORKSPACE}".replace("{OWN}", place) + name
    WorkspaceEvents(name, workspace_id=workspace_id, location="westeurope", subscriptions=subscriptions,
                    defaults=defaults)
""")

    assert [each.text.rpartition(" (")[2] for each in recording.messages] == ["many-alerts)"]
    assert names(recording, "azure-native:monitor:MetricAlert")
    assert f"7 rules or more in Azure subscription {OWN}" in recording.messages[0].text


def test_on_mocks_no_warning_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)
    loud = Subscription(included_event_types=["RunStatusChanged"], to=EventHub(resource_id=HUB))

    run(lambda: declare(loud=loud))

    assert said == []


def test_an_end_that_has_passed_stops_a_deployment() -> None:
    with pytest.raises(ProgramError, match=r"subscriptions\.one\.expirationTimeUtc: .* \(not-delivering\)"):
        preview(subscriptions={"one": {**FAILED, "expirationTimeUtc": "2020-01-01T00:00:00Z"}})


@pytest.mark.parametrize(
    ("environment", "options", "said"),
    [
        ("usgovernment", "None", ["azure-native:environment: 'usgovernment' is another cloud"]),
        ("public", "None", []),
        ("usgovernment", "pulumi.ResourceOptions(provider=azure_native.Provider('own'))", []),
    ],
)
def test_a_provider_of_another_cloud_is_warned_of_unless_the_program_gives_one(
    run_program: RunProgram, environment: str, options: str, said: list[str]
) -> None:
    program = f"""
import pulumi, pulumi_azure_native as azure_native
from azureml_events import EventHub, Subscription, WorkspaceEvents, run_failed
WorkspaceEvents("ml", workspace_id="{WORKSPACE}", location="westeurope", opts={options}, subscriptions={{
    "failed": Subscription(run_failed(), to=EventHub(resource_id="{HUB}")),
}})"""
    recording = run_program(program, config={"azure-native:environment": environment})

    assert [each.text.partition(",")[0] for each in recording.messages] == said


def test_a_bridge_is_refused_where_the_stacks_provider_is_one_of_another_cloud() -> None:
    handlers = {"hub": {"type": "AzureDevOpsPipeline", "organization": "contoso", "project": "ml", "pipelineId": 7}}
    with pytest.raises(ProgramError, match="azure-native:environment 'china' is another cloud"):
        run_stack(
            ROOT,
            project="azureml-events",
            stack="test",
            config={
                **config(handlers=handlers, subscriptions={"failed": FAILED}),
                "azure-native:environment": "china",
            },
        )
