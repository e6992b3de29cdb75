"""What the page says of each subscription, and which of them are one declaration."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from azureml_events.cli.console import many, shown
from azureml_events.event_grid.catalogue import short_name
from azureml_events.review.changes.change import ChangeKind
from azureml_events.review.review import Review
from azureml_events.routing.conditions import Outcome
from azureml_events.routing.subscription import RoutedSubscription


@dataclass(frozen=True)
class DeliveryRow:
    """A subscription of a workspace.

    Attributes:
        workspace: The workspace.
        subscription: The subscription's name.
        handler: The receiver of its events.
        filter: Its filter, in words.
        samples: The types whose samples reach it.
        state: Why it delivers nothing; empty where it does.
        mark: The sign of the change that it is part of, as `+`; empty without one.
        found: How many findings that count name it.
        declaration: Tells whether two are written in one place.
    """

    workspace: str
    subscription: str
    handler: str
    filter: str
    samples: tuple[str, ...]
    state: str
    mark: str
    found: int
    declaration: tuple[object, ...]


@dataclass(frozen=True)
class DeliveryGroup:
    """Subscriptions that are one declaration, in workspaces that have the same ones.

    Attributes:
        workspaces: The workspaces.
        rows: One subscription for each declaration.
    """

    workspaces: tuple[str, ...]
    rows: tuple[DeliveryRow, ...]

    @property
    def name(self) -> str:
        """The workspace, or how many there are."""
        return self.workspaces[0] if len(self.workspaces) == 1 else many(len(self.workspaces), "workspace")


def deliveries_of(review: Review, signs: Mapping[ChangeKind, str]) -> list[DeliveryRow]:
    """Return a row for each subscription of each workspace, in the order of the input.

    Args:
        review: The review.
        signs: The sign of each kind of change that is about deliveries.
    """
    reached: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    subscriptions: dict[tuple[str, str], RoutedSubscription] = {}
    for routes in review.routes:
        for subscription, verdict in routes.verdicts:
            key = (routes.workspace, subscription.name)
            subscriptions[key] = subscription
            if verdict.outcome is not Outcome.NO_MATCH:
                doubt = "" if verdict.outcome is Outcome.MATCH else "perhaps "
                reached[key].append(doubt + short_name(routes.event.type or ""))
    found = _findings(review)
    marks = {
        (change.workspace, name): signs.get(change.kind, "~")
        for change in reversed(review.changes)
        for name in change.subscriptions
    }
    return [
        DeliveryRow(
            workspace=shown(workspace),
            subscription=shown(name),
            handler=shown(each.handler),
            filter=shown("; ".join(_words(each))),
            samples=tuple(map(shown, reached[workspace, name])),
            state="disabled" if each.disabled else shown(each.state or ""),
            mark=marks.get((workspace, name)) or marks.get((None, name), ""),
            found=found[workspace, name] + found[None, name],
            declaration=(each.path, each.name, each.handler) if each.path else (workspace, each.name),
        )
        for (workspace, name), each in subscriptions.items()
    ]


def groups_of(rows: Sequence[DeliveryRow]) -> list[DeliveryGroup]:
    """Group workspaces that have the same declarations; what differs in a mark or a finding is not the same.

    Args:
        rows: The subscriptions.
    """
    of_workspace: defaultdict[str, list[DeliveryRow]] = defaultdict(list)
    for each in rows:
        of_workspace[each.workspace].append(each)
    alike: defaultdict[tuple[object, ...], list[str]] = defaultdict(list)
    for workspace, own in of_workspace.items():
        key = tuple((each.declaration, each.filter, each.state, each.mark, each.found) for each in own)
        alike[key].append(workspace)
    return [DeliveryGroup(tuple(those), tuple(of_workspace[those[0]])) for those in alike.values()]


def _words(subscription: RoutedSubscription) -> Iterator[str]:
    """Say a filter in words, a condition a part."""
    own = subscription.filter
    types = own.included_event_types
    yield "all events" if types is None else " or ".join(map(short_name, types))
    if own.subject_begins_with:
        yield f"subject begins with '{own.subject_begins_with}'"
    if own.subject_ends_with:
        yield f"subject ends with '{own.subject_ends_with}'"
    for placed in subscription.filters:
        yield placed.filter.describe()
    for unknown in subscription.unknown:
        yield f"{unknown.where} is not known"


def _findings(review: Review) -> defaultdict[tuple[str | None, str | None], int]:
    found: defaultdict[tuple[str | None, str | None], int] = defaultdict(int)
    for each in review.counted:
        if each.subscription is not None and each.level != "note":
            found[each.workspace, each.subscription] += 1
    return found
