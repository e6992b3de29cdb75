"""What a deployment did, whichever engine carried it out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from e2e.stand_in.cloud import Cloud, Properties

_NO_CHANGE = {"same", "read", "refresh", "replace"}
"""Steps that leave a resource as it is; `replace` stands beside the deletion and the creation that it consists of."""


@dataclass(frozen=True)
class Run:
    """What one command did.

    Attributes:
        status: Its exit status.
        output: What it printed, both streams in their order.
        operations: What reached the cloud meanwhile, oldest first.
        steps: What the engine did: kind of step (`create`, `same`, …) and URN, in order; empty where it said nothing.
    """

    status: int
    output: str
    operations: list[Properties]
    steps: Sequence[tuple[str, str]]

    @property
    def changes(self) -> dict[str, list[str]]:
        """The Pulumi names of what changed, sorted, by kind of step."""
        changes = defaultdict(list)
        for kind, urn in sorted(self.steps, key=lambda step: name_of(step[1])):
            if kind not in _NO_CHANGE:
                changes[kind].append(name_of(urn))
        return dict(changes)

    def attempts(self, operation: str, end: str) -> list[str | None]:
        """The errors of an operation on the ids with an end, None for a success, oldest first."""
        return [
            entry["error"] for entry in self.operations if entry["operation"] == operation and entry["id"].endswith(end)
        ]

    def ids(self, operation: str) -> list[str]:
        """The ids that an operation succeeded on, in their order."""
        return [entry["id"] for entry in self.operations if entry["operation"] == operation and entry["error"] is None]


class Engine(Protocol):
    """Carries a stack out, again and again, over a cloud of its own."""

    @property
    def commands(self) -> frozenset[str]:
        """What it can do of `preview`, `up`, `refresh`, `unprotect` and `destroy`."""
        ...

    @property
    def config(self) -> Mapping[str, Any]:
        """The stack's configuration by full key, to change and to give back."""
        ...

    def configure(self, config: Mapping[str, Any]) -> None:
        """Puts another configuration in place."""
        ...

    def cloud(self) -> AbstractContextManager[Cloud]:
        """What exists in Azure, to look at or to change."""
        ...

    def run_command(self, command: str) -> Run:
        """Runs one of `commands`, whatever it comes to."""
        ...

    def dependencies(self) -> dict[str, set[str]]:
        """URN of each resource to the URNs of what it depends on and of its parent."""
        ...


def name_of(urn: str) -> str:
    """The Pulumi name in a URN."""
    return urn.split("::", 3)[3]


def type_of(urn: str) -> str:
    """The type in a URN, without those of its parents."""
    return urn.split("::")[2].rpartition("$")[2]
