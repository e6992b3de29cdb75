"""Errors of providers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ProviderError(Exception):
    """An operation that a provider could not carry out.

    Args:
        text: Why.
        partial: What exists nevertheless: id and outputs; None where nothing was created.
    """

    def __init__(self, text: str, partial: tuple[str, Mapping[str, Any]] | None = None) -> None:
        super().__init__(text)
        self.partial = partial
