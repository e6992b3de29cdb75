"""What policy rules judge of an input, and where each member of it stands there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from azureml_events.base.mistakes import MemberPath
from azureml_events.policy.of_document import resources_of_document
from azureml_events.policy.resource import Resource, Resources


@dataclass(frozen=True)
class Judged:
    """The resources of an input.

    Attributes:
        resources: The resources.
        place: Gives the path in the input of a resource's member.
        names: Gives the names of the resources that a path of the input is about, in their order.
    """

    resources: Resources
    place: Callable[[Resource, MemberPath], MemberPath]
    names: Callable[[MemberPath], tuple[str, ...]]


def judged_of_program(resources: Resources) -> Judged:
    """Give what rules judge of a program; a path begins at a resource's name.

    Args:
        resources: What it registers.
    """
    return Judged(resources, lambda resource, member: (resource.name, *member), lambda path: (str(path[0]),))


def judged_of_document(value: Any, parameters: Mapping[str, Any] | None) -> Judged:
    """Give what rules judge of a document.

    Args:
        value: The document.
        parameters: Values of a template's parameters by name in lower case; None for none.
    """
    read = resources_of_document(value, parameters)
    return Judged(read.resources, read.place, _names_by_path(read.resources))


def _names_by_path(resources: Resources) -> Callable[[MemberPath], tuple[str, ...]]:
    """Make the function that names the resource of a document that a path leads into."""
    by_path = {each.path: each.name for each in resources.all}

    def names(path: MemberPath) -> tuple[str, ...]:
        return next(((by_path[path[:end]],) for end in range(len(path), 0, -1) if path[:end] in by_path), ())

    return names
