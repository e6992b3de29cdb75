"""Values that only a deployment knows, and values that must never be shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class Applicable(Protocol):
    """A value of the deployment engine's, as `pulumi.Output`."""

    def apply(self, func: Callable[[Any], Any]) -> Any:
        """Hand the value to a function once it is known."""


@dataclass(frozen=True, eq=False)
class Deferred:
    """A value that only a deployment knows: opaque, compared by identity, shown as `<unknown>`.

    Args:
        value: What the deployment engine resolves, as `pulumi.Output`.
        check: What the value must pass once it is known; it gives what is kept and raises ValueError.
    """

    value: Any
    check: Callable[[str], str] = str

    def __repr__(self) -> str:
        return "<unknown>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Deferred) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)


Reference = str | Deferred | Applicable
"""A text that is known, or one that only a deployment knows: what a program gives is kept as `Deferred`."""


@dataclass(frozen=True)
class Secret:
    """A secret text, shown as `<secret>`.

    Args:
        value: The text, or None where it is there but unknown, as offline.
    """

    value: str | None = field(repr=False)

    def __repr__(self) -> str:
        return "<secret>"

    __str__ = __repr__


def derive(reference: Reference, function: Callable[[str], str]) -> Reference:
    """Return what follows from a reference: at once where it is known, else once the deployment knows it.

    Args:
        reference: The reference.
        function: What gives it; it raises ValueError where it cannot.

    Raises:
        ValueError: `function` refuses a known reference.
    """
    if isinstance(reference, str):
        return function(reference)
    return Deferred(reference.value if isinstance(reference, Deferred) else reference, function)
