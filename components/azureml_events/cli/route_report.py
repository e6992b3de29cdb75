"""Routes and counts of events, for people and for machines."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from typing import Any

from azureml_events.base.mistakes import choices
from azureml_events.cli.console import Span, many, print_line, shown
from azureml_events.routing.conditions import Outcome
from azureml_events.routing.dead_letters import DeadLetter
from azureml_events.routing.event import Event
from azureml_events.routing.expectations import Outcomes
from azureml_events.routing.match import Verdict, plain
from azureml_events.routing.replay.replay import Count, Summary
from azureml_events.routing.subscription import RoutedSubscription

Route = tuple[RoutedSubscription, Verdict]
"""A subscription, and whether an event reaches it."""

_SIGNS = {Outcome.MATCH: "reaches", Outcome.UNCERTAIN: "perhaps", Outcome.NO_MATCH: "misses"}
_STYLES = {"reaches": "good", "perhaps": "doubt", "misses": "faint"}


def route_json(event: Event, routes: Sequence[Route]) -> dict[str, Any]:
    """Return one event's routes as `route --json` prints them.

    Args:
        event: The event.
        routes: Its routes.
    """
    return {
        "event": {"id": event.id, "type": event.type, "subject": event.subject},
        "routes": [_route(event, subscription, verdict) for subscription, verdict in routes],
    }


def summary_json(summary: Summary) -> dict[str, Any]:
    """Return the counts of an archive as `route --summary --json` prints them.

    Args:
        summary: The counts.
    """
    return {
        "events": summary.events,
        "malformed": summary.malformed,
        "subscriptions": [
            {**_named(each.subscription), "match": each.match, "uncertain": each.uncertain} for each in summary.counts
        ],
    }


def expectations_json(outcomes: Iterable[tuple[int, Outcomes]]) -> list[dict[str, Any]]:
    """Return the results of expectations as `route --expect --json` prints them.

    Args:
        outcomes: The results, each with its line.

    Returns:
        What is expected and what holds by workspace and subscription, in the words of `route --json`.
    """
    return [
        {
            "name": each.name,
            "holds": each.holds,
            "expected": {answer.subscription.full_name: str(answer.expected) for answer in each.answers},
            "got": {answer.subscription.full_name: str(answer.got.outcome) for answer in each.answers},
            "line": line,
        }
        for line, each in outcomes
    ]


def print_expectations(outcomes: Iterable[tuple[int, Outcomes]]) -> None:
    """Print which expectations hold, and for the others why not.

    Args:
        outcomes: The results, each with its line.
    """
    for _, each in outcomes:
        print_line(("holds", "good") if each.holds else ("FAILS", "bad"), f": {each.name}")
        for failure in each.failures:
            print_line(f"    {failure}")


def print_routes(event: Event, routes: Sequence[Route], workspace: str | None = None) -> None:
    """Print one event's routes: who gets it, and for the others the first condition that stops it.

    Args:
        event: The event.
        routes: Its routes.
        workspace: The workspace that its title names; default none.
    """
    title: list[Span] = [(event.type or "no type", "strong"), f"  {event.subject or 'no subject'}"]
    named = [f"  {event.id}"] if event.id else []
    as_one_of = [f"  as one of {workspace}"] if workspace else []
    print_line(*title, *((text, "faint") for text in (*named, *as_one_of)))
    own = [route for route in routes if not _is_foreign(route[1])]
    if not own:
        print_line(f"  reaches nothing: {_foreign(routes)}")
        return
    own.sort(key=lambda route: list(_SIGNS).index(route[1].outcome))
    rows = [_words(event, *route) for route in own]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for (subscription, _), (sign, name, handler, reason) in zip(own, rows, strict=True):
        delivers = not subscription.disabled and not subscription.state
        print_line(
            "  ",
            (sign.ljust(widths[0]), _STYLES[sign] if delivers or sign == "misses" else "doubt"),
            f"  {name.ljust(widths[1])}  -> {handler.ljust(widths[2])}  ",
            (reason, "faint"),
        )


def dead_letter_json(letter: DeadLetter, origin: RoutedSubscription | None) -> dict[str, Any]:
    """Return what made an event a dead letter as `route --json` prints it.

    Args:
        letter: What Event Grid added.
        origin: The subscription that the event could not be delivered for; None where it is not known.
    """
    return {
        "subscription": origin.name if origin else None,
        "reason": letter.reason,
        "attempts": letter.attempts,
        "outcome": letter.outcome,
        "meaning": letter.meaning,
    }


def print_dead_letter(letter: DeadLetter, origin: RoutedSubscription | None, routes: Sequence[Route]) -> None:
    """Print why an event became a dead letter, whose it is, and whether it would be routed there today.

    Args:
        letter: What Event Grid added.
        origin: The subscription that the event could not be delivered for; None where it is not known.
        routes: The event's routes.
    """
    said = [
        letter.reason or "no reason",
        "an unknown number of attempts" if letter.attempts is None else many(letter.attempts, "attempt"),
        f"last outcome {letter.outcome or 'not recorded'}",
    ]
    print_line((f"  dead letter: {', '.join(said)}: {letter.meaning}", "doubt"))
    if origin:
        today = next(verdict for subscription, verdict in routes if subscription is origin)
        because = today.because
        why = "" if today.outcome is Outcome.MATCH else f": {because.where}: {because.text}"
        print_line(f"  it was for {origin.full_name}, which today {_TODAY[today.outcome]}{why}")
    elif letter.subscription:
        print_line(f"  it was for {letter.subscription}, a subscription that is not declared here")


_TODAY = {Outcome.MATCH: "it reaches", Outcome.UNCERTAIN: "it perhaps reaches", Outcome.NO_MATCH: "it misses"}


def _is_foreign(verdict: Verdict) -> bool:
    """Tell whether the event is one of another workspace; where that is uncertain, it is not."""
    return verdict.because.where == "source" and verdict.outcome is Outcome.NO_MATCH


def _foreign(routes: Sequence[Route]) -> str:
    if not routes:
        return "there are no subscriptions"
    names = list(dict.fromkeys(subscription.workspace for subscription, _ in routes))
    because = routes[0][1].because
    said = because.text if len(names) == 1 or because.saw is None else f"it comes from none of {choices(names)}"
    return f"{said}; --workspace {shlex.quote(names[0])} takes it for that workspace's"


def print_summary(summary: Summary) -> None:
    """Print the counts of an archive, the subscriptions that nothing reaches first.

    Args:
        summary: The counts.
    """
    refused = f", {many(summary.malformed, 'text')} refused" if summary.malformed else ""
    print_line(f"{many(summary.events, 'event')}{refused}")
    rows = [("subscription", "handler", "match", "uncertain"), *(_counted(each) for each in summary.counts)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        left = (cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True))
        right = (cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True))
        line = "  ".join((*left, *right))
        print_line((line, "doubt") if row[2:] == ("0", "0") else line)


def _counted(count: Count) -> tuple[str, str, str, str]:
    return _marked(count.subscription), shown(count.subscription.handler), f"{count.match:,}", f"{count.uncertain:,}"


def _words(event: Event, subscription: RoutedSubscription, verdict: Verdict) -> tuple[str, str, str, str]:
    effect = _effect(event, subscription, verdict)
    reason = f"{verdict.because.where}: {verdict.because.text}" + (f"; {effect}" if effect else "")
    return _SIGNS[verdict.outcome], _marked(subscription), shown(subscription.handler), reason


def _marked(subscription: RoutedSubscription) -> str:
    """Name a subscription, and say why it does not deliver."""
    marks = (*(["disabled"] if subscription.disabled else []), *([subscription.state] if subscription.state else []))
    return shown(subscription.full_name + "".join(f" ({mark})" for mark in marks))


def _effect(event: Event, subscription: RoutedSubscription, verdict: Verdict) -> str | None:
    """Describe the handler's action for an event that reaches its subscription; None where there is none."""
    reached = verdict.outcome is Outcome.MATCH
    return subscription.describe_effect(event) if reached and subscription.describe_effect else None


def _route(event: Event, subscription: RoutedSubscription, verdict: Verdict) -> dict[str, Any]:
    because = verdict.because
    effect = _effect(event, subscription, verdict)
    return {
        **_named(subscription),
        "verdict": str(verdict.outcome),
        "because": {
            "where": because.where,
            "key": because.key,
            "saw": plain(because.saw),
            "text": because.text,
        },
        **({"would": effect} if effect else {}),
    }


def _named(subscription: RoutedSubscription) -> dict[str, Any]:
    named: dict[str, Any] = {
        "workspace": subscription.workspace,
        "subscription": subscription.name,
        "handler": subscription.handler,
    }
    if subscription.disabled:
        named["disabled"] = True
    if subscription.state:
        named["state"] = subscription.state
    return named
