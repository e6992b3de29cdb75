"""The component as a program uses it, on mocks: with outputs, options and handlers of its own."""

from __future__ import annotations

import gc
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pulumi
import pytest
from azureml_events import (
    AzureFunction,
    CreateDeadLetter,
    CreateEventHub,
    CreateStorageQueue,
    DeadLetter,
    DeclarationError,
    Defaults,
    EmailAlert,
    EventHub,
    StorageQueue,
    Subscription,
    SystemTopic,
    WorkspaceEvents,
    run_completed,
    run_failed,
)
from azureml_events.offline.program import preview_stack
from azureml_events.offline.wire import Secret
from pulumi_azure_native import eventgrid, machinelearningservices
from resources.mocks import Azure, Monitor, Plain, run
from resources.stacks import HUB, arm

WORKSPACE = arm("Microsoft.MachineLearningServices/workspaces", "ml")
NO_STORE = DeadLetter(disabled="the archive has them all")
KIND = "SystemTopicEventSubscription"


def declare(name: str = "ml", **fields: Any) -> WorkspaceEvents:
    """A workspace with one subscription, unless the fields say otherwise."""
    given = {
        "workspace_id": WORKSPACE,
        "location": "westeurope",
        "subscriptions": {"failed": Subscription(run_failed(), to=EventHub(resource_id=HUB))},
        **fields,
    }
    return WorkspaceEvents(name, **given)


def _parents(monitor: Monitor) -> dict[str, str]:
    return {name: request.parent.rpartition("::")[2] for (_, name), request in monitor.requests.items()}


def test_every_child_has_a_component_as_parent() -> None:
    parents = _parents(run(declare))

    assert parents["ml/system-topic"] == parents["ml/failed"] == "ml"
    assert {parent for name, parent in parents.items() if name.startswith("ml/azure-event-hubs")} == {"grants"}


def test_its_children_are_attributes() -> None:
    kept: list[WorkspaceEvents] = []

    run(lambda: kept.append(declare()))

    events = kept[0]
    assert isinstance(events.system_topic, eventgrid.SystemTopic)
    assert list(events.event_subscriptions) == ["failed"]
    assert list(events.dead_letter_stores) == ["dead-letters/00000000-0000-0000-0000-000000000001/rg-ml/westeurope"]
    assert events.grants is not None
    assert len(events.grants.role_assignments) == 2


def test_its_outputs_are_registered() -> None:
    registered = run(declare).registered

    assert registered["ml"]["systemTopicName"] == "ml-events"
    assert set(registered["ml"]) >= {"systemTopic", "eventSubscriptions", "deadLetterStores", "grants"}
    assert {"grants", "dead-letters/00000000-0000-0000-0000-000000000001/rg-ml/westeurope"} <= registered.keys()


def test_it_works_on_the_plainest_mocks_again_and_again() -> None:
    for _ in range(2):
        assert run(declare, Plain()).names(KIND) == ["ml/failed"]


def test_two_workspaces_in_one_program_share_store_and_grants() -> None:
    def program() -> None:
        declare("a")
        declare("b", workspace_id=arm("Microsoft.MachineLearningServices/workspaces", "b"))

    monitor = run(program)

    assert len(monitor.names("StorageAccount")) == 1
    assert monitor.names("Grants") == ["grants"]


def test_what_a_program_shares_is_not_shared_with_the_next_program() -> None:
    assert run(declare).names("Grants") == run(declare).names("Grants") == ["grants"]


def test_ids_and_locations_may_be_outputs_of_other_resources() -> None:
    class Ids(Azure):
        def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
            made, outputs = super().new_resource(args)
            return (WORKSPACE, {**outputs, "location": "UK South"}) if args.name == "workspace" else (made, outputs)

    def program() -> None:
        workspace = machinelearningservices.Workspace("workspace", resource_group_name="rg", location="uksouth")
        declare(workspace_id=workspace.id, location=workspace.location)

    monitor = run(program, Ids())

    topic = monitor.inputs("SystemTopic", "ml/system-topic")
    assert (topic["source"], topic["location"], topic["resourceGroupName"]) == (WORKSPACE, "uksouth", "rg-ml")
    assert any("Workspace::workspace" in urn for urn in monitor.request("SystemTopic", "ml/system-topic").dependencies)


