"""Reading a resource's members: a rule that needs one that is not known stops there, and is undecided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from azureml_events.base.mistakes import MemberPath, dotted
from azureml_events.documents.unresolved import HOLE, Unresolved
from azureml_events.documents.values import member_at
from azureml_events.policy.resource import Resource
from azureml_events.policy.rule import Violation


class UndecidedError(Exception):
    """A rule needs a member that is not known.

    Args:
        member: Its path in the resource.
    """

    def __init__(self, member: MemberPath) -> None:
        super().__init__(f"{dotted(member)} is unknown")
        self.member = member


def read(resource: Resource, *path: str | int) -> Any:
    """Return a member's value; None where it is absent, null or below something of another form.

    Args:
        resource: The resource.
        path: The member's path.

    Raises:
        UndecidedError: The value, or something that it is in, is not known.
    """
    value: Any = resource.inputs
    for depth, step in enumerate(path, 1):
        value = member_at(value, (step,))
        if isinstance(value, Unresolved):
            raise UndecidedError(path[:depth])
    return value


def read_text(resource: Resource, *path: str | int) -> str | None:
    """Return a member's text; None where it is absent or no text.

    Args:
        resource: The resource.
        path: The member's path.

    Raises:
        UndecidedError: It is not known.
    """
    value = read(resource, *path)
    return value if isinstance(value, str) else None


def read_beginning(resource: Resource, *path: str | int) -> tuple[str, bool] | None:
    """Return a member's text as far as it is known from its beginning, and whether that is all of it.

    Args:
        resource: The resource.
        path: The member's path.

    Returns:
        None where it is absent or no text.

    Raises:
        UndecidedError: Something that it is in is not known.
    """
    value = member_at(read(resource, *path[:-1]), path[-1:])
    if isinstance(value, Unresolved):
        return value.known.partition(HOLE)[0], False
    return (value, True) if isinstance(value, str) else None


def read_list(resource: Resource, *path: str | int) -> list[Any]:
    """Return the elements of a list, known or not; none where it is absent or no list.

    Args:
        resource: The resource.
        path: The list's path.

    Raises:
        UndecidedError: The list is not known.
    """
    value = read(resource, *path)
    return value if isinstance(value, list) else []


def value_of(resource: Resource, *path: str | int) -> object:
    """Return a member's value; None where it is absent or not known.

    Args:
        resource: The resource.
        path: The member's path.
    """
    try:
        return read(resource, *path)
    except UndecidedError:
        return None


def value_at(resource: Resource, *path: str | int) -> object:
    """Return what stands at a path, known or not; None where it is absent, or in something that is not known.

    Args:
        resource: The resource.
        path: The member's path.
    """
    return member_at(value_of(resource, *path[:-1]), path[-1:])


def text_of(resource: Resource, *path: str | int) -> str | None:
    """Return a member's text; None where it is absent, no text or not known.

    Args:
        resource: The resource.
        path: The member's path.
    """
    value = value_of(resource, *path)
    return value if isinstance(value, str) else None


def each_of(*checks: Iterable[Violation]) -> Iterator[Violation]:
    """Yield what several checks find, each as far as it can judge.

    Args:
        checks: The checks, as generators.

    Raises:
        UndecidedError: What the first of them that could not be decided needs, after all of them.
    """
    first: UndecidedError | None = None
    for check in checks:
        try:
            yield from check
        except UndecidedError as error:
            first = first or error
    if first:
        raise first


def is_given(resource: Resource, *path: str | int) -> bool:
    """Tell whether a member is there, known or not.

    Args:
        resource: The resource.
        path: The member's path.

    Raises:
        UndecidedError: Something that it is in is not known.
    """
    return member_at(read(resource, *path[:-1]), path[-1:]) is not None
