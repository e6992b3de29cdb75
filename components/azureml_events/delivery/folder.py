"""Delivery to event hubs, Service Bus and namespace topics: as files with the messages that their clients see.

A message is a line of JSON, in the names of the JavaScript clients of Event Hubs and Service Bus, whose form of a
message is plain JSON.

UNVERIFIED: that the body holds the event itself, in place of an array of one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from azureml_events.delivery.answer import Answer, TargetReceiver
from azureml_events.delivery.parcel import Parcel
from azureml_events.delivery.requests import properties
from azureml_events.delivery.subscription import LocalSubscription
from azureml_events.event_grid.delivery import write_moment
from azureml_events.event_grid.retries import DELIVERED

FILE = "messages.jsonl"
"""The file in the folder that messages are added to, a line each."""


@dataclass
class FolderReceiver(TargetReceiver):
    """A folder that gets messages as a file.

    Attributes:
        sequence: The number of the last message.
    """

    sequence: int = field(default=0)

    async def greet(self, subscription: LocalSubscription) -> str | None:
        """Make the folder.

        Args:
            subscription: The subscription.
        """
        del subscription
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._path.is_file() and not self.sequence:
            with self._path.open("rb") as file:
                self.sequence = sum(1 for _ in file)
        return None

    async def send(self, subscription: LocalSubscription, parcels: Sequence[Parcel]) -> Answer:
        """Add a message for each event.

        Args:
            subscription: The subscription.
            parcels: The events.
        """
        with self._path.open("a", encoding="utf-8") as file:
            for parcel in parcels:
                self.sequence += 1
                file.write(json.dumps(self.message(subscription, parcel)) + "\n")
        return Answer(None, DELIVERED)

    def show(self, subscription: LocalSubscription, parcels: Sequence[Parcel]) -> list[str]:
        """Show the messages.

        Args:
            subscription: The subscription.
            parcels: The events.
        """
        shown = [json.dumps(self.message(subscription, each)) for each in parcels]
        return [f"a message in {self._path}", *shown]

    def message(self, subscription: LocalSubscription, parcel: Parcel) -> dict[str, Any]:
        """Return the message of an event.

        Args:
            subscription: The subscription.
            parcel: The event.
        """
        special = subscription.handler.message_attributes
        given = subscription.attributes_of(parcel.event)
        own = {name: value for name, value in given.items() if name not in special}
        return {
            "body": parcel.event,
            subscription.handler.message_properties: {**properties(subscription, [parcel]), **own},
            **{special[name]: value for name, value in given.items() if name in special},
            "sequenceNumber": self.sequence,
            "enqueuedTimeUtc": write_moment(datetime.now(UTC)),
        }

    @property
    def _path(self) -> Path:
        return Path(self.target.address) / FILE
