"""The picture of deliveries: workspaces, subscriptions and handlers in three columns; a matrix where they are many."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from azureml_events.cli.console import many
from azureml_events.cli.review_page.deliveries import DeliveryGroup, DeliveryRow

MOST_NODES = 25
"""Subscriptions that a picture shows, a node each."""

_WIDTHS = (170, 330, 250)
_GAP = 90
_HEIGHT, _STEP = 44, 56
_MARGIN = 8
_CHARACTER = 7.2
"""Pixels of a character of the page's monospaced font at 12 pixels."""


@dataclass(frozen=True)
class Node:
    """A box.

    Attributes:
        key: Tells it from the others of its column.
        lines: Its text, the first line strong; cut to the box.
        title: The whole text.
        style: `workspace`, `subscription`, `handler`, with `found` or `idle` behind it.
        mark: The sign of a change; empty without one.
    """

    key: str
    lines: tuple[str, ...]
    title: str
    style: str
    mark: str = ""


@dataclass(frozen=True)
class PlacedNode:
    """A box with its place, in pixels."""

    node: Node
    x: int
    y: int
    width: int
    height: int = _HEIGHT


@dataclass(frozen=True)
class Curve:
    """A line between two boxes: the path as SVG writes it, and its style."""

    path: str
    style: str


@dataclass(frozen=True)
class Picture:
    """A picture with everything placed.

    Attributes:
        title: What it is called.
        says: What it shows, in a sentence for who does not see it.
        width: In pixels.
        height: In pixels.
        nodes: Its boxes.
        curves: The lines between them.
    """

    title: str
    says: str
    width: int
    height: int
    nodes: tuple[PlacedNode, ...]
    curves: tuple[Curve, ...]


@dataclass(frozen=True)
class Matrix:
    """Workspaces against handlers, with the number of subscriptions between them.

    Attributes:
        handlers: The columns.
        rows: The workspaces, each with a text for each handler, and whether something is found or changes there.
    """

    handlers: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, bool], ...]], ...]


@dataclass(frozen=True)
class _Link:
    """A subscription between its workspace, or the group of those that have it, and its handler."""

    group: DeliveryGroup
    row: DeliveryRow

    @property
    def workspace(self) -> str:
        return self.group.workspaces[0]

    @property
    def subscription(self) -> str:
        return f"{self.workspace}/{self.row.subscription}"

    @property
    def style(self) -> str:
        if self.row.state:
            return "idle"
        if self.row.mark:
            return "changed"
        return "wide" if len(self.group.workspaces) > 1 else ""


def draw(groups: Sequence[DeliveryGroup], title: str) -> Picture:
    """Draw deliveries, a box for each workspace or group, subscription and handler.

    Args:
        groups: The workspaces with their subscriptions.
        title: What it is called.
    """
    links = [_Link(group, row) for group in groups for row in group.rows]
    workspaces, subscriptions, handlers = columns = [_placed(column, at) for at, column in enumerate(_columns(links))]
    curves = [
        curve
        for link in links
        for curve in (
            _curve(workspaces[link.workspace], subscriptions[link.subscription], link.style),
            _curve(subscriptions[link.subscription], handlers[link.row.handler], link.style),
        )
    ]
    says = (
        f"{many(len(workspaces), 'box', 'boxes')} of workspaces, {many(len(subscriptions), 'subscription')} and"
        f" {many(len(handlers), 'handler')}; the table of routes says the same."
    )
    nodes = tuple(each for column in columns for each in column.values())
    width = sum(_WIDTHS) + 2 * _GAP + 2 * _MARGIN
    height = max((each.y + _HEIGHT for each in nodes), default=0) + _MARGIN
    return Picture(title, says, width, height, nodes, tuple(curves))


def matrix_of(rows: Iterable[DeliveryRow]) -> Matrix:
    """Count the subscriptions between workspaces and handlers.

    Args:
        rows: The subscriptions.
    """
    counted: Counter[tuple[str, str]] = Counter()
    marked: set[tuple[str, str]] = set()
    workspaces: dict[str, None] = {}
    for each in rows:
        workspaces[each.workspace] = None
        counted[each.workspace, each.handler] += 1
        if each.mark or each.found:
            marked.add((each.workspace, each.handler))
    handlers = tuple(sorted({handler for _, handler in counted}))
    return Matrix(
        handlers,
        tuple(
            (workspace, tuple((_cell(counted[workspace, each]), (workspace, each) in marked) for each in handlers))
            for workspace in workspaces
        ),
    )


def _cell(count: int) -> str:
    return f"{count:,}" if count else ""


def _columns(links: Sequence[_Link]) -> Iterator[list[Node]]:
    """Yield the columns: handlers by the middle of the subscriptions that deliver to them, and those by theirs."""
    workspaces = {link.workspace: _workspace(link.group) for link in links}
    first = _by_middle(links)
    ordered = sorted(links, key=lambda link: ([*workspaces].index(link.workspace), first.index(link.row.handler)))
    yield [*workspaces.values()]
    yield [_subscription(link) for link in ordered]
    yield [Node(handler, (handler,), handler, "handler") for handler in _by_middle(ordered)]


def _workspace(group: DeliveryGroup) -> Node:
    return Node(group.workspaces[0], (group.name,), ", ".join(group.workspaces), "workspace")


def _subscription(link: _Link) -> Node:
    row = link.row
    style = "subscription" + (" found" if row.found else "") + (" idle" if row.state else "")
    says = "; ".join(filter(None, (row.state, many(row.found, "finding") if row.found else "", row.filter)))
    return Node(link.subscription, (row.subscription, says), f"{row.subscription}: {says}", style, row.mark)


def _by_middle(links: Iterable[_Link]) -> list[str]:
    """Order the handlers of links by the middle of their places."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for index, link in enumerate(links):
        places[link.row.handler].append(index)
    return sorted(places, key=lambda handler: (sum(places[handler]) / len(places[handler]), handler))


def _placed(nodes: Iterable[Node], column: int) -> dict[str, PlacedNode]:
    """Place the nodes of a column, by their keys."""
    x, width = _MARGIN + sum(_WIDTHS[:column]) + _GAP * column, _WIDTHS[column]
    return {
        node.key: PlacedNode(_cut(node, width), x, _MARGIN + index * _STEP, width) for index, node in enumerate(nodes)
    }


def _cut(node: Node, width: int) -> Node:
    most = int((width - 2 * _MARGIN) / _CHARACTER) - (2 if node.mark else 0)
    return replace(node, lines=tuple(_short(line, most) for line in node.lines))


def _short(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    half = (most - 1) // 2
    return f"{text[: most - 1 - half]}…{text[-half:]}"


def _curve(one: PlacedNode, other: PlacedNode, style: str) -> Curve:
    x1, y1 = one.x + one.width, one.y + one.height // 2
    x2, y2 = other.x, other.y + other.height // 2
    bend = _GAP // 2
    return Curve(f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}", style)
