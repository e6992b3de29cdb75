"""System topics: refusals, answers to GET."""

from __future__ import annotations

import re

from e2e.stand_in.cloud import ArmError, Cloud, Existing, Properties, invalid
from e2e.stand_in.identities import granted_identity
from e2e.stand_in.kinds import location

_NAME = re.compile(r"[-a-zA-Z0-9]{3,128}")
_TOPIC_TYPE = "microsoft.machinelearningservices.workspaces"
_SOURCE = "/providers/microsoft.machinelearningservices/workspaces/"
_IMMUTABLE = ("source", "topicType", "location")


def check_new_topic(cloud: Cloud, resource_id: str, inputs: Properties) -> None:
    """Refuse what Event Grid refuses in a topic that is to be created."""
    name = resource_id.rsplit("/", 1)[1]
    if not _NAME.fullmatch(name):
        raise invalid(f"Invalid system topic name '{name}'.")
    source = inputs["source"]
    if inputs["topicType"].lower() != _TOPIC_TYPE or _SOURCE not in source.lower():
        raise invalid(f"Topic type '{inputs['topicType']}' does not fit the source '{source}'.")
    workspace = cloud.get(source)
    if workspace is None:
        raise ArmError(404, "ResourceNotFound", f"The source '{source}' was not found.")
    if source.split("/")[2].lower() != resource_id.split("/")[2].lower():
        raise invalid("The system topic must be in the Azure subscription of its source.")
    if location(inputs["location"]) != location(workspace.inputs["location"]):
        raise invalid(
            f"System topic's location must match with location of the source resource '{workspace.inputs['location']}'."
        )
    for topic in cloud.of_type("systemTopics"):
        if topic.inputs["source"].lower() == source.lower():
            raise invalid(
                f"There is an existing tracked system topic for the given source '{topic.id}'."
                " Only one system topic is allowed per source."
            )


def check_changed_topic(existing: Existing, inputs: Properties) -> None:
    """Refuse a change of what an update cannot change."""
    for name in _IMMUTABLE:
        before, after = existing.inputs[name], inputs[name]
        if location(before) != location(after) if name == "location" else before != after:
            raise invalid(f"The property '{name}' of a system topic cannot be changed.")


def topic_outputs(cloud: Cloud, resource_id: str, inputs: Properties, now: Properties) -> Properties:
    """Return what a GET of a topic adds to its body (recording: test_create_system_topic)."""
    outputs: Properties = {
        "tags": inputs.get("tags"),
        "location": location(inputs["location"]),
        "metricResourceId": cloud.principal(f"{resource_id}/metric"),
        "provisioningState": "Succeeded",
    }
    if "identity" in inputs:
        before = now.get("identity", {})
        outputs["identity"] = granted_identity(cloud, resource_id, inputs["identity"], before)
    if "metricResourceId" in now:
        outputs["metricResourceId"] = now["metricResourceId"]
    return outputs
