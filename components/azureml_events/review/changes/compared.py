"""One destination in two versions: which events reach it in one of them alone, perhaps, or in another way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property

from azureml_events.event_grid.catalogue import EVENT_TYPES, PREFIX, event_type, is_catalogued, short_name
from azureml_events.event_grid.samples import SAMPLE_WORKSPACE
from azureml_events.review.changes.destinations import Asks, Delivered, Named
from azureml_events.review.changes.outcomes import Asker, Found, find_outcomes
from azureml_events.review.changes.pairs import Pair
from azureml_events.review.changes.texts import TooManyError
from azureml_events.review.changes.trial import Trial, in_json
from azureml_events.routing.conditions import Outcome
from azureml_events.routing.event import Event
from azureml_events.routing.match import Verdict, judge_event_type, match
from azureml_events.routing.replay.index import Index
from azureml_events.routing.subscription import RoutedSubscription

FUTURE_TYPE = f"{PREFIX}FutureEvent"
"""Stands for an event type that Azure may add."""


class Difference(Enum):
    """What one event tells two versions apart by."""

    NEWLY = "newly"
    NO_LONGER = "no longer"
    DIFFERENTLY = "differently"
    MAY = "may"


@dataclass(frozen=True)
class Fate:
    """What becomes of an event in one version.

    Attributes:
        outcome: Whether it reaches the destination.
        delivering: The subscriptions that it reaches.
        explain: Says what each subscription says of it.
    """

    outcome: Outcome
    delivering: Sequence[Delivered]
    explain: Callable[[], list[tuple[Delivered, Verdict]]]

    @cached_property
    def verdicts(self) -> list[tuple[Delivered, Verdict]]:
        """What each subscription says of the event; looked up only where it is shown."""
        return self.explain()

    @property
    def manners(self) -> Counter[Hashable]:
        """The ways in which it is delivered, with the copies of each."""
        return Counter(each.manner for each in self.delivering)


@dataclass(frozen=True)
class Witness:
    """An event that tells two versions apart.

    Attributes:
        event: The event.
        before: What becomes of it in the base.
        after: What becomes of it in what is reviewed.
        outside: Whether no event is documented that does so.
        distance: How many of its values are not the sample's.
    """

    event: Event
    before: Fate
    after: Fate
    outside: bool = False
    distance: int = 0

    @property
    def difference(self) -> Difference | None:
        """What it tells apart; None where both do the same with it."""
        before, after = self.before.outcome, self.after.outcome
        if Outcome.UNCERTAIN in {before, after}:
            return Difference.MAY if before is not after else None
        if before is not after:
            return Difference.NEWLY if after is Outcome.MATCH else Difference.NO_LONGER
        return Difference.DIFFERENTLY if self.before.manners != self.after.manners else None


@dataclass
class Compared:
    """What is found about one destination.

    Attributes:
        pair: The destination's deliveries in both versions.
        witnesses: Events that tell them apart, nearest to the catalogue's samples first.
        undecided: The short names of event types that have too many cases to decide.
        others_before: All subscriptions of the base, by their names.
        others_after: All subscriptions of what is reviewed, by their names.
    """

    pair: Pair
    others_before: Named = field(default_factory=dict)
    others_after: Named = field(default_factory=dict)
    witnesses: list[Witness] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)

    @property
    def changed(self) -> list[Delivered]:
        """The subscriptions that have no equal in the other version."""
        old, new = {each.asks for each in self.pair.before}, {each.asks for each in self.pair.after}
        same = old & new
        return [each for each in self.pair.all if each.asks not in same]

    @property
    def differs(self) -> bool:
        """Whether the subscriptions of the two versions ask or do anything else."""
        return _asked(_delivering(self.pair.before)) != _asked(_delivering(self.pair.after))


Known = dict[object, "list[Found] | None"]
"""What is found of an event type and what is asked of it: workspaces often ask the same. None where it is too much."""


def compare(pair: Pair, others_before: Named, others_after: Named, known: Known) -> Compared:
    """Compare a destination's deliveries.

    Args:
        pair: The deliveries.
        others_before: All subscriptions of the base, by their names.
        others_after: All subscriptions of what is reviewed, by their names.
        known: What is found already, and is added to.
    """
    compared = Compared(pair, others_before, others_after)
    if not compared.differs:
        return compared
    before, after = _delivering(pair.before), _delivering(pair.after)
    router = Router(pair)
    for trial in _trials(pair):
        found = _found_once(trial, before, after, known)
        if found is None:
            compared.undecided.append(short_name(trial.type))
            continue
        for each in sorted(found, key=lambda one: (one.reached.outside, one.distance)):
            witness = router.witness(Event(in_json(trial.event(each.settings))), each.reached.outside, each.distance)
            if witness.difference is not None:
                compared.witnesses.append(witness)
    return compared


class Router:
    """Asks what both versions do with events.

    Args:
        pair: The deliveries.
        recorded: Whether the events are recorded ones, each of the workspace that it names; default they are made up
            for the pair's own workspace.
    """

    def __init__(self, pair: Pair, *, recorded: bool = False) -> None:
        self._before, self._after = (_Side(each, recorded=recorded) for each in (pair.before, pair.after))

    def witness(self, event: Event, outside: bool = False, distance: int = 0) -> Witness:
        """Ask what both versions do with an event.

        Args:
            event: The event.
            outside: Whether no event is documented that has such values; default it is.
            distance: How many of its values are not the sample's; default none.
        """
        return Witness(event, self._before.fate(event), self._after.fate(event), outside, distance)


class _Side:
    """The deliveries of one version, asked together: an index answers, the matcher explains."""

    def __init__(self, all_: Sequence[Delivered], *, recorded: bool) -> None:
        self._all, self._recorded = _delivering(all_), recorded
        name = None if recorded or not all_ else all_[0].subscription.workspace
        own = [each.subscription for each in self._all]
        self._index = Index([replace(each, workspace=name) for each in own] if name else own, name)

    def fate(self, event: Event) -> Fate:
        left, bits = self._index.route(event), self._index.bits
        sure = bits.sure(left)
        outcome = Outcome.MATCH if sure else Outcome.UNCERTAIN if left else Outcome.NO_MATCH
        delivering = [each for at, each in enumerate(self._all) if sure >> at & 1] if sure else []
        return Fate(outcome, delivering, lambda: [(each, self._verdict(each, event)) for each in self._all])

    def _verdict(self, each: Delivered, event: Event) -> Verdict:
        return match(each.subscription, event, None if self._recorded else each.subscription.workspace)


def _asked(all_: Sequence[Delivered]) -> Counter[Asks]:
    return Counter(each.asks for each in all_)


def _delivering(all_: Sequence[Delivered]) -> list[Delivered]:
    return [each for each in all_ if each.silence is None]


def _trials(pair: Pair) -> Iterator[Trial]:
    """Yield the event types to try: the catalogue's, those that are named beside it, and one that may come."""
    ids = (each.subscription.workspace_id for each in pair.all)
    source = next((each for each in ids if each), SAMPLE_WORKSPACE)
    for row in EVENT_TYPES.values():
        yield Trial(row.name, row, source)
    named = {name for each in pair.all for name in each.subscription.filter.included_event_types or ()}
    for name in (*sorted(each for each in named if not is_catalogued(each)), FUTURE_TYPE):
        yield Trial(name, event_type(name), source)


