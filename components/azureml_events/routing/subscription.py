"""An event subscription as routing, replay and lint read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from azureml_events.base.mistakes import MemberPath
from azureml_events.event_grid.catalogue import EVENT_TYPES
from azureml_events.event_grid.delivery import DEFAULT_SCHEMA, EventDeliverySchema
from azureml_events.event_grid.filters import AdvancedFilter, EventFilter
from azureml_events.event_grid.intents import Intent
from azureml_events.routing.event import Event
from azureml_events.routing.keys import Key, resolve


@dataclass(frozen=True)
class PlacedFilter:
    """An advanced filter with its place in the document.

    Attributes:
        filter: The filter.
        index: Its position among the author's advanced filters, from 0.
        path: Where it is in the document, below the document's root.
    """

    filter: AdvancedFilter
    index: int
    path: MemberPath = ()


@dataclass(frozen=True)
class UnknownCondition:
    """A condition that cannot be known offline, as a template's expression.

    Attributes:
        where: `eventType`, `subject` or `advancedFilters[i]`.
        text: The reason, in words.
    """

    where: str
    text: str


@dataclass(frozen=True)
class RoutedSubscription:
    """An event subscription as routing, replay and lint read it.

    Attributes:
        workspace: The workspace's name in the document.
        name: The subscription's name in the document.
        filter: Its filter, whole.
        workspace_id: The workspace's ARM id; None where only the deployment knows it.
        handler: The receiver of the events; two subscriptions with the same text deliver to the same place.
        delivery_schema: The form in which it delivers, which decides what keys can be reached.
        path: Where it is in the document.
        paths: Where single members are, by their JSON names (`subjectBeginsWith`, `includedEventTypes`), where that is
            not simply below `path`.
        placed_filters: Its advanced filters in their author's order; default the filter's own order.
        unknown: Conditions that cannot be known offline.
        intent: The intent that it states, or None.
        all_events: Whether it says in so many words that it wants all events.
        allow: Lint rules that its author silenced, each with the reason.
        disabled: Why it is not declared, or None.
        location: The workspace's region, as its name; None where that is not known.
        expires: The moment in UTC at which it ends, as ARM writes it; None for never, or where it is not known.
        describe_effect: Describes in words the handler's action for an event; None where it only takes the event.
    """

    workspace: str
    name: str
    filter: EventFilter
    workspace_id: str | None = None
    handler: str = ""
    delivery_schema: EventDeliverySchema = DEFAULT_SCHEMA
    path: MemberPath = ()
    paths: Mapping[str, MemberPath] = field(default_factory=dict)
    placed_filters: tuple[PlacedFilter, ...] | None = None
    unknown: tuple[UnknownCondition, ...] = ()
    intent: Intent | None = None
    all_events: bool = False
    allow: Mapping[str, str] = field(default_factory=dict)
    disabled: str | None = None
    location: str | None = None
    expires: str | None = None
    describe_effect: Callable[[Event], str] | None = field(default=None, compare=False)

    @property
    def filters(self) -> tuple[PlacedFilter, ...]:
        """Its advanced filters in their author's order."""
        if self.placed_filters is not None:
            return self.placed_filters
        own = self.filter.advanced_filters
        return tuple(
            PlacedFilter(item, index, (*self.path, "advancedFilters", index)) for index, item in enumerate(own)
        )

    @property
    def event_types(self) -> Sequence[str]:
        """The full names of the event types that it wants: those that it names, else all of the catalogue."""
        names = self.filter.included_event_types
        return tuple(row.name for row in EVENT_TYPES.values()) if names is None else names

    def filters_by_key(self) -> dict[Key, list[PlacedFilter]]:
        """Group its advanced filters by what they look at."""
        groups: dict[Key, list[PlacedFilter]] = {}
        for placed in self.filters:
            groups.setdefault(resolve(placed.filter.key, self.delivery_schema), []).append(placed)
        return groups

    def at(self, member: str) -> MemberPath:
        """Return the path of a member of it in the document."""
        return self.paths.get(member, (*self.path, member))
