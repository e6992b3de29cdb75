"""The picture of deliveries: workspaces, subscriptions and handlers in three columns; a matrix where they are many."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

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


def draw(groups: Sequence[DeliveryGroup], title: str) -> Picture:
    """Draw deliveries, a box for each workspace or group, subscription and handler.

    Args:
        groups: The workspaces with their subscriptions.
        title: What it is called.
    """
    columns: tuple[dict[str, Node], dict[str, Node], dict[str, Node]] = ({}, {}, {})
    links: list[tuple[str, str, str, DeliveryRow, int]] = []
    for group in groups:
        columns[0][group.workspaces[0]] = _workspace(group)
        for row in group.rows:
            key = f"{group.workspaces[0]}/{row.subscription}"
            columns[1][key] = _subscription(key, row)
            columns[2].setdefault(row.handler, Node(row.handler, (row.handler,), row.handler, "handler"))
            links.append((group.workspaces[0], key, row.handler, row, len(group.workspaces)))
    order = _ordered(columns, links)
    placed = [_placed(column, index) for index, column in enumerate(order)]
    by_key = [{each.node.key: each for each in column} for column in placed]
    height = max((each.y + _HEIGHT for column in placed for each in column), default=0) + _MARGIN
    curves = [
        curve
        for workspace, subscription, handler, row, many_ in links
        for curve in (
            _curve(by_key[0][workspace], by_key[1][subscription], row, many_),
            _curve(by_key[1][subscription], by_key[2][handler], row, many_),
        )
    ]
    says = (
        f"{many(len(columns[0]), 'box', 'boxes')} of workspaces, {many(len(columns[1]), 'subscription')} and"
        f" {many(len(columns[2]), 'handler')}; the table of routes says the same."
    )
    width = sum(_WIDTHS) + 2 * _GAP + 2 * _MARGIN
    return Picture(title, says, width, height, tuple(each for column in placed for each in column), tuple(curves))


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


def _workspace(group: DeliveryGroup) -> Node:
    title = ", ".join(group.workspaces)
    return Node(group.workspaces[0], (group.name,), title, "workspace")


def _subscription(key: str, row: DeliveryRow) -> Node:
    style = "subscription" + (" found" if row.found else "") + (" idle" if row.state else "")
    says = [*([row.state] if row.state else []), *([many(row.found, "finding")] if row.found else []), row.filter]
    return Node(key, (row.subscription, "; ".join(says)), f"{row.subscription}: {'; '.join(says)}", style, row.mark)


def _ordered(
    columns: Sequence[Mapping[str, Node]], links: Iterable[tuple[str, str, str, DeliveryRow, int]]
) -> list[list[Node]]:
    """Order the handlers by the middle of the subscriptions that deliver to them, and those by theirs."""
    links = list(links)
    workspaces, subscriptions = list(columns[0]), list(columns[1])
    handlers = _by_middle(columns[2], ((handler, key) for _, key, handler, _, _ in links), subscriptions)
    place = {key: index for index, key in enumerate(handlers)}
    receiver = {key: handler for _, key, handler, _, _ in links}
    owner = {key: workspaces.index(workspace) for workspace, key, _, _, _ in links}
    subscriptions.sort(key=lambda key: (owner[key], place[receiver[key]]))
    handlers = _by_middle(columns[2], ((handler, key) for _, key, handler, _, _ in links), subscriptions)
    return [
        [column[key] for key in keys]
        for column, keys in zip(columns, (workspaces, subscriptions, handlers), strict=True)
    ]


def _by_middle(nodes: Mapping[str, Node], pairs: Iterable[tuple[str, str]], order: Sequence[str]) -> list[str]:
    index = {key: number for number, key in enumerate(order)}
    places: defaultdict[str, list[int]] = defaultdict(list)
    for node, other in pairs:
        places[node].append(index[other])
    return sorted(nodes, key=lambda key: (sum(places[key]) / len(places[key]), key))


def _placed(nodes: Sequence[Node], column: int) -> list[PlacedNode]:
    x = _MARGIN + sum(_WIDTHS[:column]) + _GAP * column
    width = _WIDTHS[column]
    return [PlacedNode(_cut(node, width), x, _MARGIN + index * _STEP, width) for index, node in enumerate(nodes)]


def _cut(node: Node, width: int) -> Node:
    most = int((width - 2 * _MARGIN) / _CHARACTER) - (2 if node.mark else 0)
    return Node(node.key, tuple(_short(line, most) for line in node.lines), node.title, node.style, node.mark)


def _short(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    half = (most - 1) // 2
    return f"{text[: most - 1 - half]}…{text[-half:]}"


def _curve(one: PlacedNode, other: PlacedNode, row: DeliveryRow, workspaces: int) -> Curve:
    x1, y1 = one.x + one.width, one.y + one.height // 2
    x2, y2 = other.x, other.y + other.height // 2
    bend = _GAP // 2
    style = "idle" if row.state else "changed" if row.mark else "wide" if workspaces > 1 else ""
    return Curve(f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}", style)
