"""What rules read of an event subscription: its destination and dead letter in either of their two forms."""

from __future__ import annotations

from azureml_events.base.mistakes import MemberPath
from azureml_events.policy.reading import is_given, read_text
from azureml_events.policy.resource import Resource

SYSTEM_TOPIC_SUBSCRIPTION = "eventgrid:SystemTopicEventSubscription"
EXTENSION_SUBSCRIPTION = "eventgrid:EventSubscription"
EVENT_SUBSCRIPTIONS = (
    SYSTEM_TOPIC_SUBSCRIPTION,
    EXTENSION_SUBSCRIPTION,
    "eventgrid:TopicEventSubscription",
    "eventgrid:DomainEventSubscription",
    "eventgrid:DomainTopicEventSubscription",
    "eventgrid:PartnerTopicEventSubscription",
)
"""The types of event subscription, which share one body; that of a namespace topic has another."""

SYSTEM_TOPIC = "eventgrid:SystemTopic"
WORKSPACE_RESOURCE = "machinelearningservices:Workspace"
WEB_HOOK = "WebHook"

_BELOW_COMPONENT = "azureml-events:index:WorkspaceEvents$"


def destination(resource: Resource) -> MemberPath:
    """Return the path of the destination: `destination`, or that in `deliveryWithResourceIdentity`.

    Args:
        resource: An event subscription.

    Raises:
        UndecidedError: It is not known.
    """
    return _either(resource, "destination", "deliveryWithResourceIdentity")


def dead_letter_destination(resource: Resource) -> MemberPath:
    """Return the path of the dead letter, in either form; the member need not be there.

    Args:
        resource: An event subscription.

    Raises:
        UndecidedError: It is not known.
    """
    return _either(resource, "deadLetterDestination", "deadLetterWithResourceIdentity")


def endpoint_type(resource: Resource) -> str | None:
    """Return the type of the endpoint, as `EventHub`.

    Args:
        resource: An event subscription.

    Raises:
        UndecidedError: It is not known.
    """
    return read_text(resource, *destination(resource), "endpointType")


def web_hook(resource: Resource) -> MemberPath | None:
    """Return the path of the destination of a webhook; None for other endpoints.

    Args:
        resource: An event subscription.

    Raises:
        UndecidedError: It is not known.
    """
    return destination(resource) if endpoint_type(resource) == WEB_HOOK else None


def is_of_component(resource: Resource) -> bool:
    """Tell whether a `WorkspaceEvents` declares a resource.

    Args:
        resource: The resource.
    """
    return _BELOW_COMPONENT in resource.urn


def _either(resource: Resource, plain: str, wrapper: str) -> MemberPath:
    return (wrapper, plain) if is_given(resource, wrapper) else (plain,)