def _found_once(
    trial: Trial, before: Sequence[Delivered], after: Sequence[Delivered], known: Known
) -> list[Found] | None:
    asked = [frozenset(_asked(each).items()) for each in (before, after)]
    names_source = any(
        condition.key.attribute == "source" for each in (*before, *after) for condition in each.conditions
    )
    key = (trial.type, *asked, trial.source if names_source else "")
    if key not in known:
        try:
            known[key] = _found(trial, before, after)
        except TooManyError:
            known[key] = None
    return known[key]


def _found(trial: Trial, before: Sequence[Delivered], after: Sequence[Delivered]) -> list[Found]:
    """Find the combinations that an event of a type can reach; what is the same in both versions is one."""
    old, new = _asked(before), _asked(after)
    one_of = {each.asks: each for each in (*before, *after)}
    asked = [*(old | new)]
    changed = sum(1 << at for at, each in enumerate(asked) if old[each] != new[each])
    askers = [Asker(one_of[each].conditions, _wants(one_of[each].subscription, trial)) for each in asked]
    return find_outcomes(trial, askers, changed)


def _wants(subscription: RoutedSubscription, trial: Trial) -> Outcome:
    outcome = judge_event_type(subscription.filter.included_event_types, trial.type).outcome
    return Outcome.UNCERTAIN if outcome is Outcome.MATCH and subscription.unknown else outcome
