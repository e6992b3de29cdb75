"""An event subscription as routing, replay and lint read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from azureml_events.base.arm_ids import PUBLIC_CLOUD
from azureml_events.base.mistakes import MemberPath
from azureml_events.base.model import Line
from azureml_events.event_grid.catalogue import EVENT_TYPES
from azureml_events.event_grid.delivery import DEFAULT_SCHEMA, DELIVERING_NOTHING, EventDeliverySchema, has_passed
from azureml_events.event_grid.filters import AdvancedFilter, EventFilter
from azureml_events.event_grid.handshake import Unanswered
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
        of_argument: Whether an argument of an intent stands there, which gives the filter's operands alone.
    """

    filter: AdvancedFilter
    index: int
    path: MemberPath = ()
    of_argument: bool = False

    @property
    def key_path(self) -> MemberPath:
        """Where its key is."""
        return self.path if self.of_argument else (*self.path, "key")

    def value_path(self, position: int) -> MemberPath:
        """Return where one of its operands is.

        Args:
            position: The operand's position, from 0.
        """
        if self.of_argument:
            return self.path if len(self.filter.operands) == 1 else (*self.path, position)
        return (*self.path, "value") if self.filter.operator.member == "value" else (*self.path, "values", position)


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
class DynamicAttribute:
    """A delivery attribute that is read from the event.

    Attributes:
        name: Its name.
        source_field: The event's member, a key.
        path: Where that key is in the document.
    """

    name: str
    source_field: str
    path: MemberPath


@dataclass(frozen=True)
class Destination:
    """Where a subscription delivers, as far as lint asks about it.

    Attributes:
        unanswered: Why it does not answer the handshake; None where nothing is known against it. The URL itself, which
            may hold a key, is not kept.
        url_path: Where a webhook's URL is in the document.
        attributes: The delivery attributes that are read from the event.
    """

    unanswered: Unanswered | None = None
    url_path: MemberPath = ()
    attributes: tuple[DynamicAttribute, ...] = ()


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
        environment: The cloud that the provider works in, as `azure-native:environment` names it.
        whole: Whether all of its filter could be read; else only what it never matches is certain.
        expires: The moment in UTC at which it ends, as ARM writes it; None for never, or where it is not known.
        azure_name: Its name in Azure; None where that is `name`.
        provisioning_state: Azure's word for how far it is made, as `Succeeded`; None where that is not known.
        in_arm_words: Whether its author wrote ARM's members, so that advice has to name those, not a stack file's.
        destination: Where it delivers; None where that is not known.
        line: The program's line that declares it; None where it was not noted, or is written in a file.
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
    environment: str = PUBLIC_CLOUD
    whole: bool = True
    expires: str | None = None
    azure_name: str | None = None
    provisioning_state: str | None = None
    in_arm_words: bool = False
    destination: Destination | None = None
    line: Line | None = field(default=None, compare=False)
    describe_effect: Callable[[Event], str] | None = field(default=None, compare=False)

    @property
    def full_name(self) -> str:
        """Its workspace and name, in one text."""
        return f"{self.workspace}/{self.name}"

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
    def state(self) -> str | None:
        """Say why it delivers nothing: `expired` or a provisioning state; None where it may deliver."""
        if self.expires and has_passed(self.expires):
            return "expired"
        return self.provisioning_state if self.provisioning_state in DELIVERING_NOTHING else None

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
