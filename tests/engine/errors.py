"""How a program fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azureml_events.offline.recording import Recording


class ProgramError(Exception):
    """A Pulumi program that did not run to its end; its cause is the exception that stopped it.

    Args:
        text: What went wrong, for people: no traceback.
        recording: What was registered and said before.
    """

    def __init__(self, text: str, recording: Recording) -> None:
        super().__init__(text)
        self.text = text
        self.recording = recording


class EngineError(Exception):
    """A request that the engine refuses, as the real one does.

    Args:
        text: Why, for the author of the program.
    """


class ProviderError(Exception):
    """An operation that a provider could not carry out.

    Args:
        text: Why.
        partial: What exists nevertheless: id and outputs; None where nothing was created.
    """

    def __init__(self, text: str, partial: tuple[str, Mapping[str, Any]] | None = None) -> None:
        super().__init__(text)
        self.partial = partial