def test_a_function_made_in_the_same_program_is_delivered_to_once_its_code_is_there() -> None:
    """As the documentation says: the app's id with the function's name, and what deploys the code as a dependency."""
    app_id = arm("Microsoft.Web/sites", "app")

    class App(Azure):
        def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
            made, outputs = super().new_resource(args)
            return (app_id, outputs) if args.name == "app" else (made, outputs)

    def program() -> None:
        app = pulumi.CustomResource("azure-native:web:WebApp", "app", {})
        code = pulumi.CustomResource("command:local:Command", "code", {}, pulumi.ResourceOptions(depends_on=[app]))
        on_event = AzureFunction(resource_id=pulumi.Output.concat(app.id, "/functions/on-event"))
        subscriptions = {"failed": Subscription(run_failed(), to=on_event)}
        declare(subscriptions=subscriptions, dead_letter=NO_STORE, opts=pulumi.ResourceOptions(depends_on=[code]))

    monitor = run(program, App())

    destination = monitor.inputs(KIND, "ml/failed")["destination"]
    assert destination["resourceId"] == f"{app_id}/functions/on-event"
    assert any(urn.endswith("Command::code") for urn in monitor.request(KIND, "ml/failed").dependencies)


def test_an_output_that_is_no_workspace_stops_the_program_and_names_its_path() -> None:
    with pytest.raises(pulumi.RunError, match=r"^ml.*: .*'hub' is not the id of a resource; expected /subscriptions"):
        run(lambda: declare(workspace_id=pulumi.Output.from_input("hub")))


def test_a_secret_url_stays_a_secret(tmp_path: Path) -> None:
    program = f"""
import pulumi
from azureml_events import DeadLetter, Subscription, WebHook, WorkspaceEvents, run_failed
hook = WebHook(endpoint_url=pulumi.Output.secret("https://host/hook?code=key"))
lost = DeadLetter(disabled="nobody reads them")
failed = {{"failed": Subscription(run_failed(), to=hook)}}
WorkspaceEvents("ml", workspace_id="{WORKSPACE}", location="westeurope", subscriptions=failed, dead_letter=lost)
"""
    (tmp_path / "__main__.py").write_text(program, encoding="utf-8")

    recording = preview_stack(tmp_path, project="shop", stack="test", config={})

    destination = recording.resource("ml/failed", f"azure-native:eventgrid:{KIND}").inputs["destination"]
    assert destination["endpointUrl"] == Secret("https://host/hook?code=key")


def test_an_output_that_turns_out_to_hold_a_secret_becomes_one(tmp_path: Path) -> None:
    """A function's keys, for example, come from Azure as plain outputs."""
    program = f"""
import pulumi
from azureml_events import DeadLetter, DeliveryAttributeMapping, Subscription, WebHook, WorkspaceEvents, run_failed
def hook(url, value, is_secret):
    attribute = DeliveryAttributeMapping(
        name="team", type="Static", value=pulumi.Output.from_input(value), is_secret=is_secret)
    return WebHook(endpoint_url=pulumi.Output.from_input(url), delivery_attribute_mappings=[attribute])
WorkspaceEvents("ml", workspace_id="{WORKSPACE}", location="westeurope", dead_letter=DeadLetter(disabled="no"),
    subscriptions={{
        "keys": Subscription(run_failed(), to=hook("https://host/hook?code=key", "hush", True)),
        "plain": Subscription(run_failed(), to=hook("https://host/hook", "ml", False)),
    }})
"""
    (tmp_path / "__main__.py").write_text(program, encoding="utf-8")

    recording = preview_stack(tmp_path, project="shop", stack="test", config={})
    sent = {
        name: recording.resource(f"ml/{name}", f"azure-native:eventgrid:{KIND}").inputs["destination"]
        for name in ("keys", "plain")
    }
    values = {name: (body["endpointUrl"], body["deliveryAttributeMappings"][0]["value"]) for name, body in sent.items()}
    assert values == {
        "keys": (Secret("https://host/hook?code=key"), Secret("hush")),
        "plain": ("https://host/hook", "ml"),
    }


