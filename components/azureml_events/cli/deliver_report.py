"""Deliveries to local handlers, for people and for machines."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from azureml_events.base.mistakes import choices
from azureml_events.cli.console import ClosedPipeError, Span, many, print_json, print_line
from azureml_events.delivery.answer import NOT_SENT
from azureml_events.delivery.record import Record
from azureml_events.delivery.schedule import Attempt, Ending
from azureml_events.delivery.sources import Source
from azureml_events.delivery.subscription import LocalSubscription
from azureml_events.event_grid.catalogue import short_name
from azureml_events.routing.event import type_of

_UNITS = ((3600, "h"), (60, "min"), (1, "s"))
_STYLES = {"delivered": "good", "dead-lettered": "doubt", "dropped": "bad"}


class DeliveryReport:
    """Prints what is delivered while it is. What is delivered does not depend on whether somebody reads that.

    Args:
        as_json: Whether a line of JSON is printed for each attempt; what is for people then goes to standard error.

    Attributes:
        advance: Counts events on, on a terminal.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.advance: Callable[[int], None] = lambda _: None
        self._as_json = as_json
        self._is_quiet = as_json or (sys.stdout.isatty() and sys.stderr is not None and sys.stderr.isatty())
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def say(self, *spans: Span) -> None:
        """Print a line for people.

        Args:
            spans: Its parts.
        """
        _print(*spans, err=self._as_json)

    def warn(self, *spans: Span) -> None:
        """Print a line on standard error.

        Args:
            spans: Its parts.
        """
        _print(*spans, err=True)

    def show_lines(self, subscription: LocalSubscription, lines: list[str]) -> None:
        """Print what would be sent.

        Args:
            subscription: The subscription.
            lines: The request or message.
        """
        self.say((f"{subscription.routed.full_name} -> {subscription.handler_name}", "strong"))
        for line in lines:
            self.say(f"  {line}")

    def attempt(self, attempt: Attempt) -> None:
        """Print an attempt; on a terminal, which shows how far it is, only one that failed.

        Args:
            attempt: The attempt.
        """
        answer = attempt.answer
        if self._as_json:
            with suppress(ClosedPipeError):
                print_json(attempt_json(attempt), indent=None)
        elif answer.outcome != NOT_SENT and not (self._is_quiet and answer.delivered):
            said = answer.outcome if answer.status is None else f"{answer.status} {answer.outcome}"
            again = f"; again after {words(attempt.wait)}" if attempt.wait is not None else ""
            style = "good" if answer.delivered else "doubt"
            self.say(*_title(attempt.parcel.subscription), f"  {_event(attempt)}", (said, style), again)

    def ending(self, ending: Ending) -> None:
        """Count what became of an event, and print what was lost or kept.

        Args:
            ending: What became of it.
        """
        self._counts[ending.parcel.subscription.routed.full_name][ending.how] += 1
        self.advance(1)
        if ending.how != "delivered":
            lost = f"; {ending.lost}" if ending.lost else ""
            title = _title(ending.parcel.subscription)
            self.say(*title, f"  {ending.parcel.id}  ", (ending.how, _STYLES[ending.how]), f": {ending.reason}{lost}")

    def refused(self, subscription: LocalSubscription, reason: str) -> None:
        """Print that a handshake failed.

        Args:
            subscription: The subscription.
            reason: Why.
        """
        self.warn(
            f"{subscription.routed.full_name} -> {subscription.handler_name}: ",
            ("handshake failed", "bad"),
            f": {reason}; the subscription would not be made, so nothing is delivered",
        )

    def stopped(self, waiting: int, *, dry_run: bool) -> None:
        """Print the counts where something stopped the command, as Ctrl-C.

        Args:
            waiting: The events that are on their way.
            dry_run: Whether nothing was sent.
        """
        way = "" if dry_run else f", {waiting:,} on their way"
        self.warn(f"stopped: {self._ended(dry_run=dry_run)}{way}")

    def summary(self, source: Source, replayed: Record | None, *, dry_run: bool) -> None:
        """Print the counts, and what was not delivered because of the command's own options.

        Args:
            source: The events.
            replayed: The record of a replay; None where it is none.
            dry_run: Whether nothing was sent.
        """
        self.say(f"{many(source.events, 'event')}: {self._ended(dry_run=dry_run)}")
        for path, counts in self._counts.items():
            if len(self._counts) > 1:
                self.say(f"  {path}: ", ", ".join(many_of(counts, how) for how in _STYLES if counts[how]))
        if replayed and replayed.passed_over:
            passed = many(replayed.passed_over, "event")
            self.warn(f"note: {passed} passed over: delivered before, by {replayed.path}, or twice here")
        for each in source.local:
            if not replayed and each.routed.full_name not in source.reached:
                fix = f"`azureml-events sample --for <stack> {each.routed.name}` prints one that does"
                self.warn(f"note: no event reaches {each.routed.full_name}; {fix}")
        self._note(source.uncertain, "perhaps reach", "not delivered; `azureml-events route` says why")
        self._note(source.without_target, "would go to", "which has no --to")

    def hidden(self, hidden: Mapping[str, list[str]]) -> None:
        """Say which delivery attributes are sent without their values.

        Args:
            hidden: The names of those that are encrypted, by handler.
        """
        for handler, names in hidden.items():
            self.warn(f"note: {handler}: {choices(names)}: encrypted, so '<secret>' is sent")

    def _note(self, counts: Counter[str], does: str, so: str) -> None:
        for name, number in counts.items():
            self.warn(f"note: {many(number, 'event')} {does} {name}, {so}")

    def _ended(self, *, dry_run: bool) -> str:
        done = "not sent, only shown" if dry_run else "delivered"
        total: Counter[str] = sum(self._counts.values(), Counter())
        lost = [many_of(total, how) for how in ("dead-lettered", "dropped") if total[how]]
        return ", ".join([f"{total['delivered']:,} {done}", *lost])


def _print(*spans: Span, err: bool) -> None:
    with suppress(ClosedPipeError):
        print_line(*spans, err=err)


def attempt_json(attempt: Attempt) -> dict[str, Any]:
    """Return an attempt as `deliver --json` prints it.

    Args:
        attempt: The attempt.
    """
    subscription = attempt.parcel.subscription
    return {
        "event": attempt.parcel.id,
        "workspace": subscription.routed.workspace,
        "subscription": subscription.routed.name,
        "handler": subscription.handler_name,
        "attempt": attempt.number,
        "status": attempt.answer.status,
        "outcome": attempt.answer.outcome,
        "waitSeconds": attempt.wait,
    }


def words(seconds: float) -> str:
    """Write a time of the schedule in words, as `30 s` or `12 h`.

    Args:
        seconds: The time.
    """
    size, unit = next(each for each in _UNITS if (seconds >= each[0] and seconds % each[0] == 0) or each[0] == 1)
    return f"{seconds / size:g} {unit}"


def many_of(counts: Counter[str], how: str) -> str:
    """Write a count as `3 dropped`.

    Args:
        counts: The counts.
        how: Which one.
    """
    return f"{counts[how]:,} {how}"


def _title(subscription: LocalSubscription) -> tuple[Span, ...]:
    return (subscription.routed.full_name, "name"), f" -> {subscription.handler_name}"


def _event(attempt: Attempt) -> str:
    kind = short_name(type_of(attempt.parcel.event) or "")
    return f"{kind}  {attempt.parcel.id}  attempt {attempt.number}: "
