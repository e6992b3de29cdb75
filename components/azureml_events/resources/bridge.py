"""Workflows that stand between Event Grid and what it cannot deliver to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

import pulumi
from pulumi_azure_native import logic

from azureml_events.base.values import Deferred
from azureml_events.handlers.workflow_handler import Bridge, in_public_cloud
from azureml_events.resources.azure_native import declare
from azureml_events.resources.existing import WORKFLOW, explain_existing
from azureml_events.resources.grants import Principal
from azureml_events.resources.look_ups import LookUps, name_in, principal_of
from azureml_events.workflows.parameters import BridgedSubscription

_LONGEST_NAME = 43
"""Characters of a workflow's name: Azure's page on naming rules."""


class BridgeWorkflow(pulumi.ComponentResource):
    """The Logic App workflow through which one event subscription of one workspace reaches a bridge's target.

    Args:
        bridge: The bridge.
        subscription: The event subscription; its name is the Pulumi name.
        former_names: The names that the subscription had, where its workspace had another key.
        handler: The bridge's key.
        resource_group: The resource group, where the bridge gives none.
        location: Gives the region, where the bridge gives none.
        tags: Tags of the workflow.
        look_ups: Looks up what the workflow needs, and its URL.
        opts: Pulumi's options.

    Attributes:
        workflow: The Logic App workflow.
        principal: Its identity, which calls the target.
        callback_url: Where Event Grid delivers, signed and therefore secret.
    """

    def __init__(
        self,
        bridge: Bridge,
        subscription: BridgedSubscription,
        *,
        former_names: Sequence[str] = (),
        handler: str,
        resource_group: pulumi.Input[str],
        location: Callable[[], pulumi.Input[str]],
        tags: dict[str, str],
        look_ups: LookUps,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        name = subscription.name
        super().__init__("azureml-events:index:BridgeWorkflow", name, {"handlerType": bridge.type}, opts)
        if bridge.look_up:
            where = f"handlers.{handler}.{bridge.look_up.field}"
            bridge = bridge.found(Deferred(look_ups.find(bridge.look_up, where)))
        arm_name, group = workflow_name(name), bridge.resource_group or resource_group
        self.workflow: logic.Workflow = declare(
            logic.Workflow,
            f"{name}/workflow",
            {
                "workflowName": arm_name,
                "resourceGroupName": group,
                "location": bridge.location or in_public_cloud(pulumi.Output.from_input(location())),
                "state": "Enabled",
                "identity": {"type": "SystemAssigned"},
                "definition": bridge.definition(subscription),
                "accessControl": _access_control(bridge),
                "tags": tags or None,
            },
            pulumi.ResourceOptions(
                parent=self,
                delete_before_replace=True,
                ignore_changes=["workflowName"],  # it keeps its name where the workspace gets another key
                hooks=pulumi.ResourceHookBinding(on_error=explain_existing(name, WORKFLOW)),
            ),
        )
        reading = {"resourceGroupName": group, "workflowName": self.workflow.name}
        principal = principal_of(
            self.workflow.identity, "azure-native:logic:getWorkflow", reading, parent=self.workflow
        )
        # Its id is unknown only while it is not there, and then it gets this name.
        present: pulumi.Output[str] = self.workflow.id.apply(
            lambda known: name_in(known) if isinstance(known, str) else arm_name, run_with_unknowns=True
        )
        self.principal = Principal([arm_name, *map(workflow_name, former_names)], principal, present)
        self.callback_url = look_ups.new_url(self.workflow, group, name)
        self.register_outputs({"workflow": self.workflow})


def workflow_name(name: str) -> str:
    """Derive the name of a workflow in Azure, its own also where several stacks share a resource group.

    Args:
        name: `<workspace>/<subscription>`.
    """
    digest = sha256(f"{pulumi.get_project()}/{pulumi.get_stack()}/{name}".encode()).hexdigest()[:8]
    readable = name.replace("/", "-")[: _LONGEST_NAME - len(digest) - 1]
    return f"{readable.rstrip('-')}-{digest}"


def _access_control(bridge: Bridge) -> dict[str, object] | None:
    if bridge.entra is None:
        return None
    return {"triggers": {"openAuthenticationPolicies": bridge.entra.authorization_policies()}}
