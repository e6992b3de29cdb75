"""The destinations of two versions, paired by what they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from azureml_events.policy.event_subscription import WEB_HOOK
from azureml_events.review.changes.destinations import Delivered
from azureml_events.review.changes.version import workspace_key

Pairing = tuple[str, Hashable]


@dataclass(frozen=True)
class Pair:
    """A workspace's deliveries to one destination, in both versions.

    Attributes:
        workspace: The workspace's key in what is reviewed, else in the base.
        before: The base's subscriptions.
        after: The subscriptions of what is reviewed.
    """

    workspace: str
    before: Sequence[Delivered]
    after: Sequence[Delivered]

    @property
    def all(self) -> list[Delivered]:
        """The subscriptions of both, those of what is reviewed first."""
        return [*self.after, *self.before]

    @property
    def named(self) -> Delivered:
        """The one that names the destination."""
        return self.all[0]


def pairs_of(before: Iterable[Delivered], after: Iterable[Delivered]) -> list[Pair]:
    """Pair the destinations of two versions, in the order of what is reviewed.

    Args:
        before: The base's subscriptions.
        after: The subscriptions of what is reviewed.
    """
    old, new = _by_destination(before), _by_destination(after)
    for key, other in list(_sealed_elsewhere(old, new)):
        new.setdefault(key, []).extend(new.pop(other, []))
    keys = [*new, *(key for key in old if key not in new)]
    names = {key[0]: each[0].subscription.workspace for key, each in [*old.items(), *new.items()]}
    return [Pair(names[key[0]], old.get(key, ()), new.get(key, ())) for key in keys]


def _by_destination(all_: Iterable[Delivered]) -> dict[Pairing, list[Delivered]]:
    found: dict[Pairing, list[Delivered]] = defaultdict(list)
    for each in all_:
        found[workspace_key(each.subscription), each.place].append(each)
    return dict(found)


def _sealed_elsewhere(
    old: dict[Pairing, list[Delivered]], new: dict[Pairing, list[Delivered]]
) -> Iterator[tuple[Pairing, Pairing]]:
    """Yield webhooks whose URL is encrypted in one version alone: they are paired by the handler's key."""
    alone = {(key[0], each.handler): key for key, those in new.items() if key not in old for each in those}
    for key, those in old.items():
        other = alone.get((key[0], those[0].handler))
        if key in new or other is None or other == key:
            continue
        both = (those[0], new[other][0])
        if all(each.kind == WEB_HOOK for each in both) and any(each.sealed for each in both):
            yield key, other
