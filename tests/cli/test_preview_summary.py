"""The summary of a preview: what is delivered where, in words."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from azureml_events.base.mistakes import DeclarationError
from azureml_events.cli.preview_report import print_preview
from azureml_events.cli.preview_summary import one_workspace, summarize
from azureml_events.offline.program import preview_stack
from azureml_events.offline.recording import Recording
from azureml_events.resources.declared import DeclaredWorkspace, noted_workspaces
from azureml_events.stackfile.input_error import InputError
from azureml_events.stackfile.stack_file import load_stack_file
from stack_texts import GROUP, HUB, WORKSPACE

IDS = f"{GROUP}/providers"
STACK = f"""\
config:
  azure-native:subscriptionId: 00000000-0000-0000-0000-000000000001
  azureml-events:workspaces:
    ml-a:
      resourceId: {IDS}/Microsoft.MachineLearningServices/workspaces/ml-a
      location: westeurope
      systemTopic: {{existing: true, name: evgt-shared}}
    ml-b:
      resourceId: {IDS}/Microsoft.MachineLearningServices/workspaces/ml-b
      location: westeurope
      systemTopic: {{import: {IDS}/Microsoft.EventGrid/systemTopics/portal-topic}}
      deadLetter: {{storageAccountId: {IDS}/Microsoft.Storage/storageAccounts/stdead, blobContainerName: dead}}
  azureml-events:handlers:
    archive: {{type: EventHub, resourceId: {HUB}}}
    mail:
      type: EmailAlert
      communicationServiceId: {IDS}/Microsoft.Communication/communicationServices/acs
      sender: ml@contoso.com
      to: [ops@contoso.com, data@contoso.com]
    release: {{type: AzureDevOpsPipeline, organization: contoso, project: churn, pipelineId: 12}}
  azureml-events:subscriptions:
    failed:
      handler: mail
      when: {{runFailed: {{experimentName: train}}}}
      advancedFilters: [{{operatorType: StringNotIn, key: data.runType, values: [hyperdrive]}}]
    models:
      handler: archive
      includedEventTypes: [ModelRegistered, ModelDeployed]
      subjectBeginsWith: models/
      isSubjectCaseSensitive: true
      deadLetter: {{disabled: nobody reads them}}
    tagged: {{handler: release, workspaces: [ml-b], when: modelRegistered}}
    later: {{handler: archive, workspaces: [ml-a], allEvents: true, disabled: not yet}}
"""

SUMMARY = """\
Workspace ml-a: 3 subscriptions, 1 disabled
  system topic: evgt-shared, existing
  dead letters: a new storage account, for 30 days
  failed
    when  a run failed
    if    experiment name is 'train'
    and   data.runType is not 'hyperdrive'
    to    mail: mails ops@contoso.com, data@contoso.com
  models
    when         ModelDeployed or ModelRegistered
    if           subject begins with 'models/' (in this case)
    to           archive: event hub n1/eh1
    dead letter  none: nobody reads them
  later
    disabled  not yet
    when      any event
    to        archive: event hub n1/eh1

Workspace ml-b: 3 subscriptions
  system topic: portal-topic, taken over
  dead letters: container stdead/dead
  failed
    when  a run failed
    if    experiment name is 'train'
    and   data.runType is not 'hyperdrive'
    to    mail: mails ops@contoso.com, data@contoso.com
  models
    when         ModelDeployed or ModelRegistered
    if           subject begins with 'models/' (in this case)
    to           archive: event hub n1/eh1
    dead letter  none: nobody reads them
  tagged
    when  a model was registered
    to    release: runs pipeline 12 of contoso/churn
"""

RAW = f"""\
import pulumi
from pulumi_azure_native import eventgrid
from azureml_events import LogicApp, Subscription, WorkspaceEvents, run_failed

WorkspaceEvents("ml-ours", workspace_id="{WORKSPACE}", location="westeurope", subscriptions={{
    "tickets": Subscription(run_failed(), to=LogicApp(resource_id="{IDS}/Microsoft.Logic/workflows/open-ticket")),
}})
topic = eventgrid.SystemTopic("topic", system_topic_name="evgt-raw", resource_group_name="rg",
    source="{IDS}/Microsoft.MachineLearningServices/workspaces/ml-raw", topic_type="x")
eventgrid.SystemTopicEventSubscription("raw", system_topic_name=topic.name, resource_group_name="rg",
    filter={{"includedEventTypes": ["Microsoft.MachineLearningServices.RunCompleted"], "subjectEndsWith": "1",
        "advancedFilters": [{{"operatorType": "StringIn", "key": "data.a", "values": ["x", topic.id]}}]}},
    destination={{"endpointType": "EventHub", "resourceId": "{HUB}"}})
