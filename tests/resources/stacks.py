"""Small stacks, previewed offline and deployed in this process by this repository's own program."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from azureml_events.offline.program import preview_stack
from azureml_events.offline.recording import Recording, Registration
from engine.engine import Deployed, deploy
from engine.memory import MemoryProvider
from engine.state import ResourceState
from engine.update import destroy

ROOT = Path(__file__).parents[2]
OWN = "00000000-0000-0000-0000-000000000001"
OTHER = "00000000-0000-0000-0000-000000000002"
PRINCIPAL = "9a4de3b0-6c1f-4f8e-b2d7-5e0c8a7f1b92"
SUBSCRIPTION = "azure-native:eventgrid:SystemTopicEventSubscription"
TOPIC = "azure-native:eventgrid:SystemTopic"
ROLE = "azure-native:authorization:RoleAssignment"

IMMUTABLE = {
    TOPIC: ("systemTopicName", "resourceGroupName", "location"),
    SUBSCRIPTION: ("systemTopicName", "resourceGroupName", "eventSubscriptionName"),
    ROLE: ("scope", "principalId", "roleAssignmentName"),
}


def arm(kind: str, *names: str, subscription: str = OWN, group: str = "rg-ml") -> str:
    """The ARM id of a resource, by its type and names."""
    provider, *kinds = kind.split("/")
    path = "/".join(f"{each}/{name}" for each, name in zip(kinds, names, strict=True))
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{provider}/{path}"


def workspace(name: str = "ml", subscription: str = OWN, group: str = "rg-ml", **fields: Any) -> dict[str, Any]:
    """A workspace of a stack file, in West Europe unless the fields say otherwise."""
    resource_id = arm("Microsoft.MachineLearningServices/workspaces", name, subscription=subscription, group=group)
    return {"resourceId": resource_id, "location": "westeurope", **fields}


def user_assigned(name: str = "id-ml") -> dict[str, str]:
    """A user-assigned identity of a stack file."""
    identity = arm("Microsoft.ManagedIdentity/userAssignedIdentities", name)
    return {"userAssigned": identity, "principalId": PRINCIPAL}


HUB = arm("Microsoft.EventHub/namespaces/eventhubs", "n", "h")
EVENT_HUB = {"type": "EventHub", "resourceId": HUB}
FUNCTION = {"type": "AzureFunction", "resourceId": arm("Microsoft.Web/sites/functions", "app", "f")}
FAILED = {"handler": "hub", "when": "runFailed"}


def config(
    workspaces: Mapping[str, Any] | None = None,
    handlers: Mapping[str, Any] | None = None,
    subscriptions: Mapping[str, Any] | None = None,
    defaults: Mapping[str, Any] | None = None,
    **azure: Any,
) -> dict[str, str]:
    """The configuration of a stack; what is left out is one workspace `ml`, one event hub, one subscription."""
    sections = {
        "workspaces": workspaces or {"ml": workspace()},
        "handlers": handlers or {"hub": EVENT_HUB},
        "subscriptions": subscriptions or {"failed": FAILED},
        "defaults": {"accessDelaySeconds": 0, **(defaults or {})},
    }
    settings = {"subscriptionId": OWN, **azure}
    return {
        **{f"azureml-events:{name}": json.dumps(value) for name, value in sections.items()},
        **{f"azure-native:{name}": value for name, value in settings.items() if value is not None},
    }


def preview(**sections: Any) -> Recording:
    """The preview of a stack, given as `config` takes it."""
    return preview_stack(ROOT, project="azureml-events", stack="test", config=config(**sections))


class Deployment:
    """A stack that is deployed, again and again, to a cloud in memory.

    Args:
        options: What `MemoryProvider` takes.
    """

    def __init__(self, **options: Any) -> None:
        self.provider = MemoryProvider(outputs=_outputs, immutable=IMMUTABLE, **options)
        self.state: Mapping[str, ResourceState] = {}

    def up(self, **sections: Any) -> Deployed:
        """Deploy the stack as it now is."""
        recording = deploy(
            ROOT,
            project="azureml-events",
            stack="test",
            config=config(**sections),
            provider=self.provider,
            state=self.state,
        )
        self.state = recording.state
        return recording

    def destroy(self) -> list[str]:
        """Destroy it: the Pulumi names in the order of deletion."""
        return [step.urn.rpartition("::")[2] for step in destroy(self.provider, self.state)]


def changes(recording: Deployed) -> list[tuple[str, str]]:
    """What a deployment did, in order, without what stayed as it was: operation and Pulumi name."""
    return [(step.operation, step.urn.rpartition("::")[2]) for step in recording.steps if step.operation != "same"]


def names(recording: Recording, kind: str) -> list[str]:
    """The Pulumi names of all resources of a type, sorted."""
    return sorted(each.name for each in recording.of_type(kind))


def needs(recording: Recording, name: str, kind: str) -> list[str]:
    """The Pulumi names of the resources of a type that a resource depends on."""
    found = {each.urn: each.name for each in recording.of_type(kind)}
    return sorted(found[urn] for urn in recording.resource(name, SUBSCRIPTION).dependencies if urn in found)


def _outputs(registration: Registration) -> dict[str, Any]:
    inputs = registration.inputs
    named = [value for name, value in inputs.items() if name.endswith("Name") and name != "resourceGroupName"]
    own = {
        TOPIC: "systemTopicName",
        "azure-native:storage:BlobContainer": "containerName",
        "azure-native:storage:Queue": "queueName",
        "azure-native:servicebus:Topic": "topicName",
    }.get(registration.type)
    outputs: dict[str, Any] = {"name": inputs[own] if own else next(iter(named), registration.name)}
    if registration.type == TOPIC:
        identity = inputs["identity"]
        principal = {"principalId": f"principal-of-{registration.name}"} if identity["type"] == "SystemAssigned" else {}
        outputs["identity"] = {**identity, **principal}
    return outputs
