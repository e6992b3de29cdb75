"""Globally unique names: two deployments that differ in Azure subscription, group, project, stack or key share none."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from azureml_events import CreateEventHub, CreateStorageQueue, EventHub, StorageQueue, Subscription, WorkspaceEvents
from azureml_events.offline.program import preview_stack
from azureml_events.offline.recording import Recording
from resources.mocks import Azure, run
from resources.stacks import OTHER, OWN, ROOT, arm, config, workspace

CREATED = {
    "hub": {"type": "EventHub", "create": {"resourceGroup": "rg-events", "location": "westeurope"}},
    "bus": {"type": "ServiceBusQueue", "create": {"resourceGroup": "rg-events", "location": "westeurope"}},
    "queue": {"type": "StorageQueue", "create": {"resourceGroup": "rg-events", "location": "westeurope"}},
}
HOSTS = {
    "azure-native:eventhub:Namespace": "namespaceName",
    "azure-native:servicebus:Namespace": "namespaceName",
    "azure-native:storage:StorageAccount": "accountName",
}
WORKSPACE = "Microsoft.MachineLearningServices/workspaces"


def clone(
    *,
    subscription: str = OWN,
    group: str = "rg-events",
    project: str = "azureml-events",
    stack: str = "dev",
    suffix: str = "",
    located: bool = True,
) -> Recording:
    """A stack that creates what has a globally unique name: three handlers and a store for dead letters."""
    home = workspace(f"ml{suffix}", subscription, group)
    if not located:
        del home["location"]
    handlers = {
        f"{key}{suffix}": {**each, "create": {**each["create"], "resourceGroup": group}}  # type: ignore[dict-item]
        for key, each in CREATED.items()
    }
    subscriptions = {f"to-{key}": {"handler": key, "allEvents": True} for key in handlers}
    settings = config({f"ml{suffix}": home}, handlers, subscriptions, subscriptionId=subscription)
    return preview_stack(ROOT, project=project, stack=stack, config=settings)


def unique_names(recording: Recording) -> dict[str, Any]:
    """The names that must be unique in all of Azure, by Pulumi name."""
    return {each.name: each.inputs[HOSTS[each.type]] for each in recording.resources if each.type in HOSTS}


OTHERS: list[dict[str, Any]] = [
    {"subscription": OTHER},
    {"group": "rg-other"},
    {"project": "other"},
    {"stack": "prod"},
    {"stack": "Dev"},
]


@pytest.mark.parametrize("located", [True, False], ids=["located", "looked up"])
@pytest.mark.parametrize("other", [*OTHERS, {"suffix": "-2"}], ids=str)
def test_two_clones_share_no_globally_unique_name(other: dict[str, Any], *, located: bool) -> None:
    ours, theirs = unique_names(clone(located=located)), unique_names(clone(**other, located=located))

    assert len(set(ours.values())) == len(set(theirs.values())) == len(CREATED) + 1
    # One account is for all workspaces of a place, so its name does not depend on their keys.
    shared = set(ours) & set(theirs) if other == {"suffix": "-2"} else set()
    assert set(ours.values()) & set(theirs.values()) == {ours[name] for name in shared}


def test_a_clone_in_the_same_place_asks_for_the_same_names() -> None:
    assert unique_names(clone()) == unique_names(clone(group="RG-Events"))


def test_without_a_subscription_of_the_stack_names_follow_the_providers_own() -> None:
    settings = config(handlers={"hub": CREATED["hub"]}, subscriptionId=None)
    recording = preview_stack(ROOT, project="azureml-events", stack="dev", config=settings)

    (host,) = recording.of_type("azure-native:eventhub:Namespace")
    assert not isinstance(host.inputs["namespaceName"], str)


class Made(Azure):
    """Azure in which the workspace is made by the program."""

    def __init__(self, subscription: str, group: str) -> None:
        self.id = arm(WORKSPACE, "ml", subscription=subscription, group=group)

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """The workspace where it is said to be, everything else anywhere."""
        made, outputs = super().new_resource(args)
        return (self.id, outputs) if args.name == "workspace" else (made, outputs)


def made_here(subscription: str, group: str = "rg-ml") -> dict[str, str]:
    """The globally unique names of a program that makes its workspace, and a hub, a queue and a store for it."""

    def program() -> None:
        made = pulumi.CustomResource(f"azure-native:{WORKSPACE}", "workspace", {})
        hub = EventHub(create=CreateEventHub(resource_group="rg-events"))
        queue = StorageQueue(create=CreateStorageQueue(resource_group="rg-events"))
        subscriptions = {
            "a-1": Subscription(all_events=True, to=hub),
            "b-2": Subscription(all_events=True, to=queue),
        }
        WorkspaceEvents("ml", workspace_id=made.id, location="westeurope", subscriptions=subscriptions)

    monitor = run(program, Made(subscription, group))
    return {
        f"{kind} {name}": dict(monitor.inputs(kind, name))[HOSTS[token]]
        for token in HOSTS
        for kind in [token.rpartition(":")[2]]
        for name in dict.fromkeys(monitor.names(kind))
        if "servicebus" not in token
    }


def test_names_follow_a_workspace_that_is_made_in_the_same_program() -> None:
    ours, theirs = made_here(OWN), made_here(OTHER)

    assert len(ours) == 3
    assert not set(ours.values()) & set(theirs.values())
    assert made_here(OWN) == ours
    elsewhere = made_here(OWN, "rg-other")
    assert [name for name, value in ours.items() if value != elsewhere[name]] == [
        name for name in ours if "dead-letters" in name
    ]


def test_workspaces_of_one_program_share_no_handler_that_each_creates() -> None:
    def program() -> None:
        for key in ("a", "b"):
            hub = EventHub(create=CreateEventHub(resource_group="rg-events"))
            WorkspaceEvents(
                key,
                workspace_id=arm(WORKSPACE, key),
                location="westeurope",
                subscriptions={"all": Subscription(all_events=True, to=hub)},
            )

    monitor = run(program)

    names = {monitor.inputs("Namespace", f"{key}/handlers/all")["namespaceName"] for key in ("a", "b")}
    assert len(names) == 2
