"""What can become of an event: every combination of subscriptions that one can reach, each with values that do so.

Subscriptions ask one condition on one key each. So the keys are looked at one after the other: of each, all values that
its conditions tell apart (`values.py`); what remains is which subscriptions an event may still reach. Keys that are not
independent, as a subject and the data that it is made of, or a map and its members, are one. A combination that no
changed subscription belongs to is left at once.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from azureml_events.event_grid.catalogue import EventType
from azureml_events.review.changes.conditions import Condition
from azureml_events.review.changes.subject import SubjectGrammar
from azureml_events.review.changes.texts import Pieces, TooManyError
from azureml_events.review.changes.trial import Setting, Trial, written_path
from azureml_events.review.changes.values import AS_SAMPLED, Option, options_of, pieces_of
from azureml_events.routing.conditions import Outcome, SubjectComparison
from azureml_events.routing.event import Event
from azureml_events.routing.keys import Key, Reach
from azureml_events.routing.replay.columns import Bits, Column
from azureml_events.routing.replay.columns import Condition as Asked

MOST_STATES = 4_000
MOST_TRIALS = 20_000

Place = tuple[str, tuple[str, ...]]
"""An attribute and the path below it: keys that mean the same under any schema."""


@dataclass(frozen=True)
class Asker:
    """What one subscription asks of events of one type.

    Attributes:
        conditions: Its conditions.
        wants: Whether it wants the type.
    """

    conditions: tuple[Condition, ...]
    wants: Outcome


@dataclass(frozen=True)
class Reached:
    """Which subscriptions an event reaches.

    Attributes:
        match: Those that it reaches, a bit each.
        possible: Those that it reaches or may reach.
        outside: Whether no event is documented that does so.
    """

    match: int
    possible: int
    outside: bool = False


@dataclass(frozen=True)
class Found:
    """A combination with the values of an event that leads to it.

    Attributes:
        reached: The combination.
        settings: The values.
    """

    reached: Reached
    settings: tuple[Setting, ...]

    @property
    def distance(self) -> int:
        """How many values are not the sample's."""
        return sum(option.value is not AS_SAMPLED for _, _, option in self.settings)


def find_outcomes(trial: Trial, askers: Sequence[Asker], changed: int) -> list[Found]:
    """Find every combination that an event of a type can reach, those of changed subscriptions alone.

    Args:
        trial: The event type.
        askers: The subscriptions, a bit each in their order.
        changed: The changed ones, as bits.

    Raises:
        TooManyError: They are too many.
    """
    match = sum(1 << at for at, each in enumerate(askers) if each.wants is Outcome.MATCH)
    possible = sum(1 << at for at, each in enumerate(askers) if each.wants is not Outcome.NO_MATCH)
    start = Found(Reached(match, possible, outside=trial.row is None), ())
    states = {start.reached: start}
    if not possible & changed:
        return []
    for group in _groups(trial.row, askers, possible):
        states = _crossed(states, _left(trial, group, len(askers), changed), changed)
    return list(states.values())


@dataclass
class _Group:
    """Keys that are looked at together.

    Attributes:
        conditions: The conditions on them, each with the subscriptions that ask it, as bits.
        with_subject: Whether the subject is among them.
    """

    conditions: dict[Condition, int]
    with_subject: bool = False


def _groups(row: EventType | None, askers: Sequence[Asker], possible: int) -> list[_Group]:
    asked: dict[Condition, int] = defaultdict(int)
    for at, each in enumerate(askers):
        if possible >> at & 1:
            for condition in each.conditions:
                asked[condition] |= 1 << at
    names = _subject_names(row) if any(each.key.is_subject for each in asked) else frozenset()
    whole_maps = {each.key.path[0] for each in asked if each.key.attribute == "data" and len(each.key.path) == 1}
    groups: dict[object, _Group] = {}
    for condition, bits in asked.items():
        name = _group_of(condition.key, names, whole_maps)
        group = groups.setdefault(name, _Group({}, name == "subject"))
        group.conditions[condition] = bits
    return list(groups.values())


def _subject_names(row: EventType | None) -> frozenset[str]:
    return frozenset(name.lower() for name in SubjectGrammar.of(row).names) if row else frozenset()


def _group_of(key: Key, names: frozenset[str], whole_maps: set[str]) -> object:
    if key.is_subject or (key.attribute == "data" and key.path and key.path[0] in names):
        return "subject"
    if key.attribute == "data" and key.path and key.path[0] in whole_maps:
        return ("data", key.path[:1])
    return (key.attribute, key.path[:2])


