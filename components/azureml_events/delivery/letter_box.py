"""Keeps what cannot be delivered, as Event Grid keeps it: blobs below a folder that stands for the container."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from azureml_events.delivery.clock import Clock
from azureml_events.delivery.parcel import Parcel
from azureml_events.event_grid.delivery import write_moment
from azureml_events.routing.dead_letters import DeadLetter, add_dead_letter, blob_path

_DELAY = 300
_MOST_EVENTS = 10


@dataclass
class LetterBox:
    """A folder that stands for the container of dead letters.

    Event Grid writes a blob five minutes after the last attempt, to have several events in it; reported ones have up to
    ten.

    Attributes:
        folder: The folder; None where there is none, so that everything is dropped.
        clock: The schedule's clock.
    """

    folder: Path | None
    clock: Clock
    _kept: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _since: dict[str, float] = field(default_factory=dict)

    def why_not(self, parcel: Parcel) -> str | None:
        """Say why an event would be dropped; None where it would be kept.

        Args:
            parcel: The event.
        """
        reason = parcel.subscription.delivery.dead_letter.disabled
        if reason is not None:
            return f"the stack keeps no dead letters of this subscription: {reason}"
        return None if self.folder else "there is no --dead-letters DIR"

    def put(self, parcel: Parcel, reason: str) -> None:
        """Keep an event.

        Args:
            parcel: The event.
            reason: Why it was given up.
        """
        name = parcel.subscription.upper_name
        letter = DeadLetter(reason, parcel.attempts, parcel.outcome, published=parcel.published)
        tried = write_moment(parcel.tried) if parcel.tried else None
        kept = self._kept.setdefault(name, [])
        self._since.setdefault(name, self.clock.now)
        kept.append(add_dead_letter(parcel.event, letter, tried))
        if len(kept) >= _MOST_EVENTS:
            self._write(name)

    def write_due(self) -> None:
        """Write the blobs whose first event has lain for five minutes of the schedule."""
        for name, since in list(self._since.items()):
            if since + _DELAY <= self.clock.now:
                self._write(name)

    def write_all(self) -> None:
        """Write every blob."""
        for name in list(self._since):
            self._write(name)

    def _write(self, name: str) -> None:
        events = self._kept.pop(name)
        del self._since[name]
        path = (self.folder or Path()) / blob_path(name, self.clock.today(), uuid4())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(events, indent=2), encoding="utf-8")
