"""How the deliveries of one event differ between two versions, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from azureml_events.review.changes.destinations import DEAD_LETTER, Delivered

_SEALED_URL = "endpointUrl"


@dataclass(frozen=True)
class MannerChange:
    """One aspect of delivery that is another.

    Attributes:
        aspect: The aspect.
        text: What it was and what it is.
    """

    aspect: str
    text: str


REMOVED = "dead letter removed"
"""The aspect of dead letters that go nowhere any more."""

COPIES = "copies"


def manner_changes(before: Sequence[Delivered], after: Sequence[Delivered]) -> Iterator[MannerChange]:
    """Yield the aspects in which an event is delivered differently.

    Args:
        before: The subscriptions of the base that deliver it.
        after: The subscriptions of what is reviewed that deliver it.
    """
    if len(before) != len(after):
        yield MannerChange(COPIES, f"{_times(len(after))} instead of {_times(len(before))}")
    sealed = any(_SEALED_URL in dict(each.sealed) for each in (*before, *after))
    for aspect in dict.fromkeys(name for each in (*before, *after) for name in each.way):
        if aspect == "path" and sealed:
            continue
        old = {each.way[aspect][0]: each.way[aspect][1] for each in before if aspect in each.way}
        new = {each.way[aspect][0]: each.way[aspect][1] for each in after if aspect in each.way}
        if old.keys() != new.keys() and old and new:
            yield _change(aspect, old, new)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _change(aspect: str, old: dict[object, str], new: dict[object, str]) -> MannerChange:
    if aspect == DEAD_LETTER and None in new and None not in old:
        return MannerChange(REMOVED, "undeliverable events are lost")
    was, is_ = _texts(old), _texts(new)
    if aspect == "path":
        return MannerChange(aspect, "another path or query on the same host")
    if aspect == DEAD_LETTER and None in old and None not in new:
        return MannerChange(aspect, f"dead letters are kept in {is_}")
    if was == is_:
        return MannerChange(aspect, f"another {aspect}" + (f" ({is_})" if is_ else ""))
    return MannerChange(aspect, f"{aspect} {is_} instead of {was}")


def _texts(values: dict[object, str]) -> str:
    return " and ".join(dict.fromkeys(values.values()))
