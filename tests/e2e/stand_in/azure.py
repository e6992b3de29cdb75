"""Azure Resource Manager as the stand-in plays it: create, update, read, delete and functions."""

from __future__ import annotations

from typing import Any

from e2e.stand_in.cloud import ArmError, Cloud, Existing, Properties
from e2e.stand_in.destinations import check_destination
from e2e.stand_in.identities import TENANT, access_refused, check_role_assignment, granted_identity
from e2e.stand_in.kinds import KINDS, Kind, location, parents, parsed
from e2e.stand_in.subscriptions import check_subscription, subscription_outputs
from e2e.stand_in.topics import check_changed_topic, check_new_topic, topic_outputs
from e2e.stand_in.workflows import access_endpoint, signed_url, triggers_of


class ExistsError(Exception):
    """The provider's own refusal to create what is there."""


class PartialError(Exception):
    """An operation that was accepted and failed later; the resource stays.

    Args:
        existing: The resource as it was left.
    """

    def __init__(self, existing: Existing) -> None:
        super().__init__(
            '1 error occurred:\n\t* Status=Failed Code="Internal error"'
            ' Message="The operation failed to complete; the resource is in the state Failed."'
        )
        self.existing = existing


def create(cloud: Cloud, kind: Kind, inputs: Properties, subscription: str) -> Existing:
    """Creates a resource.

    Args:
        cloud: What exists.
        kind: The resource's type.
        inputs: Its wire inputs.
        subscription: The provider's Azure subscription.

    Raises:
        ExistsError: If it exists.
        ArmError: If ARM refuses it.
        PartialError: If it was to fail after it was accepted.
    """
    resource_id = kind.id(inputs, subscription)
    fault = _begin(cloud, "create", resource_id)
    if cloud.get(resource_id) is not None:
        raise ExistsError(f"cannot create already existing resource '{resource_id}'")
    if not cloud.within_group(resource_id):
        raise ArmError(404, "ResourceGroupNotFound", f"No resource group for '{resource_id}'.")
    for parent in parents(resource_id):
        if cloud.get(parent) is None:
            raise ArmError(404, "ParentResourceNotFound", f"'{parent}' was not found.")
    _check(cloud, kind, resource_id, inputs, None)
    outputs = _outputs(cloud, kind, resource_id, inputs, {})
    return _end(cloud, Existing(resource_id, inputs, outputs), fault)


def update(cloud: Cloud, kind: Kind, resource_id: str, inputs: Properties) -> Existing:
    """Changes a resource to new inputs; raises as `create`."""
    fault = _begin(cloud, "update", resource_id)
    existing = cloud.get(resource_id)
    if existing is None:
        raise ArmError(404, "ResourceNotFound", f"'{resource_id}' was not found.")
    _check(cloud, kind, resource_id, inputs, existing)
    outputs = _outputs(cloud, kind, resource_id, inputs, existing.outputs)
    return _end(cloud, Existing(existing.id, inputs, outputs, existing.since), fault)


def delete(cloud: Cloud, resource_id: str) -> None:
    """Deletes a resource with all that lies in it; nothing happens where it is not there."""
    fault = _begin(cloud, "delete", resource_id)
    cloud.remove(resource_id)
    _crash_if(fault == "crash after")


def call(cloud: Cloud, function: str, args: Properties, subscription: str) -> Properties:
    """Calls a provider function: `get…` of a known type, or one of a few others."""
    module, name = function.rsplit(":", 1)
    if function == "azure-native:authorization:getClientConfig":
        return {
            "subscriptionId": subscription,
            "tenantId": TENANT,
            "clientId": TENANT,
            "objectId": TENANT,
        }
    if function == "azure-native:logic:listWorkflowTriggerCallbackUrl":
        return _callback_url(cloud, args, subscription)
    kind = KINDS.get(f"{module}:{name.removeprefix('get')}")
    if kind is None:
        raise ArmError(400, "UnknownFunction", f"The stand-in does not know '{function}'.")
    existing = cloud.get(kind.id(args, subscription))
    if existing is None:
        raise ArmError(404, "ResourceNotFound", f"'{kind.id(args, subscription)}' was not found.")
    return {**existing.outputs, "id": existing.id}


def seed(
    cloud: Cloud,
    resource_id: str,
    inputs: Properties | None = None,
    outputs: Properties | None = None,
) -> Existing:
    """Makes something exist without asking ARM, as the work of others.

    Args:
        cloud: What exists.
        resource_id: The resource's id; also a resource group's.
        inputs: What it was created with.
        outputs: What Azure returns beyond that.
    """
    known = parsed(resource_id)
    described = _described(resource_id, known[0], inputs or {}) if known else {}
    return cloud.put(Existing(resource_id, inputs or {}, {**described, **(outputs or {})}))


