"""What a stack file takes for granted in Azure: put into the cloud before the program runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from e2e.stand_in import azure
from e2e.stand_in.cloud import Cloud
from e2e.stand_in.identities import principals
from e2e.stand_in.kinds import parents
from e2e.stand_in.subscriptions import ROLES

_WORKSPACE = re.compile("/providers/Microsoft.MachineLearningServices/workspaces/", re.IGNORECASE)
_TOPIC_TYPE = "Microsoft.MachineLearningServices.Workspaces"
_ID = re.compile(r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/.+", re.IGNORECASE)
_REGION = "westeurope"
_LONG_AGO = 1.0
_BY_TYPE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "batchendpoints": ({}, {"properties": {"scoringUri": "https://found.westeurope.inference.ml.azure.com/jobs"}}),
    "communicationservices": ({}, {"hostName": "acs.invalid"}),
    "workflows": ({"definition": {"triggers": {"manual": {"type": "Request", "kind": "Http"}}}}, {}),
}
"""The inputs and further outputs of what a program looks up, by the last part of its type."""


def furnish(cloud: Cloud, config: Mapping[str, Any]) -> None:
    """Makes everything exist that a stack file names and does not create.

    Args:
        cloud: What exists.
        config: The stack file's configuration by full key.
    """
    ours = {name.split(":", 1)[1]: value for name, value in config.items()}
    maps = list(_maps(ours))
    subscriptions = {step["resourceId"].split("/")[2] for step in maps if "resourceId" in step}
    for step in maps:
        for subscription in subscriptions:
            if isinstance(step.get("resourceGroup"), str):
                azure.seed(cloud, f"/subscriptions/{subscription}/resourceGroups/{step['resourceGroup']}")
        for resource_id in _named(step):
            _furnish_one(cloud, resource_id)
        if "principalId" in step:
            identity = {"principalId": step["principalId"]}
            azure.seed(cloud, step["userAssigned"], outputs=identity)
    for workspace in ours.get("workspaces", {}).values():
        location = workspace.get("location", _REGION)
        azure.seed(cloud, workspace["resourceId"], {"location": location})
        _furnish_topic(cloud, workspace, location)
    for handler in ours.get("handlers", {}).values():
        if handler.get("grants") == "assume":
            _assign_roles(cloud, handler)


def _named(step: Mapping[str, Any]) -> Iterator[str]:
    """The ids in a map, and those that it names by account and name."""
    for name, value in step.items():
        if name != "import" and isinstance(value, str) and _ID.fullmatch(value):
            yield value
    if "queueName" in step and "resourceId" in step:
        yield f"{step['resourceId']}/queueServices/default/queues/{step['queueName']}"
    if "blobContainerName" in step:
        account = step["storageAccountId"]
        yield f"{account}/blobServices/default/containers/{step['blobContainerName']}"


def _furnish_one(cloud: Cloud, resource_id: str) -> None:
    for needed in (*parents(resource_id), resource_id):
        if cloud.get(needed) is None:
            inputs, outputs = _BY_TYPE.get(needed.split("/")[-2].lower(), ({}, {}))
            azure.seed(cloud, needed, dict(inputs), dict(outputs))


def _furnish_topic(cloud: Cloud, workspace: Mapping[str, Any], location: str) -> None:
    """The topic that a workspace uses or takes over, with a system-assigned identity."""
    wanted = workspace.get("systemTopic", {})
    group, _ = _WORKSPACE.split(workspace["resourceId"])
    group = group if "resourceGroup" not in wanted else f"{group.rsplit('/', 1)[0]}/{wanted['resourceGroup']}"
    topic_id = wanted.get("import")
    if wanted.get("existing"):
        topic_id = f"{group}/providers/Microsoft.EventGrid/systemTopics/{wanted['name']}"
    if topic_id is None:
        return
    inputs = {"location": location, "source": workspace["resourceId"], "topicType": _TOPIC_TYPE}
    identity: dict[str, Any] = {"type": "SystemAssigned", "principalId": cloud.principal(topic_id)}
    user = wanted.get("identity")
    if isinstance(user, dict):
        identity["type"] = "SystemAssigned, UserAssigned"
        principal = {"principalId": user["principalId"]}
        identity["userAssignedIdentities"] = {user["userAssigned"]: principal}
    azure.seed(cloud, topic_id, inputs, {"identity": identity})


def _assign_roles(cloud: Cloud, handler: Mapping[str, Any]) -> None:
    """The role on a handler for every identity that exists, as the handler's owner assigned it long ago."""
    for number, principal in enumerate(sorted(principals(cloud))):
        name = f"00000000-0000-0000-0000-{number:012}"
        inputs = {
            "scope": handler["resourceId"],
            "principalId": principal,
            "roleDefinitionId": f"/providers/Microsoft.Authorization/roleDefinitions/{ROLES[handler['type']]}",
        }
        resource_id = f"{handler['resourceId']}/providers/Microsoft.Authorization/roleAssignments/{name}"
        azure.seed(cloud, resource_id, inputs).since = _LONG_AGO


def _maps(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every map within a value."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _maps(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _maps(inner)