def test_a_failing_test_of_a_user_fails_and_does_no_more() -> None:
    """Where a hook was registered on mocks, a failing program brings Python down (SDK 3.272)."""

    def program() -> None:
        declare()
        raise LookupError("what the user's test found")

    with pytest.raises(LookupError, match="what the user's test found"):
        run(program)


def test_what_the_component_depends_on_is_there_before_its_subscriptions() -> None:
    """The code of a function, for one."""

    def program() -> None:
        code = pulumi.ComponentResource("test:index:Code", "code")
        app = machinelearningservices.Workspace(
            "app", resource_group_name="rg", opts=pulumi.ResourceOptions(parent=code)
        )
        later = pulumi.Output.from_input([app])
        declare("one", opts=pulumi.ResourceOptions(depends_on=code))
        declare("many", opts=pulumi.ResourceOptions(depends_on=[code]))
        declare("later", opts=pulumi.ResourceOptions(depends_on=later))

    monitor = run(program)

    for name in ("one", "many", "later"):
        dependencies = monitor.request(KIND, f"{name}/failed").dependencies
        assert any(urn.endswith("Workspace::app") for urn in dependencies), name
        assert any("RoleAssignment" in urn for urn in dependencies), name


def test_a_provider_of_the_program_makes_everything() -> None:
    def program() -> None:
        provider = pulumi.ProviderResource("azure-native", "own", {})
        declare(opts=pulumi.ResourceOptions(provider=provider))

    monitor = run(program)

    providers = {
        request.provider.split("::")[-2]
        for (kind, _), request in monitor.requests.items()
        if request.custom and kind != "azure-native"
    }
    assert providers == {"own"}


def test_options_of_the_component_are_not_copied_to_its_children() -> None:
    opts = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old")], ignore_changes=["tags"])

    monitor = run(lambda: declare(opts=opts, system_topic=SystemTopic(name="old-events")))

    assert [alias.spec.name for alias in monitor.request("WorkspaceEvents", "ml").aliases] == ["old"]
    assert list(monitor.request("SystemTopic", "ml/system-topic").aliases) == []
    assert list(monitor.request(KIND, "ml/failed").ignoreChanges) == []


@pytest.mark.parametrize(
    ("alias", "renames"),
    [
        (pulumi.Alias(name="old"), True),
        ("urn:pulumi:test::shop::azureml-events:index:WorkspaceEvents::old", True),
        (pulumi.Alias(name="ml"), False),
        (pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE), False),
        (pulumi.Alias(name="old", type_="contoso:index:Events"), False),
        ("urn:pulumi:test::shop::contoso:index:Events::old", False),
    ],
)
def test_the_topics_name_is_required_where_it_would_follow_another_name(
    alias: str | pulumi.Alias, *, renames: bool
) -> None:
    refused = pytest.raises(DeclarationError, match=r"system_topic\.name: required .* 'old-events'")
    with refused if renames else nullcontext():
        run(lambda: declare(opts=pulumi.ResourceOptions(aliases=[alias])))


def test_options_reach_all_that_only_this_workspace_uses() -> None:
    """Also what it creates, and a store with a name of its own; grants and a shared store stand below the root."""
    transformed: list[str] = []
    opts = pulumi.ResourceOptions(
        protect=True, retain_on_delete=True, transformations=[lambda args: transformed.append(args.name)]
    )
    hub = EventHub(create=CreateEventHub(resource_group="rg-events"))
    mail = EmailAlert(
        communication_service_id=arm("Microsoft.Communication/communicationServices", "mail"),
        endpoint="https://mail.communication.azure.com",
        sender="alerts@example.com",
        to=["ops@example.com"],
    )
    subscriptions = {"all": Subscription(all_events=True, to=hub), "mails": Subscription(run_failed(), to=mail)}

    def program() -> None:
        own = DeadLetter(create=CreateDeadLetter(account_name="mine"))
        declare(subscriptions=subscriptions, dead_letter=own, opts=opts)
        declare("shares", workspace_id=arm("Microsoft.MachineLearningServices/workspaces", "b"))

    monitor = run(program)

    ours = {name for (_, name) in monitor.requests if name == "ml" or name.startswith("ml/")} - {
        name for (kind, name) in monitor.requests if kind == "RoleAssignment"
    }
    assert ours >= {"ml/system-topic", "ml/all", "ml/handlers/all", "ml/mails/workflow", "ml/dead-letters/account"}
    for (_, name), request in monitor.requests.items():
        assert (request.protect, request.retainOnDelete, name in transformed) == (name in ours,) * 3, name