eventgrid.SystemTopicEventSubscription("other", system_topic_name="evgt-old", resource_group_name="rg",
    destination={{"endpointType": "WebHook", "endpointUrl": pulumi.Output.secret("https://x?key=hunter2")}})
eventgrid.EventSubscription("extension", scope="{IDS}/Microsoft.MachineLearningServices/workspaces/ml-ext",
    filter=topic.id.apply(lambda _: {{}}), destination=topic.id.apply(lambda _: {{}}))
"""

SUMMARY_OF_RAW = f"""\
Workspace ml-ours: 1 subscription
  system topic: ml-ours-events, new
  dead letters: a new storage account, for 30 days
  tickets
    when  a run failed
    to    starts workflow open-ticket by its trigger manual

Workspace ml-ext: 1 subscription
  system topic: none: subscribed by the workspace's id
  dead letters: none
  extension
    when  <unknown>
    to    <unknown>

Workspace evgt-old: 1 subscription
  system topic: evgt-old, existing
  dead letters: none
  other
    when  any event
    to    WebHook <secret>

Workspace ml-raw: 1 subscription
  system topic: evgt-raw
  dead letters: none
  raw
    when  RunCompleted
    if    subject ends with '1'
    and   data.a is 'x' or <unknown>
    to    EventHub {HUB}
"""

MADE_IN_THE_PROGRAM = f"""\
import pulumi
from pulumi_azure_native import datafactory, eventgrid, eventhub, storage, web
from azureml_events import *
hub = eventhub.EventHub("archive", resource_group_name="rg", namespace_name="ns")
app = web.WebApp("app", resource_group_name="rg")
account = storage.StorageAccount("letters", resource_group_name="rg", kind="StorageV2", sku={{"name": "Standard_LRS"}})
factory = datafactory.Factory("factory", resource_group_name="rg")
function = pulumi.Output.concat(app.id, "/functions/on-event")
either = pulumi.Output.all(hub.id, app.id).apply(lambda ids: ids[0])
letters = DeadLetter(storage_account_id=account.id, blob_container_name="dead")
WorkspaceEvents("ml", workspace_id="{IDS}/Microsoft.MachineLearningServices/workspaces/ml", location="westeurope",
    dead_letter=letters, subscriptions={{
    "hub": Subscription(run_failed(), to=EventHub(resource_id=hub.id)),
    "function": Subscription(run_failed(), to=AzureFunction(resource_id=function)),
    "queue": Subscription(run_failed(), to=StorageQueue(resource_id=account.id, queue_name="q1")),
    "pipeline": Subscription(run_failed(), to=DataFactoryPipeline(factory_id=factory.id, pipeline_name="train")),
    "either": Subscription(run_failed(), to=EventHub(resource_id=either)),
    "later": Subscription(run_failed(), to=EventHub(resource_id=hub.id), disabled="not yet"),
}})
eventgrid.EventSubscription("raw", scope="{IDS}/Microsoft.MachineLearningServices/workspaces/other",
    destination={{"endpointType": "EventHub", "resourceId": hub.id}})
