"""Look-ups in Azure during a deployment."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_azure_native import logic
from pydantic.alias_generators import to_snake

from azureml_events.base.values import Reference
from azureml_events.handlers.workflow_handler import ExistingWorkflow, LookUp
from azureml_events.resources.azure_native import invoke
from azureml_events.resources.inputs import to_output
from azureml_events.resources.providers import ProviderOf
from azureml_events.workflows.workflow import TRIGGER


class LookUps:
    """Looks up what the handlers of one workspace need.

    azure-native takes the Azure subscription from its provider, not from ARM ids.

    Args:
        parent: Whose provider looks up what is in the same Azure subscription.
        subscription_id: The workspace's Azure subscription; None where only the deployment knows it.
        provider_of: The provider for another Azure subscription.
    """

    def __init__(self, parent: pulumi.Resource, subscription_id: str | None, provider_of: ProviderOf) -> None:
        self._parent = parent
        self._subscription_id = subscription_id
        self._provider_of = provider_of

    def existing_url(self, workflow: ExistingWorkflow, where: str) -> pulumi.Output[str]:
        """Look up the callback URL of a workflow that exists, a secret.

        Args:
            workflow: The workflow.
            where: The place that it is for, which an error begins with.
        """
        known = to_output(workflow.id, where)
        return _callback_url(
            known.apply(_resource_group), known.apply(_name), workflow.trigger, self._options(workflow.id)
        )

    def new_url(self, workflow: logic.Workflow, resource_group: pulumi.Input[str]) -> pulumi.Output[str]:
        """Look up the callback URL of a workflow that is declared, a secret: asked for only once the workflow is there.

        Args:
            workflow: The workflow.
            resource_group: Its resource group.
        """
        group = pulumi.Output.all(resource_group, workflow.id).apply(lambda known: known[0])
        return _callback_url(group, workflow.name, TRIGGER, pulumi.InvokeOutputOptions(parent=workflow))

    def find(self, wanted: LookUp, where: str) -> pulumi.Output[str]:
        """Look up a member of a resource.

        Args:
            wanted: Which one.
            where: The place that it is for, which an error begins with.
        """
        resource_id = to_output(wanted.resource_id, where)
        names = resource_id.apply(_names)
        arguments = {name: names[at] for at, name in enumerate(wanted.name_inputs)}
        arguments["resourceGroupName"] = resource_id.apply(_resource_group)
        found = invoke(wanted.function, arguments, self._options(wanted.resource_id))
        return found.apply(lambda result: _member(result, wanted.member))

    def _options(self, resource_id: Reference) -> pulumi.InvokeOutputOptions:
        subscription_id = resource_id.split("/")[2].lower() if isinstance(resource_id, str) else None
        if subscription_id is None or subscription_id == self._subscription_id:
            return pulumi.InvokeOutputOptions(parent=self._parent)
        return pulumi.InvokeOutputOptions(provider=self._provider_of(subscription_id))


def _callback_url(
    resource_group: pulumi.Output[str], name: pulumi.Output[str], trigger: str, opts: pulumi.InvokeOutputOptions
) -> pulumi.Output[str]:
    found = logic.list_workflow_trigger_callback_url_output(
        resource_group_name=resource_group, workflow_name=name, trigger_name=trigger, opts=opts
    )
    url: pulumi.Output[str] = pulumi.Output.secret(found).apply(lambda result: result.value)
    return url


def _resource_group(resource_id: str) -> str:
    return resource_id.split("/")[4]


def _name(resource_id: str) -> str:
    return resource_id.rpartition("/")[2]


def _names(resource_id: str) -> list[str]:
    """Return the names of an ARM id, outermost first."""
    return resource_id.split("/")[8::2]


def _member(result: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        result = getattr(result, to_snake(name))
    return result
