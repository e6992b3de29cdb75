"""The catalogue's samples as the workspaces of subscriptions raise them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from azureml_events.event_grid.catalogue import EVENT_TYPES
from azureml_events.event_grid.samples import SAMPLE_WORKSPACE, sample
from azureml_events.routing.event import Event
from azureml_events.routing.subscription import RoutedSubscription


def sample_events(
    subscriptions: Sequence[RoutedSubscription], workspace: str | None = None
) -> Iterator[tuple[str, Event]]:
    """Yield each sample as each workspace's, with the workspace's name.

    Args:
        subscriptions: The subscriptions, whose workspaces they are.
        workspace: The only workspace to yield those of; default all.
    """
    ids = {each.workspace: each.workspace_id for each in subscriptions if workspace in {None, each.workspace}}
    for name, workspace_id in ids.items():
        for event_type in EVENT_TYPES:
            yield name, Event(sample(event_type, workspace_id=workspace_id or SAMPLE_WORKSPACE))