"""

MADE = {
    "hub": "event hub archive",
    "function": "function app",
    "queue": "storage queue letters/q1",
    "pipeline": "starts pipeline train of factory factory",
    "either": "event hub <unknown>",
    "later": "event hub <unknown>",
    "raw": "EventHub archive",
}

Previewed = tuple[Recording, list[DeclaredWorkspace]]
Preview = Callable[..., Previewed]


@pytest.fixture
def preview(tmp_path: Path) -> Preview:
    """Runs a program with a stack file: gives its recording and what it declared."""

    def preview(program: str = "from azureml_events import declare_stack\ndeclare_stack()\n") -> Previewed:
        (tmp_path / "__main__.py").write_text(program)
        path = tmp_path / "Pulumi.dev.yaml"
        path.write_text(STACK)
        config = load_stack_file(path).document.config
        with noted_workspaces() as declared:
            return preview_stack(tmp_path, project="azureml-events", stack="dev", config=config), declared

    return preview


def summary_of(recording: Recording, declared: list[DeclaredWorkspace]) -> str:
    """What is printed between the first line and the counts."""
    file = io.StringIO()
    print_preview(recording, summarize(recording, declared), file=file)
    return file.getvalue().split("\n\n", maxsplit=1)[1].partition("\nTypes\n")[0]


def test_it_says_what_is_delivered_where(preview: Preview) -> None:
    assert summary_of(*preview()) == SUMMARY


def test_of_a_program_it_says_what_is_known(preview: Preview) -> None:
    assert summary_of(*preview(RAW)) == SUMMARY_OF_RAW


def test_the_types_are_counted_the_most_frequent_first(preview: Preview) -> None:
    file = io.StringIO()
    recording, declared = preview()
    print_preview(recording, summarize(recording, declared), file=file)

    counts = file.getvalue().partition("\nTypes\n")[2].partition("\n\n")[0].splitlines()
    numbers = [int(line.split()[0]) for line in counts]
    assert "  5  azure-native:eventgrid:SystemTopicEventSubscription" in counts
    assert numbers == sorted(numbers, reverse=True)
    assert sum(numbers) == len(recording.resources) - 1


def test_control_characters_do_not_reach_the_terminal(preview: Preview) -> None:
    program = RAW.replace('"evgt-raw"', '"evgt\\x1b[2Jraw"')

    assert "  system topic: evgt\\x1b[2Jraw\n" in summary_of(*preview(program))


def test_one_workspace_is_shown_with_what_it_needs(preview: Preview) -> None:
    recording, declared = preview()
    part, summary = one_workspace(recording, summarize(recording, declared), "ml-a")

    file = io.StringIO()
    print_preview(part, summary, file=file)
    assert [each.name for each in summary] == ["ml-a"]
    assert "ml-b" not in file.getvalue()
    for needed in ("ml-a/failed", "StorageAccount", "ManagementPolicy", "evgt-shared", 'systemTopics: {"ml-a": '):
        assert needed in file.getvalue()


def test_prerequisites_of_its_workflows_stay_with_their_workspace(preview: Preview) -> None:
    recording, declared = preview()

    part, _ = one_workspace(recording, summarize(recording, declared), "ml-b")
    assert part.outputs["prerequisites"]
    assert [each.text for each in part.messages] == [each.text for each in recording.messages]


def test_a_workspace_of_a_raw_program_is_found_by_its_source(preview: Preview) -> None:
    recording, declared = preview(RAW)
    part, _ = one_workspace(recording, summarize(recording, declared), "ml-raw")

    assert {each.name for each in part.resources} == {"azureml-events-dev", "topic", "raw"}


def test_an_unknown_workspace_is_refused_with_the_likely_one(preview: Preview) -> None:
    recording, declared = preview()

    with pytest.raises(InputError, match="--workspace: there is no workspace 'ml-c'; did you mean 'ml-"):
        one_workspace(recording, summarize(recording, declared), "ml-c")


def test_nothing_is_noted_once_nobody_asks(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text(RAW)
    with noted_workspaces() as declared:
        pass
    preview_stack(tmp_path, project="other", stack="dev", config={})

    assert declared == []


def test_a_refused_declaration_is_not_noted() -> None:
    from azureml_events import WorkspaceEvents

    with noted_workspaces() as declared, pytest.raises(DeclarationError):
        WorkspaceEvents("ml", workspace_id="wrong", subscriptions={})
    assert declared == []


def test_what_the_program_makes_is_named_where_one_resource_of_it_is_meant(preview: Preview) -> None:
    recording, declared = preview(MADE_IN_THE_PROGRAM)

    subscriptions = [each for workspace in summarize(recording, declared) for each in workspace.subscriptions]
    assert {each.name: dict(each.facts)["to"] for each in subscriptions} == MADE
    assert {dict(each.facts).get("dead letter") for each in subscriptions if each.name in {"hub", "queue"}} == {
        "container letters/dead"
    }


def test_the_summary_says_what_is_watched_and_who_is_told(tmp_path: Path) -> None:
    watched = (
        "  azureml-events:defaults:\n"
        f"    diagnostics: {{workspaceId: {IDS}/Microsoft.OperationalInsights/workspaces/log-ml}}\n"
        f"    alerts: {{actionGroupId: {IDS}/Microsoft.Insights/actionGroups/ag-ml, deadLettered: false}}\n"
    )
    path = tmp_path / "Pulumi.test.yaml"
    path.write_text(STACK + watched, encoding="utf-8")
    config = load_stack_file(path).document.config
    with noted_workspaces() as declared:
        recording = preview_stack(Path(__file__).parents[2], project="azureml-events", stack="test", config=config)

    _, second = summarize(recording, declared)
    assert second.watched == (
        ("log of failed deliveries", "log-ml"),
        ("alerts", "to action group ag-ml, when"),
        ("", "events are lost"),
        ("", "more than 10 attempts to deliver fail in an hour"),
        ("", "runs of the workflow of failed fail"),
        ("", "runs of the workflow of tagged fail"),
    )