def test_workspaces_with_a_store_of_their_own_share_none() -> None:
    def program() -> None:
        for key in ("a", "b"):
            own = DeadLetter(create=CreateDeadLetter(account_name=f"mine{key}"))
            declare(key, workspace_id=arm("Microsoft.MachineLearningServices/workspaces", key), dead_letter=own)
        declare("c", workspace_id=arm("Microsoft.MachineLearningServices/workspaces", "c"))

    monitor = run(program)

    assert sorted(monitor.inputs("StorageAccount", name)["accountName"] for name in monitor.names("StorageAccount"))[
        1:
    ] == ["minea", "mineb"]
    assert [monitor.request("DeadLetterStore", f"{key}/dead-letters").parent.rpartition("::")[2] for key in "ab"] == [
        "a",
        "b",
    ]


def test_version_aliases_are_dropped_unless_they_are_wanted() -> None:
    """Of every child, whether its parent is the workspace's component or one of the program's."""
    queue = StorageQueue(create=CreateStorageQueue(resource_group="rg-events"))
    fields: dict[str, Any] = {"subscriptions": {"failed": Subscription(run_failed(), to=queue)}}
    dropped = run(lambda: declare(**fields))
    kept = run(lambda: declare(**fields, defaults=Defaults(keep_version_aliases=True)))

    assert {name for name, request in dropped.requests.items() if request.aliases} == set()
    assert {kind for (kind, _), request in kept.requests.items() if request.aliases} == {
        *("SystemTopic", KIND, "RoleAssignment"),
        *("StorageAccount", "ManagementPolicy", "BlobContainer", "Queue"),
    }


def test_it_changes_nothing_in_the_process() -> None:
    before = gc.get_threshold()
    try:
        gc.set_threshold(700, 10, 10)
        run(declare)
        assert gc.get_threshold() == (700, 10, 10)
    finally:
        gc.set_threshold(*before)


def test_created_handlers_are_children_too() -> None:
    queue = StorageQueue(create=CreateStorageQueue(resource_group="rg-events"))

    monitor = run(
        lambda: declare(handlers={"queue": queue}, subscriptions={"failed": Subscription(run_failed(), to="queue")})
    )

    parents = _parents(monitor)
    assert parents["ml/handlers"] == "ml"
    assert parents["ml/handlers/queue"] == "ml/handlers"


def test_one_handler_in_two_subscriptions_is_one_handler() -> None:
    def program() -> None:
        output: Any = pulumi.Output.from_input(HUB)
        hub = EventHub(resource_id=output)
        subscriptions = {"failed": Subscription(run_failed(), to=hub), "done": Subscription(run_completed(), to=hub)}
        declare(subscriptions=subscriptions, dead_letter=NO_STORE)

    assert len(run(program).names("RoleAssignment")) == 1


def test_all_mistakes_are_reported_at_once_and_nothing_is_declared() -> None:
    with pytest.raises(DeclarationError) as raised:
        declare(
            "no/key",
            subscriptions={"ab": Subscription(run_failed(), to=EventHub(resource_id=HUB))},
            system_topic=SystemTopic(identity="None"),
        )

    assert [".".join(map(str, mistake.path)) for mistake in raised.value.mistakes] == [
        "name",
        "subscriptions.ab.name",
        "system_topic.identity",
        "system_topic.identity",
    ]


def test_no_name_on_the_wire_is_in_snake_case() -> None:
    monitor = run(declare)

    wire = {name for kind, name in monitor.requests for name in _names(monitor.inputs(kind, name))}
    assert {name for name in wire if "_" in name} == set()


def _names(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(name for member in value.values() for name in _names(member))]
    if isinstance(value, list):
        return [name for item in value for name in _names(item)]
    return []
