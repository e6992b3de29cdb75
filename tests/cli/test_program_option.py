"""`--program`: `check` and `route` of what another program registers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.conftest import HUB, WORKSPACE, Run, lines

COMPONENT = f"""\
from azureml_events import EventHub, Subscription, WorkspaceEvents, run_failed

to = EventHub(resource_id="{HUB}")
WorkspaceEvents("ml", workspace_id="{WORKSPACE}/ml-a", location="westeurope", subscriptions={{
    "failed": Subscription(run_failed(), to=to),
    "dead": Subscription(run_failed(), to=to, subject_begins_with="/experiments/"),
    "loud": Subscription(included_event_types=["RunStatusChanged"], to=to, name="azure-name"),
    "quiet": Subscription(included_event_types=["RunStatusChanged"], to=to, allow={{"every-status": "we count them"}},
                          event_delivery_schema="CloudEventSchemaV1_0"),
}})
"""

RAW = f"""\
import pulumi
from pulumi_azure_native import eventgrid

topic = eventgrid.SystemTopic("topic", system_topic_name="t", resource_group_name="rg", location="westeurope",
    source="{WORKSPACE}/ml-a", topic_type="Microsoft.MachineLearningServices.Workspaces")
eventgrid.SystemTopicEventSubscription("raw", event_subscription_name="raw-failed", resource_group_name="rg",
    system_topic_name=topic.name,
    destination=eventgrid.EventHubEventSubscriptionDestinationArgs(endpoint_type="EventHub", resource_id="{HUB}"),
    filter=eventgrid.EventSubscriptionFilterArgs(
        included_event_types=["Microsoft.MachineLearningServices.RunStatusChanged"],
        advanced_filters=[eventgrid.StringInAdvancedFilterArgs(
            operator_type="StringIn", key="data.runStatus", values=[pulumi.Config("raw").get("status") or "Failed"])],
        subject_begins_with="/experiments/" if pulumi.Config("raw").get("slash") else None))
"""


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty directory for a program."""
    return tmp_path_factory.mktemp("other")


def test_check_reports_every_finding_of_a_program_by_resource(run: Run, other: Path) -> None:
    (other / "__main__.py").write_text(COMPONENT)

    result = run("check", "dev", "--program", str(other), "--format", "json")

    printed = json.loads(result.stdout)
    assert (result.exit_code, result.stderr, printed["stack"]) == (1, "", "dev")
    assert [(each["rule"], each["path"], each["subscription"], each["line"]) for each in printed["findings"]] == [
        ("redundant-subscription", "ml/failed", "failed", 5),
        ("never-subject", "ml/dead.filter.subjectBeginsWith", "dead", 6),
        ("redundant-subscription", "ml/dead", "dead", 6),
        ("every-status", "ml/loud.filter.includedEventTypes", "loud", 7),
    ]
    assert {(each["file"], each["column"], each["edit"]) for each in printed["findings"]} == {
        (f"{other}/__main__.py", None, None)
    }


def test_a_finding_of_a_raw_program_has_the_line_of_the_resource(run: Run, other: Path) -> None:
    (other / "__main__.py").write_text(
        RAW.replace("/experiments/", "/x/").replace('get("slash")', 'get("slash") is None')
    )

    printed = json.loads(run("check", "dev", "--program", str(other), "--format", "json").stdout)

    [line] = {each["line"] for each in printed["findings"]}
    assert RAW.splitlines()[line - 1].startswith('eventgrid.SystemTopicEventSubscription("raw"')


def test_check_in_text_names_the_programs_line(run: Run, other: Path) -> None:
    (other / "__main__.py").write_text(COMPONENT)

    _, first, *_ = run("check", "dev", "--program", str(other)).stdout.splitlines()

    assert first.startswith(
        f"{other}/__main__.py:6: error: ml/dead.filter.subjectBeginsWith: no subject of RunStatusChanged begins"
    )


def test_a_program_without_our_components_is_run_with_the_stacks_configuration(run: Run, other: Path) -> None:
    (other / "Pulumi.yaml").write_text("name: raw\nruntime: python\n")
    (other / "Pulumi.dev.yaml").write_text("config:\n  raw:status: Canceled\n  raw:slash: 'yes'\n")
    (other / "__main__.py").write_text(RAW)

    result = run("check", "dev", "--program", str(other))

    assert result.exit_code == 1
    assert "raw.filter.subjectBeginsWith" in result.stdout


def test_route_reads_the_registered_subscriptions_by_their_authors_names(run: Run, other: Path) -> None:
    (other / "__main__.py").write_text(COMPONENT)

    routed = lines(run("route", "dev", "--program", str(other), "--json", "--workspace", "ml"))

    [changed] = [each for each in routed if each["event"]["type"].endswith("RunStatusChanged")]
    verdicts = {each["subscription"]: each["verdict"] for each in changed["routes"]}
    assert verdicts == {"failed": "match", "dead": "no match", "loud": "match", "quiet": "match"}
    assert {(each["workspace"], each["handler"]) for each in changed["routes"]} == {("ml", "failed")}


def test_route_of_a_program_without_our_components(run: Run, other: Path) -> None:
    (other / "__main__.py").write_text(RAW)

    routed = lines(run("route", "dev", "--program", str(other), "--json"))

    [changed] = [each for each in routed if each["event"]["type"].endswith("RunStatusChanged")]
    assert [(each["workspace"], each["subscription"], each["verdict"]) for each in changed["routes"]] == [
        ("ml-a", "raw-failed", "match")
    ]


@pytest.mark.parametrize("command", ["check", "route", "preview"])
def test_a_program_that_stops_is_told_without_a_traceback(run: Run, other: Path, command: str) -> None:
    (other / "__main__.py").write_text("raise RuntimeError('no such luck')\n")

    result = run(command, "dev", "--program", str(other))

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "__main__.py:1: RuntimeError: no such luck\n"


@pytest.mark.parametrize("command", ["check", "route", "preview"])
def test_an_output_that_turns_out_to_be_wrong_is_told_without_a_traceback(run: Run, other: Path, command: str) -> None:
    """The SDK makes the error its own cause; the URL may be a secret."""
    hook = 'WebHook(endpoint_url=pulumi.Output.secret("http://host/hush"))'
    declared = COMPONENT.replace(f'EventHub(resource_id="{HUB}")', hook).replace("EventHub", "WebHook")
    source = "import pulumi\n" + declared.replace('subject_begins_with="/experiments/"', "")
    (other / "__main__.py").write_text(source)

    result = run(command, "dev", "--program", str(other))

    assert (result.exit_code, result.stdout) == (2, "")
    wrong = "destination.endpointUrl: Event Grid delivers to https only; expected https://<host>/<path>"
    assert result.stderr == f"ml/failed: {wrong}\n"


def test_a_stack_that_a_programs_project_does_not_have_is_named(run: Run, other: Path) -> None:
    (other / "Pulumi.yaml").write_text("name: raw\nruntime: python\n")
    (other / "Pulumi.prod.yaml").write_text("config: {}\n")
    (other / "__main__.py").write_text(RAW)

    result = run("check", "prd", "--program", str(other))

    assert result.exit_code == 2
    assert "did you mean 'prod'?" in result.stderr


def test_a_program_below_the_project_is_run_itself(run: Run, other: Path) -> None:
    (other / "Pulumi.yaml").write_text("name: raw\nruntime: python\n")
    (other / "__main__.py").write_text("raise RuntimeError('not this one')\n")
    (other / "inner").mkdir()
    (other / "inner" / "__main__.py").write_text(RAW)

    assert run("check", "dev", "--program", str(other / "inner")).exit_code == 0
