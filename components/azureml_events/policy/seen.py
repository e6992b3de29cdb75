"""What a handler gets to see: the fields of the events that a subscription delivers to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from azureml_events.event_grid.catalogue import EVENT_TYPES, EventType, Kind, event_type
from azureml_events.event_grid.samples import sample
from azureml_events.policy.event_subscription import EVENT_SUBSCRIPTIONS
from azureml_events.policy.reading import UndecidedError, read, value_of
from azureml_events.policy.resource import Resource, Resources


@dataclass(frozen=True)
class SeenField:
    """A field of an event that is delivered.

    Attributes:
        path: Its dotted path, as `data.runTags`.
        says: What it says, in one sentence; empty for the members of every event.
        is_free_form: Whether people write into it what they like: tags and properties.
    """

    path: str
    says: str = ""
    is_free_form: bool = False


@dataclass(frozen=True)
class SeenEvents:
    """The events of one type that a subscription delivers.

    Attributes:
        subscription: The subscription's name.
        event_type: The full name of the type.
        fields: The fields that are delivered; only those of every event where the catalogue lacks the type.
        is_known: Whether the catalogue has the type.
    """

    subscription: str
    event_type: str
    fields: tuple[SeenField, ...]
    is_known: bool = True


def seen_events(resources: Resources) -> Iterator[SeenEvents]:
    """Yield what each event subscription of workspaces delivers, an entry a type; none where its types are not known.

    Args:
        resources: All resources.
    """
    for subscription in resources.of_type(*EVENT_SUBSCRIPTIONS):
        schema = value_of(subscription, "eventDeliverySchema")
        for name in _event_types(subscription):
            row = event_type(name)
            envelope = _envelope(schema)
            fields = (*envelope, *_data(row)) if row else envelope
            yield SeenEvents(subscription.name, row.name if row else name, fields, row is not None)


def _event_types(subscription: Resource) -> list[str]:
    try:
        named = read(subscription, "filter", "includedEventTypes")
    except UndecidedError:
        return []
    if isinstance(named, list) and named:
        return [each for each in named if isinstance(each, str)]
    return [row.name for row in EVENT_TYPES.values()]


def _envelope(schema: object) -> tuple[SeenField, ...]:
    one = next(iter(EVENT_TYPES))
    event = sample(one, "CloudEventSchemaV1_0" if schema == "CloudEventSchemaV1_0" else "EventGridSchema")
    return tuple(SeenField(name) for name in event if name != "data")


def _data(row: EventType) -> Iterator[SeenField]:
    for each in row.fields:
        yield SeenField(f"data.{each.name}", each.description, each.kind is Kind.TEXTS)
