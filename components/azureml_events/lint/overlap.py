"""Warnings: subscriptions whose events another one sends to the same handler already."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from azureml_events.base.mistakes import MemberPath
from azureml_events.event_grid.operators import OPERATORS
from azureml_events.lint.redundant import Side, side_implies
from azureml_events.lint.rules import REMOVED, Finding, finding, subject_filters
from azureml_events.routing.keys import Key, Reach
from azureml_events.routing.subscription import RoutedSubscription

_IN = OPERATORS["StringIn"]
_SUBJECT = Key("subject", (), Reach.YES)


Group = tuple[Side, ...]
"""The filters on one key."""


@dataclass(frozen=True)
class _Shape:
    """The parts of a subscription that are compared with those of many others."""

    subscription: RoutedSubscription
    types: frozenset[str] | None
    groups: dict[Key, Group]
    texts: dict[Key, frozenset[str]]
    outer: Group

    @property
    def begin(self) -> str:
        """The beginning of the subject, in lower case."""
        return self.subscription.filter.subject_begins_with.lower()

    @property
    def keys(self) -> Iterable[Key]:
        """The keys on which it has conditions."""
        return self.groups.keys() | ({_SUBJECT} if self.outer else set())

    def on(self, key: Key) -> Group:
        """Return all its conditions on a key."""
        return (*self.groups.get(key, ()), *(self.outer if key.is_subject else ()))


class _Index:
    """Finds the few of many shapes that may cover one.

    Each shape stands under one thing that whatever it covers must have too: a text of a StringIn, the beginning of the
    subject, or a filter on a key.

    Args:
        shapes: The shapes, all of one place.
    """

    def __init__(self, shapes: Sequence[_Shape]) -> None:
        self._by_text: defaultdict[tuple[Key, str], list[int]] = defaultdict(list)
        self._by_begin: defaultdict[str, list[int]] = defaultdict(list)
        self._by_key: defaultdict[Key, list[int]] = defaultdict(list)
        self._by_key_of_texts: defaultdict[Key, list[int]] = defaultdict(list)
        self._others: list[int] = []
        often = Counter((key, text) for shape in shapes for key, texts in shape.texts.items() for text in texts)
        users = Counter(key for shape in shapes for key in shape.groups)
        for position, shape in enumerate(shapes):
            if shape.texts:
                texts = min(shape.texts.items(), key=lambda item: sum(often[item[0], text] for text in item[1]))
                self._add_texts(position, *texts)
            elif shape.begin:
                self._by_begin[shape.begin].append(position)
            elif shape.groups:
                self._by_key[min(shape.groups, key=users.__getitem__)].append(position)
            else:
                self._others.append(position)

    def _add_texts(self, position: int, key: Key, texts: Iterable[str]) -> None:
        self._by_key_of_texts[key].append(position)
        for text in texts:
            self._by_text[key, text].append(position)

    def may_cover(self, shape: _Shape) -> list[int]:
        """List the positions of the shapes that may cover one, in their order.

        Args:
            shape: One of the shapes.
        """
        found = set(self._others)
        for key in shape.keys:
            found.update(self._by_key.get(key, ()))
            texts = shape.texts.get(key)
            if texts:
                # Whatever covers it lets every text pass, so any one of them finds it.
                found.update(self._by_text.get((key, next(iter(texts))), ()))
            else:
                found.update(self._by_key_of_texts.get(key, ()))
        for end in range(1, len(shape.begin) + 1):
            found.update(self._by_begin.get(shape.begin[:end], ()))
        return sorted(found)


def find_redundant_subscriptions(subscriptions: Sequence[RoutedSubscription]) -> Iterator[Finding]:
    """Yield the subscriptions whose events another one sends to the same handler already.

    Args:
        subscriptions: All subscriptions, in the document's order.
    """
    places: dict[tuple[str, str, str], list[_Shape]] = {}
    known: dict[tuple[int, str], _Shape] = {}
    for item in subscriptions:
        if item.handler and not item.unknown and item.disabled is None:
            place = (item.workspace, item.handler, item.delivery_schema)
            same = known.get((id(item.filter), item.delivery_schema))
            shape = _shape(item) if same is None else replace(same, subscription=item)
            known.setdefault((id(item.filter), item.delivery_schema), shape)
            places.setdefault(place, []).append(shape)
    found: dict[tuple[MemberPath, str], Finding] = {}
    often = Counter[tuple[MemberPath, str]]()
    for alike, count in _distinct(places.values()):
        shapes = _telling_first(alike)
        index = _Index(shapes)
        for position, shape in enumerate(shapes):
            others = [(each, shapes[each]) for each in index.may_cover(shape)]
            for each in _covered(shape, position, others):
                found.setdefault((each.path, each.message), each)
                often[each.path, each.message] += count
    used = Counter(each.path for each in subscriptions)
    for (path, _), each in found.items():
        # In some workspaces alone it is a duplicate: then it must stay.
        is_everywhere = often[path, each.message] == used[path]
        yield each if is_everywhere else replace(each, edit=())


def _telling_first(shapes: Sequence[_Shape]) -> list[_Shape]:
    """Order the filters of each shape so that those on which shapes differ most are compared first."""
    variety: defaultdict[Key, set[object]] = defaultdict(set)
    for shape in shapes:
        for key, group in shape.groups.items():
            variety[key].add(tuple((each.row.name, each.operands) for each in group))
    ranks = {key: -len(groups) for key, groups in variety.items()}
    return [
        replace(shape, groups=dict(sorted(shape.groups.items(), key=lambda item: ranks[item[0]]))) for shape in shapes
    ]


def _distinct(places: Iterable[list[_Shape]]) -> Iterable[tuple[list[_Shape], int]]:
    """Count the places whose subscriptions are the same, in several workspaces."""
    distinct: dict[tuple[object, ...], list[list[_Shape]]] = {}
    for shapes in places:
        said = ((id(each.subscription.filter), each.subscription.name, each.subscription.path) for each in shapes)
        distinct.setdefault(tuple(said), []).append(shapes)
    return ((same[0], len(same)) for same in distinct.values())


def _covered(shape: _Shape, position: int, others: Iterable[tuple[int, _Shape]]) -> Iterator[Finding]:
    for other_position, other in others:
        if other is shape or not _covers(other, shape):
            continue
        mine, name = shape.subscription, other.subscription.name
        if not _covers(shape, other):
            message = f"'{name}' sends all its events to the same handler too, so they arrive twice"
            yield finding("redundant-subscription", mine, mine.path, message, f"narrow '{name}', or leave this one out")
            return
        if other_position < position:
            message = f"'{name}' sends the same events to the same handler, so they arrive twice"
            edit = [(mine.path, REMOVED)] if mine.path else []
            yield finding("duplicate-subscription", mine, mine.path, message, "leave one of them out", edit=edit)
            return


def _shape(subscription: RoutedSubscription) -> _Shape:
    groups: dict[Key, Group] = {}
    for key, group in subscription.filters_by_key().items():
        groups[key] = tuple(Side.of(item.filter) for item in group)
    names = subscription.filter.included_event_types
    texts = {
        key: frozenset(map(str, group[0].operands))
        for key, group in groups.items()
        if len(group) == 1 and group[0].row is _IN
    }
    types = None if names is None else frozenset(name.lower() for name in names)
    return _Shape(subscription, types, groups, texts, tuple(map(Side.of, subject_filters(subscription))))


def _covers(wide: _Shape, narrow: _Shape) -> bool:
    """Return whether every event of the narrow subscription is one of the wide one's."""
    if wide.types is not None and (narrow.types is None or not narrow.types <= wide.types):
        return False
    if not _affix_covers(wide.subscription, narrow.subscription):
        return False
    on_arrays = wide.subscription.filter.enable_advanced_filtering_on_arrays
    if on_arrays is not narrow.subscription.filter.enable_advanced_filtering_on_arrays and wide.groups:
        return False
    return all(_covers_key(group, narrow.on(key), on_arrays) for key, group in wide.groups.items())


def _covers_key(wide: Group, narrow: Group, on_arrays: bool) -> bool:
    if len(wide) == len(narrow) == 1 and wide[0].row is _IN is narrow[0].row:
        return set(narrow[0].operands) <= set(wide[0].operands)
    return wide == narrow or all(any(side_implies(item, asked, on_arrays) for item in narrow) for asked in wide)


def _affix_covers(wide: RoutedSubscription, narrow: RoutedSubscription) -> bool:
    one, other = wide.filter, narrow.filter
    if (one.subject_begins_with or one.subject_ends_with) and one.is_subject_case_sensitive:
        if not other.is_subject_case_sensitive:
            return False
        begins = other.subject_begins_with.startswith(one.subject_begins_with)
        return begins and other.subject_ends_with.endswith(one.subject_ends_with)
    begins = other.subject_begins_with.lower().startswith(one.subject_begins_with.lower())
    return begins and other.subject_ends_with.lower().endswith(one.subject_ends_with.lower())
