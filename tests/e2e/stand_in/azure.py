"""Azure Resource Manager as the stand-in plays it: create, update, read, delete and functions."""

from __future__ import annotations

from typing import Any

from e2e.stand_in.cloud import ArmError, Cloud, Existing, LateError, Properties
from e2e.stand_in.destinations import check_destination
from e2e.stand_in.identities import (
    MISSING_ACCESS,
    TENANT,
    check_changed_role_assignment,
    check_new_role_assignment,
    granted_identity,
)
from e2e.stand_in.kinds import KINDS, Kind, location, parents, parsed
from e2e.stand_in.monitoring import check_diagnostic_setting, check_metric_alert
from e2e.stand_in.subscriptions import check_subscription, require_delivery, subscription_outputs
from e2e.stand_in.topics import check_changed_topic, check_new_topic, topic_outputs
from e2e.stand_in.workflows import FAILED_HANDSHAKE, access_endpoint, signed_url, triggers_of


class ExistsError(Exception):
    """The provider's own refusal to create what is there."""


class PartialError(Exception):
    """An operation that was accepted and failed later; the resource stays (crud.go, and Azure/azure-sdk-for-net#51014).

    Args:
        existing: The resource as it was left.
        late: Why; the status is that of the poll.

    Attributes:
        reason: The provider's text, which the engine puts after `1 error occurred:`.
    """

    def __init__(self, existing: Existing, late: LateError) -> None:
        self.reason = (
            f'Status=200 Code="{late.code}" Message="The resource write operation failed to complete successfully,'
            f" because it reached terminal provisioning state 'Failed'. {late}\""
        )
        super().__init__(f"1 error occurred:\n\t* {self.reason}")
        self.existing = existing


_REFUSALS = {
    "forbidden": (403, "AuthorizationFailed", "The client is not authorized to perform this action over the scope."),
    "other": (500, "InternalServerError", "The service is having a bad day."),
}
_FAILURES = {
    "access": MISSING_ACCESS,
    "handshake": FAILED_HANDSHAKE,
    "failed": ("Internal error", "The operation failed to complete."),
}
"""The faults that strike at once, and those that strike after a PUT was accepted."""


def create(cloud: Cloud, kind: Kind, inputs: Properties, subscription: str) -> Existing:
    """Create a resource as the provider does: GET, PUT, poll, GET (crud.go).

    Args:
        cloud: What exists.
        kind: The resource's type.
        inputs: Its wire inputs.
        subscription: The provider's Azure subscription.

    Raises:
        ExistsError: If the first GET finds it.
        ArmError: If ARM refuses it at once.
        PartialError: If it fails after it was accepted; the resource is there.
    """
    resource_id = kind.id(inputs, subscription)
    fault = _begin(cloud, "create", resource_id)
    if cloud.get(resource_id) is not None:
        raise ExistsError(f"cannot create already existing resource '{resource_id}'")
    return _put(cloud, kind, resource_id, inputs, fault)


def update(cloud: Cloud, kind: Kind, resource_id: str, inputs: Properties) -> Existing:
    """Change a resource: a PUT of the whole body without a GET before (crud.go); raises as `create`."""
    return _put(cloud, kind, resource_id, inputs, _begin(cloud, "update", resource_id))


def change(cloud: Cloud, resource_id: str, **changed: Any) -> Existing:
    """Change a resource as somebody else does, who knows nothing of Pulumi.

    Args:
        cloud: What exists.
        resource_id: The resource's id.
        changed: New top-level properties of its body; None takes one away.
    """
    existing = cloud.resources[resource_id.lower()]
    [kind] = [kind for kind in KINDS.values() if kind.parse(resource_id)]
    merged = {**existing.inputs, **changed}
    return update(cloud, kind, resource_id, {name: value for name, value in merged.items() if value is not None})


def delete(cloud: Cloud, resource_id: str) -> None:
    """Delete a resource with all that lies in it; a 404 is a success (crud.go)."""
    fault = _begin(cloud, "delete", resource_id)
    cloud.remove(resource_id)
    _crash_if(fault == "crash after")


def call(cloud: Cloud, function: str, args: Properties, subscription: str) -> Properties:
    """Call a provider function: `get…` of a known type, or one of a few others."""
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
    """Make something exist without asking ARM, as the work of others.

    Args:
        cloud: What exists.
        resource_id: The resource's id; also a resource group's.
        inputs: What it was created with.
        outputs: What Azure returns beyond that.
    """
    known = parsed(resource_id)
    described = _outputs(cloud, known[0], resource_id, inputs or {}, {}) if known else {}
    return cloud.put(Existing(resource_id, inputs or {}, {**described, **(outputs or {})}))


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
            check_new_role_assignment(cloud, resource_id, inputs)
        case "RoleAssignment" if existing is not None:
            check_changed_role_assignment(existing, inputs)
        case "DiagnosticSetting":
            check_diagnostic_setting(cloud, inputs)
        case "MetricAlert":
            check_metric_alert(cloud, inputs)
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
        "azureApiVersion": kind.version,
        "provisioningState": "Succeeded",
    }
    if "location" in described:
        described["location"] = location(described["location"])
    return described


def _body(kind: Kind, inputs: Properties) -> Properties:
    return {name: value for name, value in inputs.items() if name in kind.properties}


def _begin(cloud: Cloud, operation: str, resource_id: str) -> str | None:
    """Strike with the faults that come before anything is done; returns one for the end."""
    fault = cloud.struck(operation, resource_id)
    if fault in _REFUSALS:
        raise ArmError(*_REFUSALS[fault])
    _crash_if(fault == "crash")
    return fault


def _put(cloud: Cloud, kind: Kind, resource_id: str, inputs: Properties, fault: str | None) -> Existing:
    """PUT a resource, whether it is there or not; what fails after acceptance stays as Failed until the next PUT."""
    existing = cloud.get(resource_id)
    if existing is None:
        _check_place(cloud, resource_id)
    _check(cloud, kind, resource_id, inputs, existing)
    now = existing or Existing(resource_id)
    done = Existing(now.id, inputs, _outputs(cloud, kind, resource_id, inputs, now.outputs), now.since)
    late = _failure(cloud, kind, done, fault)
    if late:
        done.outputs["provisioningState"] = "Failed"
    cloud.put(done)
    _crash_if(fault == "crash after")
    if late:
        raise PartialError(done, late)
    return done


def _check_place(cloud: Cloud, resource_id: str) -> None:
    if not cloud.within_group(resource_id):
        raise ArmError(404, "ResourceGroupNotFound", f"No resource group for '{resource_id}'.")
    for parent in parents(resource_id):
        if cloud.get(parent) is None:
            raise ArmError(404, "ParentResourceNotFound", f"'{parent}' was not found.")


def _failure(cloud: Cloud, kind: Kind, done: Existing, fault: str | None) -> LateError | None:
    if fault in _FAILURES:
        return LateError(*_FAILURES[fault])
    if kind.token.endswith(":SystemTopicEventSubscription"):
        try:
            require_delivery(cloud, done.id, _body(kind, done.inputs))
        except LateError as late:
            return late
    return None


def _crash_if(struck: bool) -> None:
    if struck:
        raise SystemExit(1)