def inputs_of(existing: Existing, kind: Kind, resource_id: str) -> dict[str, Any]:
    """The inputs that an import finds: the parts of the id that was asked for, and what Azure returns."""
    parameters = kind.parse(resource_id) or {}
    inputs: dict[str, Any] = {
        **{name: parameters[name] for name in kind.parameters},
        **{name: existing.outputs[name] for name in kind.properties if name in existing.outputs},
    }
    if "scope" in inputs:
        inputs["scope"] = f"/{inputs['scope'].strip('/')}"
    return inputs


def _callback_url(cloud: Cloud, args: Properties, subscription: str) -> Properties:
    workflow_id = KINDS["azure-native:logic:Workflow"].id(args, subscription)
    workflow = cloud.get(workflow_id)
    if workflow is None or args["triggerName"] not in triggers_of(workflow):
        raise ArmError(404, "TriggerNotFound", f"No trigger '{args['triggerName']}' in '{workflow_id}'.")
    return {"value": signed_url(workflow_id, args["triggerName"]), "method": "POST"}


def _check(cloud: Cloud, kind: Kind, resource_id: str, inputs: Properties, existing: Existing | None) -> None:
    match kind.token.rsplit(":", 1)[1]:
        case "SystemTopic" if existing is None:
            check_new_topic(cloud, resource_id, inputs)
        case "SystemTopic" if existing is not None:
            check_changed_topic(existing, inputs)
        case "SystemTopicEventSubscription":
            check_subscription(cloud, resource_id, _body(kind, inputs), existing)
        case "RoleAssignment" if existing is None:
            check_role_assignment(cloud, resource_id, inputs)
        case "RoleAssignment" if existing is not None:
            raise ArmError(400, "RoleAssignmentUpdateNotPermitted", "It cannot be changed.")
        case _:
            check_destination(cloud, kind.token, resource_id, inputs, existing)


def _outputs(cloud: Cloud, kind: Kind, resource_id: str, inputs: Properties, now: Properties) -> Properties:
    described = _described(resource_id, kind, inputs)
    match kind.token.rsplit(":", 1)[1]:
        case "SystemTopic":
            return {**described, **topic_outputs(cloud, resource_id, inputs, now)}
        case "SystemTopicEventSubscription":
            topic = resource_id.rsplit("/eventSubscriptions/", 1)[0]
            return {**described, **subscription_outputs(_body(kind, inputs), topic)}
        case "Workflow":
            identity = granted_identity(cloud, resource_id, inputs.get("identity", {}), now.get("identity", {}))
            return {**described, "identity": identity, "accessEndpoint": access_endpoint(resource_id)}
    return {**described, **_addresses(kind, described)}


def _addresses(kind: Kind, described: Properties) -> Properties:
    """Where a resource is reached, or sends from."""
    name = described["name"]
    match kind.token.rsplit(":", 1)[1]:
        case "Domain":
            return {"fromSenderDomain": f"{described['domainManagement']}.azurecomm.invalid"}
        case "CommunicationService":
            return {"hostName": f"{name}.communication.invalid"}
        case "StorageAccount":
            return {"primaryEndpoints": {"blob": f"https://{name}.blob.invalid/"}}
    return {}


def _described(resource_id: str, kind: Kind, inputs: Properties) -> Properties:
    described = {
        **_body(kind, inputs),
        "name": resource_id.rsplit("/", 1)[1],
        "type": kind.arm_type,
        "provisioningState": "Succeeded",
    }
    if "location" in described:
        described["location"] = location(described["location"])
    return described


def _body(kind: Kind, inputs: Properties) -> Properties:
    return {name: value for name, value in inputs.items() if name in kind.properties}


def _begin(cloud: Cloud, operation: str, resource_id: str) -> str | None:
    """Strikes with the faults that come before anything is done; returns one for the end."""
    fault = cloud.struck(operation, resource_id)
    if fault == "access":
        raise access_refused(resource_id)
    if fault == "other":
        raise ArmError(500, "InternalServerError", "The service is having a bad day.")
    _crash_if(fault == "crash")
    return fault


def _end(cloud: Cloud, existing: Existing, fault: str | None) -> Existing:
    if fault == "failed":
        existing.outputs["provisioningState"] = "Failed"
    cloud.put(existing)
    _crash_if(fault == "crash after")
    if fault == "failed":
        raise PartialError(existing)
    return existing


def _crash_if(struck: bool) -> None:
    if struck:
        raise SystemExit(1)
