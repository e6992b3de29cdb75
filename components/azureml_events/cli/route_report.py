"""Routes and counts of events, for people and for machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Any

from rich.text import Text

from azureml_events.cli.console import one_line, unwrapped
from azureml_events.routing.conditions import Outcome
from azureml_events.routing.dead_letters import DeadLetter
from azureml_events.routing.event import Event
from azureml_events.routing.match import Verdict, plain
from azureml_events.routing.replay.replay import Count, Summary
from azureml_events.routing.subscription import RoutedSubscription

Route = tuple[RoutedSubscription, Verdict]
"""A subscription, and whether an event reaches it."""

_SIGNS = {Outcome.MATCH: "reaches", Outcome.UNCERTAIN: "perhaps", Outcome.NO_MATCH: "misses"}
_STYLES = {"reaches": "bold green", "perhaps": "yellow", "misses": "dim"}


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


def print_routes(event: Event, routes: Sequence[Route], file: IO[str] | None = None) -> None:
    """Print one event's routes: who gets it, and for the others the first condition that stops it.

    Args:
        event: The event.
        routes: Its routes.
        file: Where to; default standard output.
    """
    console = unwrapped(file)
    title = Text.assemble((one_line(event.type or "no type"), "bold"), f"  {one_line(event.subject or 'no subject')}")
    console.print(title.append(f"  {one_line(event.id)}" if event.id else "", "dim"))
    if not routes or all(verdict.because.where == "source" for _, verdict in routes):
        console.print(f"  reaches nothing: {_foreign(routes)}")
        return
    own = [route for route in routes if route[1].because.where != "source"]
    rows = [_words(event, *route) for route in sorted(own, key=lambda route: list(_SIGNS).index(route[1].outcome))]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for sign, name, handler, reason in rows:
        console.print(
            Text.assemble(
                ("  " + sign.ljust(widths[0]), _STYLES[sign]),
                f"  {name.ljust(widths[1])}  -> {handler.ljust(widths[2])}  ",
                (reason, "dim"),
            )
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


def print_dead_letter(
    letter: DeadLetter, origin: RoutedSubscription | None, routes: Sequence[Route], file: IO[str] | None = None
) -> None:
    """Print why an event became a dead letter, whose it is, and whether it would be routed there today.

    Args:
        letter: What Event Grid added.
        origin: The subscription that the event could not be delivered for; None where it is not known.
        routes: The event's routes.
        file: Where to; default standard output.
    """
    attempts = f"{letter.attempts} {'attempt' if letter.attempts == 1 else 'attempts'}"
    said = [
        one_line(letter.reason or "no reason"),
        "an unknown number of attempts" if letter.attempts is None else attempts,
        f"last outcome {one_line(letter.outcome or 'not recorded')}",
    ]
    console = unwrapped(file)
    console.print(f"  dead letter: {', '.join(said)}: {letter.meaning}", style="yellow")
    if origin:
        today = next(verdict.outcome for subscription, verdict in routes if subscription is origin)
        console.print(f"  it was for {_full_name(origin)}, which today {_TODAY[today]}")
    elif letter.subscription:
        console.print(f"  it was for {one_line(letter.subscription)}, a subscription that is not declared here")


_TODAY = {Outcome.MATCH: "it reaches", Outcome.UNCERTAIN: "it perhaps reaches", Outcome.NO_MATCH: "it misses"}


def _foreign(routes: Sequence[Route]) -> str:
    if not routes:
        return "there are no subscriptions"
    workspaces = list(dict.fromkeys(subscription.workspace for subscription, _ in routes))
    return f"{routes[0][1].because.text}; --workspace {workspaces[0]} takes it for that workspace's"


def print_summary(summary: Summary, file: IO[str] | None = None) -> None:
    """Print the counts of an archive, the subscriptions that nothing reaches first.

    Args:
        summary: The counts.
        file: Where to; default standard output.
    """
    console = unwrapped(file)
    refused = f", {summary.malformed:,} texts refused" if summary.malformed else ""
    console.print(f"{summary.events:,} events{refused}")
    rows = [("subscription", "handler", "match", "uncertain"), *(_counted(each) for each in summary.counts)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        left = (cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True))
        right = (cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True))
        console.print("  ".join((*left, *right)), style="yellow" if row[2:] == ("0", "0") else "")


def _counted(count: Count) -> tuple[str, str, str, str]:
    return _full_name(count.subscription), count.subscription.handler, f"{count.match:,}", f"{count.uncertain:,}"


def _words(event: Event, subscription: RoutedSubscription, verdict: Verdict) -> tuple[str, str, str, str]:
    effect = _effect(event, subscription, verdict)
    reason = f"{verdict.because.where}: {verdict.because.text}" + (f"; {one_line(effect)}" if effect else "")
    return _SIGNS[verdict.outcome], _full_name(subscription), subscription.handler, reason


def _full_name(subscription: RoutedSubscription) -> str:
    disabled = " (disabled)" if subscription.disabled else ""
    return f"{subscription.workspace}/{subscription.name}{disabled}"


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
