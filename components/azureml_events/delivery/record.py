"""The record of what was replayed, so that no dead letter is delivered twice without being told so."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from azureml_events.delivery.parcel import Parcel
from azureml_events.delivery.schedule import Ending
from azureml_events.event_grid.delivery import write_moment

_Key = tuple[str, str, str]


class RecordError(ValueError):
    """A file that is no record."""


@dataclass
class Record:
    """What was replayed: a line of JSON for each event.

    Attributes:
        path: The file.
        writes: Whether what is replayed is added to it.
        passed_over: How many events were passed over, because they were delivered before or stand twice.
    """

    path: Path
    writes: bool
    passed_over: int = 0
    _done: set[_Key] = field(default_factory=set)

    @classmethod
    def load(cls, path: Path, *, writes: bool) -> Record:
        """Read a record, where there is one; one that is added to must take a line before anything is sent.

        Args:
            path: The file.
            writes: Whether what is replayed is added to it.

        Raises:
            RecordError: A line is none of a record's.
            OSError: The file cannot be read, or not be added to.
        """
        record = cls(path, writes)
        if writes:
            path.open("ab").close()
        elif not path.exists():
            return record
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    said = json.loads(line)
                    key = (said["workspace"], said["subscription"], said["event"])
                    if said["outcome"] == "delivered":
                        record._done.add(key)
                except (ValueError, KeyError, TypeError, RecursionError):
                    raise RecordError(f"{path}:{number}: no line of a record of replayed events") from None
        return record

    def take(self, parcel: Parcel) -> bool:
        """Tell whether an event is still to be replayed, and count it as taken.

        Args:
            parcel: The event.
        """
        key = _key(parcel)
        if key in self._done:
            self.passed_over += 1
            return False
        self._done.add(key)
        return True

    def add(self, ending: Ending) -> None:
        """Record what became of an event.

        Args:
            ending: What became of it.
        """
        if not self.writes:
            return
        workspace, subscription, event = _key(ending.parcel)
        said = {
            "event": event,
            "workspace": workspace,
            "subscription": subscription,
            "outcome": ending.how,
            "at": write_moment(datetime.now(UTC)),
        }
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(said) + "\n")


def _key(parcel: Parcel) -> _Key:
    return parcel.subscription.routed.workspace, parcel.subscription.routed.name, parcel.id
