"""What rules read of an event subscription: its destination and dead letter in either of their two forms."""

from __future__ import annotations

from collections.abc import Mapping

from azureml_events.base.mistakes import MemberPath
from azureml_events.base.names import COMPONENT
from azureml_events.policy.reading import is_given, read_text
from azureml_events.policy.resource import Resource

SYSTEM_TOPIC_SUBSCRIPTION = "eventgrid:SystemTopicEventSubscription"
EXTENSION_SUBSCRIPTION = "eventgrid:EventSubscription"
SYSTEM_TOPIC = "eventgrid:SystemTopic"
OWNERS: Mapping[str, tuple[str, str]] = {
    SYSTEM_TOPIC_SUBSCRIPTION: ("systemTopicName", SYSTEM_TOPIC),
    EXTENSION_SUBSCRIPTION: ("scope", ""),
    "eventgrid:TopicEventSubscription": ("topicName", "eventgrid:Topic"),
    "eventgrid:DomainEventSubscription": ("domainName", "eventgrid:Domain"),
    "eventgrid:DomainTopicEventSubscription": ("domainName", "eventgrid:Domain"),
    "eventgrid:PartnerTopicEventSubscription": ("partnerTopicName", "eventgrid:PartnerTopic"),
}
"""The types of event subscription, which share one body; that of a namespace topic has another. Of each, the input that
names its topic and the topic's type, which is empty where it extends any resource."""

EVENT_SUBSCRIPTIONS = tuple(OWNERS)

TOPICS = tuple(dict.fromkeys(type_ for _, type_ in OWNERS.values() if type_))
"""The types that have an identity which delivers."""

WORKSPACE_RESOURCE = "machinelearningservices:Workspace"
WEB_HOOK = "WebHook"


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
    return f"{COMPONENT}$" in resource.urn


def _either(resource: Resource, plain: str, wrapper: str) -> MemberPath:
    return (wrapper, plain) if is_given(resource, wrapper) else (plain,)
