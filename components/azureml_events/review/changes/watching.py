"""What watches the topics of two versions: no change for events, and so said beside the changes."""

from __future__ import annotations

from collections.abc import Mapping

from azureml_events.base.mistakes import show
from azureml_events.policy.resource import Resource, Resources

_WATCHING = ("monitor:DiagnosticSetting", "monitor:MetricAlert")


def watching_notes(before: Resources, after: Resources) -> tuple[str, ...]:
    """Say which diagnostic settings and alerts differ; nothing where none does.

    Args:
        before: The base.
        after: What is reviewed.
    """
    old, new = _watching(before), _watching(after)
    names = [name for name in sorted({*old, *new}) if not _is_same(old.get(name), new.get(name))]
    if not names:
        return ()
    return (f"--base: what watches the topics changed too, which reaches no handler: {', '.join(map(show, names))}",)


def _watching(resources: Resources) -> Mapping[str, Resource]:
    return {each.name: each for each in resources.of_type(*_WATCHING)}


def _is_same(one: Resource | None, other: Resource | None) -> bool:
    return one is not None and other is not None and one.inputs == other.inputs
