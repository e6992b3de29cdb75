"""Look-ups in Azure during a deployment."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import pulumi
from pulumi_azure_native import logic
from pydantic.alias_generators import to_snake

from azureml_events.base.values import Reference
from azureml_events.handlers.workflow_handler import ExistingWorkflow, LookUp
from azureml_events.resources.azure_native import invoke
from azureml_events.resources.inputs import to_output
from azureml_events.resources.providers import ProviderOf
from azureml_events.workflows.workflow import TRIGGER

_NOT_FOUND = re.compile(r"Status=404\b")


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
        group, name = known.apply(resource_group_in), known.apply(name_in)
        return _callback_url(group, name, workflow.trigger, self._options(workflow.id), where)

    def new_url(self, workflow: logic.Workflow, resource_group: pulumi.Input[str], where: str) -> pulumi.Output[str]:
        """Look up the callback URL of a workflow that is declared, a secret: asked for only once the workflow is there.

        Args:
            workflow: The workflow.
            resource_group: Its resource group.
            where: The place that it is for, which an error begins with.
        """
        group = pulumi.Output.all(resource_group, workflow.id).apply(lambda known: known[0])
        opts = pulumi.InvokeOutputOptions(parent=workflow)
        url = _callback_url(group, workflow.name, TRIGGER, opts, where)
        # An unknown result of a look-up forgets what its arguments came from; policies tell by it who delivers here.
        return pulumi.Output.all(url, workflow.id).apply(lambda known: known[0])

    def find(self, wanted: LookUp, where: str) -> pulumi.Output[str]:
        """Look up a member of a resource.

        Args:
            wanted: Which one.
            where: The place that it is for, which an error begins with.
        """
        resource_id = to_output(wanted.resource_id, where)
        names = resource_id.apply(_names)
        arguments = {name: names[at] for at, name in enumerate(wanted.name_inputs)}
        arguments["resourceGroupName"] = resource_id.apply(resource_group_in)
        found = invoke(wanted.function, arguments, self._options(wanted.resource_id), stopping(where, "its target"))
        return found.apply(lambda result: _member(result, wanted.member))

    def _options(self, resource_id: Reference) -> pulumi.InvokeOutputOptions:
        subscription_id = subscription_in(resource_id).lower() if isinstance(resource_id, str) else None
        if subscription_id is None or subscription_id == self._subscription_id:
            return pulumi.InvokeOutputOptions(parent=self._parent)
        return pulumi.InvokeOutputOptions(provider=self._provider_of(subscription_id))


def stopping(where: str, what: str) -> Callable[[str], NoReturn]:
    """Make the function that stops the deployment where a look-up fails, in words instead of a traceback.

    Args:
        where: The place that it is for, which the error begins with.
        what: What was looked up, in words.
    """

    def stop(reason: str) -> NoReturn:
        found = "does not exist" if _NOT_FOUND.search(reason) else "cannot be read"
        raise pulumi.RunError(f"{where}: {what} {found}; Azure says: {reason}")

    return stop


def principal_of(
    identity: pulumi.Output[Any],
    look_up: str,
    arguments: Mapping[str, pulumi.Input[str]],
    *,
    parent: pulumi.CustomResource,
) -> pulumi.Output[str]:
    """Give the principal of the system-assigned identity of a topic or workflow that is declared.

    A preview foresees the identity as it is asked for, also where only tags change; unknown principals would then
    replace all role assignments. So a preview reads the resource as it is; unknown where it has no identity yet.

    Args:
        identity: The resource's identity.
        look_up: The provider function that reads the resource.
        arguments: The function's arguments, the name unknown while the resource is not there.
        parent: The resource, whose provider reads it.
    """

    def read() -> pulumi.Output[str]:
        found = invoke(look_up, arguments, pulumi.InvokeOutputOptions(parent=parent), lambda _: pulumi.UNKNOWN)
        return found.apply(lambda known: _principal(known.identity) or pulumi.UNKNOWN)

    if not pulumi.runtime.is_dry_run():
        return identity.apply(lambda known: _principal(known) or pulumi.UNKNOWN)
    return identity.apply(lambda known: _principal(known) or read(), run_with_unknowns=True)


def _principal(identity: Any) -> Any:
    known = getattr(identity, "principal_id", None)
    return known if isinstance(known, str) else None


def _callback_url(
    resource_group: pulumi.Output[str],
    name: pulumi.Output[str],
    trigger: str,
    opts: pulumi.InvokeOutputOptions,
    where: str,
) -> pulumi.Output[str]:
    arguments = {"resourceGroupName": resource_group, "workflowName": name, "triggerName": trigger}
    stop = stopping(where, f"the workflow, or its trigger '{trigger}',")
    found = invoke("azure-native:logic:listWorkflowTriggerCallbackUrl", arguments, opts, stop)
    url: pulumi.Output[str] = pulumi.Output.secret(found).apply(lambda result: result.value)
    return url


def subscription_in(resource_id: str) -> str:
    """Return the Azure subscription in an ARM id; like the next two also for ids that mocks make up."""
    return resource_id.split("/")[2]


def resource_group_in(resource_id: str) -> str:
    """Return the resource group in an ARM id."""
    return resource_id.split("/")[4]


def name_in(resource_id: str) -> str:
    """Return the last name in an ARM id."""
    return resource_id.rpartition("/")[2]


def _names(resource_id: str) -> list[str]:
    """Return the names of an ARM id, outermost first."""
    return resource_id.split("/")[8::2]


def _member(result: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        result = getattr(result, to_snake(name))
    return result