def _left(trial: Trial, group: _Group, count: int, changed: int) -> list[Found]:
    """Return what values of a group leave of the subscriptions; what documented values leave too is one of these."""
    bits, left_by = Bits(count), _left_by(group, count)
    nearest: dict[Reached, Found] = {}
    for settings in _combinations(trial, group):
        left = left_by(Event(trial.event(settings)))
        reached = Reached(bits.sure(left), left >> count, any(option.outside for _, _, option in settings))
        if reached.possible & changed:
            _keep_nearest(nearest, Found(reached, settings))
    return [
        found
        for reached, found in nearest.items()
        if not (reached.outside and replace(reached, outside=False) in nearest)
    ]


def _keep_nearest(nearest: dict[Reached, Found], found: Found) -> None:
    known = nearest.get(found.reached)
    if known is None or found.distance < known.distance:
        nearest[found.reached] = found


def _left_by(group: _Group, count: int) -> Callable[[Event], int]:
    """Return what tells which subscriptions an event leaves: all conditions on one key are looked up together."""
    by_reader: dict[Key | None, list[Asked]] = defaultdict(list)
    for condition, asking in group.conditions.items():
        of_subject = isinstance(condition.comparison, SubjectComparison)
        own, operands = by_reader[None if of_subject else condition.key], tuple(condition.operands)
        own += [Asked(at, condition.comparison, operands) for at in range(count) if asking >> at & 1]
    bits = Bits(count)
    columns = [(key, Column(conditions, bits)) for key, conditions in by_reader.items()]

    def left_by(event: Event) -> int:
        left = bits.all
        for key, each in columns:
            left &= each.left_by(key.find(event) if key else (event.subject,))
        return left

    return left_by


def _combinations(trial: Trial, group: _Group) -> Iterator[tuple[Setting, ...]]:
    """Yield settings of a group's keys: all documented ones, and those with one value outside."""
    leaves = _leaves(trial.row, group)
    inside = [[each for each in options if not each[2].outside] for options in leaves]
    count = 1
    for options in inside:
        count *= len(options)
    if count + sum(map(len, leaves)) > MOST_TRIALS:
        raise TooManyError
    yield from itertools.product(*inside)
    if group.with_subject:
        return  # a subject is made of texts, so nothing that is outside is consistent
    for at, options in enumerate(leaves):
        rest = [each[:2] if i != at else [each for each in options if each[2].outside] for i, each in enumerate(inside)]
        if rest[at]:
            yield from itertools.product(*rest)


def _leaves(row: EventType | None, group: _Group) -> list[list[Setting]]:
    """Return for each key of a group its settings; a map before its members."""
    by_place: dict[Place, list[Condition]] = defaultdict(list)
    for condition in group.conditions:
        if condition.key.reach is not Reach.NO:
            by_place[condition.key.attribute, condition.key.path].append(condition)
    pieces = {place: pieces_of(conditions) for place, conditions in by_place.items()}
    forbidden = ""
    if group.with_subject and row is not None:
        grammar = SubjectGrammar.of(row)
        forbidden = "".join(grammar.fixed)
        by_name = {name: pieces.setdefault(("data", (name.lower(),)), Pieces()) for name in grammar.names}
        for condition in by_place.pop(("subject", ()), []):
            for text in condition.texts:
                grammar.add_pieces(condition.operator.name, text, by_name, cased=condition.is_cased)
        for name in grammar.names:
            by_place.setdefault(("data", (name.lower(),)), [])
    leaves = []
    for place, conditions in sorted(by_place.items(), key=lambda item: item[0]):
        key = conditions[0].key if conditions else Key(place[0], place[1], Reach.YES)
        written = conditions[0].words[0] if conditions else ".".join(("data", *place[1]))
        path = written_path(row, key, written)
        options = options_of(key, row, conditions, pieces[place], forbidden)
        leaves.append([(key, path, option) for option in _once(options)])
    return leaves


def _once(options: Sequence[Option]) -> Iterator[Option]:
    known: set[tuple[str, bool]] = set()
    for each in options:
        key = (repr(each.value), each.outside)
        if key not in known:
            known.add(key)
            yield each


def _crossed(states: Mapping[Reached, Found], further: Sequence[Found], changed: int) -> dict[Reached, Found]:
    crossed: dict[Reached, Found] = {}
    for state, found in states.items():
        for each in further:
            left = each.reached
            if left.outside and state.outside and found.settings:
                continue
            possible = state.possible & left.possible
            if possible & changed:
                reached = Reached(state.match & left.match, possible, state.outside or left.outside)
                _keep_nearest(crossed, Found(reached, (*found.settings, *each.settings)))
        if len(crossed) > MOST_STATES:
            raise TooManyError
    return crossed
