"""What each handler gets to see, whichever subscriptions deliver to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from azureml_events.policy.seen import SeenField, seen_events
from azureml_events.review.judged import Judged
from azureml_events.routing.subscription import RoutedSubscription


@dataclass(frozen=True)
class Seen:
    """The events of one type that a handler gets.

    Attributes:
        handler: The handler, as routes name it; the subscription's name where no route does.
        event_type: The full name of the type.
        is_known: Whether the catalogue has the type.
        fields: The fields that it gets; only those of every event where the catalogue lacks the type.
        subscriptions: The subscriptions that deliver them.
    """

    handler: str
    event_type: str
    is_known: bool
    fields: Sequence[SeenField]
    subscriptions: Sequence[str]


def seen_by_handlers(judged: Judged, subscriptions: Iterable[RoutedSubscription]) -> list[Seen]:
    """Return what each handler gets to see, by handler and type of event.

    Args:
        judged: What the input declares.
        subscriptions: Its subscriptions, as they are routed.
    """
    handlers = {name: each.handler for each in subscriptions for name in judged.names(each.path)}
    rows: defaultdict[tuple[str, str, bool, tuple[SeenField, ...]], list[str]] = defaultdict(list)
    for each in seen_events(judged.resources):
        handler = handlers.get(each.subscription, each.subscription)
        rows[handler, each.event_type, each.is_known, each.fields].append(each.subscription)
    return [Seen(*row, names) for row, names in sorted(rows.items(), key=lambda item: item[0][:2])]
