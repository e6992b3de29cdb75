"""The changes in delivery of one destination."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from azureml_events.review.changes.change import Change, ChangeKind, Example, Side
from azureml_events.review.changes.compared import FUTURE_TYPE, Compared, Difference, Fate, Witness
from azureml_events.review.changes.destinations import Delivered
from azureml_events.review.changes.manners import REMOVED, MannerChange, manner_changes
from azureml_events.review.changes.recorded import Counts, Recorded, cut_to_deciding
from azureml_events.review.changes.words import describe_event, listed, reasons
from azureml_events.routing.conditions import Outcome
from azureml_events.routing.match import Verdict

_MOST_EXAMPLES = 3
_MOST_LOOKED_AT = 64
"""Events among which those are chosen, the nearest ones: explaining one asks every subscription."""
_KINDS: Mapping[Difference, ChangeKind] = {
    Difference.NEWLY: "change-newly-delivered",
    Difference.NO_LONGER: "change-no-longer-delivered",
    Difference.MAY: "change-may-differ",
}
_VERBS = {
    Difference.NEWLY: "newly receives",
    Difference.NO_LONGER: "no longer receives",
    Difference.MAY: "may receive other events:",
}


def delivery_changes(compared: Compared, recorded: Recorded | None, counts: Counts | None) -> Iterator[Change]:
    """Yield the changes in delivery of one destination.

    Args:
        compared: What tells its versions apart.
        recorded: What recorded events say; None where none were given.
        counts: What they say of this destination; None where they say nothing.
    """
    yield from _Changes(compared, recorded, counts or Counts()).all()


class _Changes:
    def __init__(self, compared: Compared, recorded: Recorded | None, counts: Counts) -> None:
        self._pair = compared.pair
        self._compared = compared
        self._recorded = recorded
        self._counts = counts
        made = sorted(compared.witnesses, key=lambda each: (each.outside, each.distance))
        self._witnesses = [*counts.witnesses, *made]
        self._archived = {id(each) for each in counts.witnesses}

    def all(self) -> Iterator[Change]:
        definite = [each for each in self._witnesses if not each.outside and each.difference is not Difference.MAY]
        for difference in (Difference.NEWLY, Difference.NO_LONGER):
            yield from self._moved(difference, [each for each in definite if each.difference is difference])
        yield from self._differently([each for each in definite if each.difference is Difference.DIFFERENTLY])
        yield from self._may(definite)
        yield from self._sealed()
        yield from self._undecided()

    def _moved(self, difference: Difference, witnesses: Sequence[Witness]) -> Iterator[Change]:
        chosen = list(self._chosen(witnesses, difference))
        if not chosen:
            return
        delivering = _once(each for witness in (*chosen, *witnesses) for each in _delivering_side(witness, difference))
        is_new = difference is Difference.NEWLY
        others = self._compared.others_before if is_new else self._compared.others_after
        because = list(reasons(delivering, others, is_new=is_new))
        yield self._change(_KINDS[difference], difference, chosen, delivering, because)

    def _differently(self, witnesses: Sequence[Witness]) -> Iterator[Change]:
        told: dict[MannerChange, Witness] = {}
        for witness in witnesses:
            for change in manner_changes(witness.before.delivering, witness.after.delivering):
                told.setdefault(change, witness)
        removed = {change: witness for change, witness in told.items() if change.aspect == REMOVED}
        others = {change: witness for change, witness in told.items() if change.aspect != REMOVED}
        parts: tuple[tuple[ChangeKind, Mapping[MannerChange, Witness], str], ...] = (
            ("change-dead-letter-removed", removed, "receives events whose dead letters are kept nowhere"),
            ("change-delivered-differently", others, "receives events differently"),
        )
        for kind, changes, verb in parts:
            if not changes:
                continue
            chosen = list({id(each): each for each in changes.values()}.values())[:_MOST_EXAMPLES]
            delivering = _once(each for one in witnesses for each in one.after.delivering)
            texts = listed((change.text for change in changes), len(changes))
            because = f"{self._pair.named.short} {verb} from {self._pair.workspace}: {texts}"
            yield self._with(kind, chosen, _names(delivering), because, Difference.DIFFERENTLY)

    def _may(self, definite: Sequence[Witness]) -> Iterator[Change]:
        types = {each.event.type for each in definite}
        inside = [
            each
            for each in self._witnesses
            if not each.outside and each.difference is Difference.MAY and each.event.type not in types
        ]
        outside = [each for each in self._witnesses if each.outside and self._tells(each)]
        witnesses = inside or ([] if definite else outside)
        chosen = list(self._chosen(witnesses, Difference.MAY))
        if not chosen:
            return
        changed = self._compared.changed
        because = [f"subscription {name}" for name in _names(changed)]
        yield self._change("change-may-differ", Difference.MAY, chosen, changed, because)

    def _tells(self, witness: Witness) -> bool:
        """Tell whether an event that nobody knows tells anything: not where it is also uncertain what it does."""
        if witness.difference is Difference.MAY:
            return witness.event.type == FUTURE_TYPE
        if witness.difference is not Difference.DIFFERENTLY:
            return True
        return any(True for _ in manner_changes(witness.before.delivering, witness.after.delivering))

    def _sealed(self) -> Iterator[Change]:
        """Yield that encrypted values cannot be compared, where the cipher text is another."""
        before, after = self._pair.before, self._pair.after
        old, new = {each.sealed for each in before}, {each.sealed for each in after}
        if not before or not after or old == new:
            return
        names = sorted({name for texts in old ^ new for name, _ in texts})
        what = f"the encrypted {listed(names)} of {self._pair.named.handler} changed and cannot be compared"
        yield self._with("change-may-differ", [], _names(after), what)

    def _undecided(self) -> Iterator[Change]:
        """Yield which subscriptions differ where there are too many cases to look at all of them."""
        if not self._compared.undecided:
            return
        told = list(reasons(self._compared.changed, self._compared.others_before, is_new=True))
        types = listed(self._compared.undecided, len(self._compared.undecided))
        because = (
            f"{self._pair.named.short} is not decided for {types} from {self._pair.workspace}: too many conditions; "
            f"compared subscription by subscription: {listed(told)}"
        )
        yield self._with("change-may-differ", [], _names(self._compared.changed), because, Difference.MAY)

    def _chosen(self, witnesses: Sequence[Witness], difference: Difference) -> Iterator[Witness]:
        """Yield at most three events, from different conditions."""
        seen: set[tuple[object, ...]] = set()
        for each in witnesses[:_MOST_LOOKED_AT]:
            if len(seen) == _MOST_EXAMPLES:
                return
            decider = _decider(_failing_side(each, difference), _delivering_side(each, difference))
            because = decider[1].because if decider else None
            where = because and (because.where, because.key.lower())
            key = (each.event.type, where, decider and decider[0].subscription.name)
            if key not in seen:
                seen.add(key)
                yield each

    def _change(
        self,
        kind: ChangeKind,
        difference: Difference,
        chosen: Sequence[Witness],
        subscriptions: Sequence[Delivered],
        because: Sequence[str],
    ) -> Change:
        pair = self._pair
        what = listed((self._describe(each, difference) for each in chosen), len(chosen))
        sentence = f"{pair.named.short} {_VERBS[difference]} {what} from {pair.workspace}"
        if because:
            sentence += f" ({listed(because)})"
        return self._with(kind, chosen, _names(subscriptions), sentence, difference)

    def _with(
        self,
        kind: ChangeKind,
        chosen: Sequence[Witness],
        subscriptions: tuple[str, ...],
        because: str,
        difference: Difference | None = None,
    ) -> Change:
        named, count = self._pair.named, self._count(difference)
        if count is not None and self._recorded is not None and chosen:
            because = f"{because}, {count:,} of {self._recorded.total:,} recorded events"
        examples = tuple(self._example(each, difference) for each in chosen if difference)
        return Change(kind, self._pair.workspace, named.label, subscriptions, because, named.kind, examples, count)

    def _count(self, difference: Difference | None) -> int | None:
        if self._recorded is None:
            return None
        return self._counts.numbers[difference] if difference else 0

    def _describe(self, witness: Witness, difference: Difference) -> str:
        if witness.event.type == FUTURE_TYPE:
            return "an event type that Azure may add"
        return describe_event(witness.event.type, _deciding(witness, difference))

    def _example(self, witness: Witness, difference: Difference) -> Example:
        own = id(witness) in self._archived
        event = cut_to_deciding(self._pair, witness.event) if own else dict(witness.event.members)
        preferred = _delivering_side(witness, difference)
        return Example(
            event,
            _side(witness.before, preferred),
            _side(witness.after, preferred),
            witness.outside,
            _deciding(witness, difference),
        )


def _delivering_side(witness: Witness, difference: Difference) -> Sequence[Delivered]:
    """Return the subscriptions that deliver an event in the version that does."""
    if difference is Difference.NO_LONGER or witness.after.outcome is Outcome.NO_MATCH:
        return witness.before.delivering
    return witness.after.delivering


def _failing_side(witness: Witness, difference: Difference) -> Fate:
    if difference is Difference.NEWLY:
        return witness.before
    if difference is Difference.NO_LONGER:
        return witness.after
    return witness.before if witness.after.outcome is Outcome.MATCH else witness.after


def _decider(fate: Fate, preferred: Sequence[Delivered]) -> tuple[Delivered, Verdict] | None:
    """Return the subscription that decides: the one of the same name as one that delivers, else the nearest one."""
    if not fate.verdicts:
        return None
    names = {each.subscription.name for each in preferred}
    own = [each for each in fate.verdicts if each[0].subscription.name in names]
    best = [each for each in fate.verdicts if each[1].outcome is fate.outcome]
    agreeing = [each for each in own if each in best]
    ranked = sorted(agreeing or best, key=lambda each: _ORDER.get(each[1].because.where, len(_ORDER)), reverse=True)
    return ranked[0]


_ORDER = {"source": 0, "eventType": 1, "subject": 2}


def _side(fate: Fate, preferred: Sequence[Delivered]) -> Side:
    decider = _decider(fate, preferred)
    if decider is None:
        return Side(fate.outcome)
    return Side(fate.outcome, decider[0].subscription.name, decider[1].because)


def _deciding(witness: Witness, difference: Difference) -> dict[str, Any]:
    """Return the members of an event that decide, by their keys."""
    if difference is Difference.DIFFERENTLY:
        return {}
    decider = _decider(_failing_side(witness, difference), _delivering_side(witness, difference))
    if decider is None or decider[1].because.where in {"eventType", "source"}:
        return {}
    because = decider[1].because
    return {because.key: because.saw} if because.key else {}


def _names(all_: Iterable[Delivered]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.subscription.name for each in all_))


def _once(all_: Iterable[Delivered]) -> list[Delivered]:
    return list({id(each): each for each in all_}.values())
