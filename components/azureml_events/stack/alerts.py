"""The alerts of a workspace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from azureml_events.event_grid.metrics import CONDITIONS, SILENT_WINDOWS, Condition, Kind
from azureml_events.handlers.workflow_handler import Bridge
from azureml_events.stack.delivery import Delivery
from azureml_events.stack.watching import Alerts


@dataclass(frozen=True)
class Alert:
    """One alert of a workspace.

    Attributes:
        name: Its name: the kind, and of several of one kind also which one.
        kind: What it is about.
        condition: When it fires.
        subscriptions: The names in Azure of the event subscriptions that it watches; none for all of the topic.
        workflow: The key of the subscription whose workflow it watches; None where it watches the topic.
        text: What has happened when it fires, in one line.
    """

    name: str
    kind: Kind
    condition: Condition
    text: str
    subscriptions: tuple[str, ...] = ()
    workflow: str | None = None


def alerts_of(settings: Alerts, deliveries: Sequence[Delivery], *, shared: bool) -> Iterator[Alert]:
    """Yield the alerts of a workspace. Where nothing is delivered, no delivery is watched.

    Args:
        settings: What is watched, with what the defaults add.
        deliveries: The workspace's subscriptions that are not disabled.
        shared: Whether the system topic is somebody else's, and may have subscriptions that are not ours.
    """
    ours = tuple(sorted(each.name for each in deliveries)) if shared else ()
    if deliveries and settings.dropped is not False:
        yield _alert("dropped", ours)
    if deliveries and settings.dead_lettered is not False:
        yield _alert("deadLettered", ours)
    if deliveries and settings.threshold is not None:
        yield _alert("failing", ours, settings.threshold)
    yield from _silent(settings, deliveries)
    if settings.publish_failing:
        yield _alert("publishFailing")
    if settings.workflows is not False:
        yield from _workflows(deliveries)


def _alert(kind: Kind, subscriptions: tuple[str, ...] = (), threshold: int = 0) -> Alert:
    condition = replace(CONDITIONS[kind], threshold=threshold)
    return Alert(kind, kind, condition, condition.text.format(threshold=threshold), subscriptions)


def _silent(settings: Alerts, deliveries: Sequence[Delivery]) -> Iterator[Alert]:
    """Yield an alert for each window: subscriptions that share one share a rule."""
    by_hours: dict[int, list[str]] = defaultdict(list)
    for delivery in deliveries:
        silent = (settings.silent or {}).get(delivery.key)
        if silent:
            by_hours[silent.hours].append(delivery.name)
    for hours, names in sorted(by_hours.items()):
        window, frequency = SILENT_WINDOWS[hours]
        name = "silent" if len(by_hours) == 1 else f"silent-{hours}h"
        condition = replace(CONDITIONS["silent"], window=window, frequency=frequency)
        text = f"{condition.text} {' or '.join(sorted(names))} for {'an hour' if hours == 1 else f'{hours} hours'}"
        yield Alert(name, "silent", condition, text, subscriptions=tuple(sorted(names)))


def _workflows(deliveries: Sequence[Delivery]) -> Iterator[Alert]:
    """Yield an alert for each workflow: Azure has none for several of them."""
    keys = [each.key for each in deliveries if isinstance(each.handler, Bridge)]
    for key in keys:
        name = "workflows" if len(keys) == 1 else f"workflows-{key}"
        text = CONDITIONS["workflows"].text.format(subscription=key)
        yield Alert(name, "workflows", CONDITIONS["workflows"], text, workflow=key)
