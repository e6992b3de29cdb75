"""Which workspaces a program declares, for who runs it in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from azureml_events.stack.stack import Stack


@dataclass(frozen=True)
class DeclaredWorkspace:
    """A workspace as a program declared it.

    Attributes:
        key: Its key.
        stack: The checked stack that it is part of.
    """

    key: str
    stack: Stack


_NOTED: ContextVar[list[DeclaredWorkspace] | None] = ContextVar("declared workspaces", default=None)


@contextmanager
def noted_workspaces() -> Iterator[list[DeclaredWorkspace]]:
    """Note the workspaces that are declared in the body, in the list that it gets."""
    noted: list[DeclaredWorkspace] = []
    token = _NOTED.set(noted)
    try:
        yield noted
    finally:
        _NOTED.reset(token)


def note_workspace(stack: Stack, key: str) -> None:
    """Note that a workspace is declared, where somebody asks.

    Args:
        stack: The stack that it is part of.
        key: Its key.
    """
    noted = _NOTED.get()
    if noted is not None:
        noted.append(DeclaredWorkspace(key, stack))
