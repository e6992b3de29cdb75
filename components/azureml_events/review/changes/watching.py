"""What watches the topics of two versions: no change for events, and so said beside the changes."""

from __future__ import annotations

from azureml_events.base.mistakes import show
from azureml_events.policy.resource import Resource
from azureml_events.review.changes.version import Version, renamed, renamed_workspaces

_WATCHING = ("monitor:DiagnosticSetting", "monitor:MetricAlert")


def watching_notes(before: Version, after: Version) -> tuple[str, ...]:
    """Say which diagnostic settings and alerts differ; nothing where none does.

    Args:
        before: The base.
        after: What is reviewed.
    """
    workspaces = renamed_workspaces(before, after)
    old = {renamed(each.name, workspaces): each for each in before.resources.of_type(*_WATCHING)}
    new = {each.name: each for each in after.resources.of_type(*_WATCHING)}
    names = [name for name in sorted({*old, *new}) if not _is_same(old.get(name), new.get(name))]
    if not names:
        return ()
    return (f"--base: what watches the topics changed too, which reaches no handler: {', '.join(map(show, names))}",)


def _is_same(one: Resource | None, other: Resource | None) -> bool:
    return one is not None and other is not None and one.inputs == other.inputs
