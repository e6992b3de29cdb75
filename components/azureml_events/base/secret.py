"""Values that must never be shown."""

from __future__ import annotations

from dataclasses import dataclass, field


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
