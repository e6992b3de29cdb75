"""The base of every bridge: where its workflow lies, how it is called, and what it does with an event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator

from azureml_events.base.arm_ids import PUBLIC_CLOUD, Location, is_in_other_cloud, is_other_cloud
from azureml_events.base.mistakes import Mistake, show
from azureml_events.base.names import NameForm, ResourceGroup
from azureml_events.base.values import Deferred, Reference
from azureml_events.event_grid.delivery import EventDeliverySchema
from azureml_events.handlers.endpoint import Role
from azureml_events.handlers.handler import Handler
from azureml_events.handlers.web_hook import WebHook
from azureml_events.workflows.entra import Entra, without_signature
from azureml_events.workflows.limits import size_problems
from azureml_events.workflows.parameters import BridgedSubscription, parameter_mistakes, with_parameters
from azureml_events.workflows.workflow import Target, workflow


@dataclass(frozen=True)
class ExistingWorkflow:
    """A workflow that someone else made.

    Attributes:
        id: Its ARM id.
        trigger: The name of its Request trigger.
    """

    id: Reference
    trigger: str


@dataclass(frozen=True)
class LookUp:
    """Something of a resource that is looked up at deployment.

    Attributes:
        function: The provider function, as `azure-native:communication:getCommunicationService`.
        name_inputs: The arguments that hold the names in the resource's ARM id, outermost first.
        resource_id: The resource's ARM id.
        member: The path of the value in the result, in the names of the wire.
        field: The handler's field that holds the ARM id.
    """

    function: str
    name_inputs: tuple[str, ...]
    resource_id: Reference
    member: tuple[str, ...]
    field: str


@dataclass(frozen=True)
class ParameterRules:
    """The parameters that a target takes.

    Attributes:
        name: What a parameter's name may look like.
        most: The greatest number of parameters; None where no limit is documented.
        limit: What the number limits, for the error.
    """

    name: NameForm
    most: int | None
    limit: str = "parameters"


class WorkflowHandler(Handler):
    """A handler that Event Grid reaches through a Logic App workflow."""

    hints: ClassVar[Mapping[str, str]] = {
        "parameters": "write it in the subscription, which has a workflow of its own",
        "identity": "a workflow calls with an identity of its own; leave it out",
        "endpointUrl": "it is looked up at deployment, as a secret; leave it out",
        "maxEventsPerBatch": "a workflow gets one event in a call; leave it out",
        "preferredBatchSizeInKilobytes": "a workflow gets one event in a call; leave it out",
        "deliveryAttributeMappings": "a workflow does not read them; leave them out",
        "tenantId": "write it below 'entra'",
        "audience": "write it below 'entra'",
    }

    delivery_schema: ClassVar[EventDeliverySchema | None] = "EventGridSchema"
    delivery_schema_reason: ClassVar[str] = (
        ": the handshake of CloudEvents is an OPTIONS call, which a Logic App's Request trigger does not take"
    )

    entra: Entra | None = None
    """The Entra application that delivery is authorised by, `{tenantId, audience}`; default the signature in the
    workflow's URL, which is kept secret."""

    @property
    def existing_workflow(self) -> ExistingWorkflow:
        """The workflow that it delivers to, where a subscription has none of its own."""
        raise NotImplementedError

    @property
    def parameter_rules(self) -> ParameterRules | None:
        """The parameters that it takes; None for none."""
        return None

    def subscription_mistakes(
        self, parameters: Mapping[str, object] | None, event_types: Sequence[str]
    ) -> Iterator[Mistake]:
        """Yield parameters that the target does not take or that name fields which the event types do not carry."""
        if self.parameter_rules is None:
            yield from super().subscription_mistakes(parameters, event_types)
            return
        for mistake in _parameter_mistakes(self.parameter_rules, parameters or {}, event_types):
            yield mistake.below("parameters")

    def web_hook(self, url: Deferred) -> WebHook:
        """Say where Event Grid delivers: the workflow's trigger, one event in a call.

        Args:
            url: The trigger's callback URL, secret; with `entra` its signature is left out.
        """
        if self.entra is None:
            return WebHook(endpoint_url=url)
        return WebHook(
            endpoint_url=Deferred(url.value, without_signature),
            azure_active_directory_tenant_id=self.entra.tenant_id,
            azure_active_directory_application_id_or_uri=self.entra.audience,
        )

    def describe_effect(self, event: Mapping[str, Any], subscription: BridgedSubscription) -> str:
        """Describe the effect of an event, in words: what it does, and with which parameters.

        Args:
            event: An event in the Event Grid schema.
            subscription: The subscription that delivers it.
        """
        if self.parameter_rules is None:
            return self.describe()
        return f"{self.describe()}{with_parameters(subscription, event)}"


