"""What every bridge has: where its workflow lies, how it is called, and what it does with an event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from azureml_events.bridges.entra import Entra
from azureml_events.bridges.parameters import Parameters, default_parameters, parameter_mistakes
from azureml_events.bridges.workflow import BridgedSubscription, Target, workflow
from azureml_events.declarations.deferred import Deferred
from azureml_events.declarations.delivery import EventDeliverySchema
from azureml_events.declarations.mistakes import Mistake, show
from azureml_events.declarations.model import Declaration
from azureml_events.declarations.names import NameForm, ResourceGroup
from azureml_events.declarations.reference import Location
from azureml_events.endpoints.endpoint import GrantsMode, Role


@dataclass(frozen=True)
class ParameterRules:
    """What a target takes as parameters.

    Attributes:
        name: What a parameter's name may look like.
        most: The greatest number of parameters; None where no limit is documented.
        limit: What the number limits, for the error.
    """

    name: NameForm
    most: int | None
    limit: str = "parameters"


class Receiver(Declaration):
    """A handler that Event Grid reaches through a Logic App workflow."""

    delivery_schema: ClassVar[EventDeliverySchema] = "EventGridSchema"
    """The only delivery schema: CloudEvents' handshake is an OPTIONS call, which a Request trigger does not take."""

    type: str
    """Its type."""

    entra: Entra | None = None
    """The Entra application that delivery is authorised by, `{tenantId, audience}`; default the signature in the
    workflow's URL, which is kept secret."""

    @property
    def parameter_rules(self) -> ParameterRules | None:
        """What it takes as parameters; None for none."""
        return None

    def subscription_mistakes(
        self,
        parameters: Mapping[str, object] | None,
        event_types: Sequence[str],
        schema: EventDeliverySchema,
    ) -> Iterator[Mistake]:
        """What is wrong with a subscription that delivers to it.

        Args:
            parameters: The subscription's parameters; None where it names none.
            event_types: The full names of its event types; empty for all.
            schema: Its delivery schema.
        """
        if schema != self.delivery_schema:
            yield Mistake(
                ("eventDeliverySchema",),
                f"{show(schema)} cannot reach a workflow: its handshake is an OPTIONS call, which a Logic App's "
                "Request trigger does not take; write EventGridSchema or leave it out",
            )
        for mistake in _parameter_mistakes(self, parameters or {}, event_types):
            yield mistake.below("parameters")

    def would(self, event: Mapping[str, Any], subscription: BridgedSubscription) -> str:
        """What would happen with an event, in words.

        Args:
            event: An event in the Event Grid schema.
            subscription: The subscription that delivers it.
        """
        raise NotImplementedError


class Bridge(Receiver):
    """A handler with a workflow of its own for each subscription and workspace.

    The workflow's system-assigned identity calls the target; no key is stored.
    """

    role: ClassVar[Role | None] = None
    """What the workflow's identity needs on `scope`; None where Azure roles do not decide."""

    resource_group: ResourceGroup | None = None
    """The workflow's resource group; default the workspace's."""

    location: Location | None = None
    """The workflow's region; default the workspace's."""

    grants: GrantsMode | None = None
    """`create` (default) the role assignment, or `assume` that it is there."""

    @property
    def scope(self) -> str | Deferred | None:
        """The resource on which the role is assigned; None where there is no role."""
        return None

    @property
    def prerequisites(self) -> tuple[str, ...]:
        """What someone else must grant before it works, in words."""
        return ()

    def target(self, subscription: BridgedSubscription) -> Target:
        """What the workflow calls.

        Args:
            subscription: The subscription that delivers to it.
        """
        raise NotImplementedError

    def definition(self, subscription: BridgedSubscription) -> dict[str, Any]:
        """The definition of its workflow for one subscription.

        Deferred values stand in it as they are, as default values of its parameters.

        Args:
            subscription: The subscription that delivers to it.
        """
        return workflow(subscription, self.target(subscription), self.entra)


def parameters_of(subscription: BridgedSubscription) -> Parameters:
    """The parameters of a subscription: its own, or the defaults of its event types."""
    if subscription.parameters is None:
        return default_parameters(subscription.event_types)
    return subscription.parameters


def shown_name(resource_id: str | Deferred) -> str:
    """The name of a resource by its ARM id; `<unknown>` where only a deployment knows it."""
    return resource_id.rpartition("/")[2] if isinstance(resource_id, str) else repr(resource_id)


def _parameter_mistakes(
    receiver: Receiver, given: Mapping[str, object], event_types: Sequence[str]
) -> Iterator[Mistake]:
    rules = receiver.parameter_rules
    if rules is None:
        if given:
            yield Mistake((), f"{receiver.type} takes none; leave them out")
        return
    for name in given:
        problem = rules.name.problem(name)
        if problem:
            yield Mistake((name,), problem)
    if rules.most is not None and len(given) > rules.most:
        yield Mistake((), f"{len(given)} {rules.limit}; allowed: {rules.most}")
    yield from parameter_mistakes(given, event_types)