def other_cloud_problem(location: str | None, environment: str = PUBLIC_CLOUD) -> str | None:
    """Say why a workflow in a region cannot reach its target; None where it can.

    Args:
        location: The region's name; None where it is not known.
        environment: The cloud that the provider works in, as `azure-native:environment` names it.
    """
    if is_other_cloud(environment):
        place = f"azure-native:environment {show(environment)} is another cloud"
    elif location is not None and is_in_other_cloud(location):
        place = f"{show(location)} is a region of another cloud"
    else:
        return None
    return (
        f"{place}, and a workflow calls its target at the public cloud's hosts; "
        "deliver to an endpoint there, as AzureFunction or EventHub"
    )


def in_public_cloud(location: Reference) -> Reference:
    """Return a workflow's region, which is checked once it is known.

    Args:
        location: The region.

    Raises:
        ValueError: It is a region of another cloud.
    """
    if isinstance(location, str):
        return _in_public_cloud(location)
    if isinstance(location, Deferred):
        return Deferred(location.value, lambda text: _in_public_cloud(location.check(text)))
    return Deferred(location, _in_public_cloud)


def _in_public_cloud(location: str) -> str:
    problem = other_cloud_problem(location)
    if problem:
        raise ValueError(problem)
    return location


class Bridge(WorkflowHandler):
    """A handler with a workflow of its own for each subscription and workspace.

    The workflow's system-assigned identity calls the target; no key is stored.
    """

    role: ClassVar[Role | None] = None
    """The role that the workflow's identity needs on `scope`; None where Azure roles do not decide."""

    resource_group: ResourceGroup | None = None
    """The workflow's resource group; default the workspace's."""

    location: Annotated[Location, AfterValidator(in_public_cloud)] | None = None
    """The workflow's region, of the public cloud; default the workspace's."""

    @property
    def scope(self) -> Reference | None:
        """The resource on which the role is assigned; None where there is no role."""
        return None

    @property
    def look_up(self) -> LookUp | None:
        """The value that its workflow needs and only a deployment can tell; None where all is declared."""
        return None

    def found(self, value: Deferred) -> Self:
        """Return the bridge with what `look_up` found.

        Args:
            value: What was found.
        """
        del value
        return self

    @property
    def prerequisites(self) -> tuple[str, ...]:
        """The rights that someone else must grant before it works, in words."""
        return ()

    def target(self, subscription: BridgedSubscription) -> Target:
        """Return the target that the workflow calls.

        Args:
            subscription: The subscription that delivers to it.
        """
        raise NotImplementedError

    def definition(self, subscription: BridgedSubscription) -> dict[str, Any]:
        """Make the definition of its workflow for one subscription.

        Deferred values stand in it as they are, as default values of its parameters.

        Args:
            subscription: The subscription that delivers to it.
        """
        return workflow(subscription, self.target(subscription), self.entra)

    def size_mistakes(self, subscription: BridgedSubscription) -> Iterator[Mistake]:
        """Yield what Azure would refuse about its workflow for one subscription because of its size.

        Args:
            subscription: The subscription that delivers to it, without other mistakes.

        Yields:
            Mistakes whose paths start at the subscription.
        """
        for problem in size_problems(self.definition(subscription)):
            yield Mistake(
                ("handler",),
                f"its workflow would have {problem} by Azure; write fewer or shorter parameters, texts and event types",
            )


def shown_name(resource_id: Reference) -> str:
    """Find the name of a resource in its ARM id; `<unknown>` where only a deployment knows it."""
    return resource_id.rpartition("/")[2] if isinstance(resource_id, str) else repr(resource_id)


def _parameter_mistakes(
    rules: ParameterRules, given: Mapping[str, object], event_types: Sequence[str]
) -> Iterator[Mistake]:
    for name in given:
        problem = rules.name.problem(name)
        if problem:
            yield Mistake((name,), problem)
    if rules.most is not None and len(given) > rules.most:
        yield Mistake((), f"{len(given)} {rules.limit}; allowed: {rules.most}")
    yield from parameter_mistakes(given, event_types)
