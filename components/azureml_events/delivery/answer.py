"""What a handler said of an attempt, and what delivers to one."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from azureml_events.delivery.parcel import Parcel
from azureml_events.delivery.subscription import LocalSubscription
from azureml_events.delivery.targets import Target
from azureml_events.event_grid.retries import DELIVERED, outcome_of

NOT_SENT = "NotSent"
"""The outcome of an attempt that was only shown."""


@dataclass(frozen=True)
class Answer:
    """How an attempt ended.

    Attributes:
        status: The HTTP status; None where there was no answer, or where nothing is called.
        outcome: Event Grid's name of it, `Delivered` for success; `NotSent` where it was only shown.
    """

    status: int | None
    outcome: str

    @classmethod
    def of(cls, status: int) -> Answer:
        """Return the answer with a status."""
        return cls(status, outcome_of(status))

    @property
    def delivered(self) -> bool:
        """Whether nothing is left to do: the handler took the events, or they were only shown."""
        return self.outcome in {DELIVERED, NOT_SENT}


class Receiver(Protocol):
    """Where a subscription's events are sent."""

    @property
    def place(self) -> str:
        """What is called one call at a time, in a text: a host and port, a folder."""

    async def greet(self, subscription: LocalSubscription) -> str | None:
        """Do what comes before the first event, as a handshake.

        Args:
            subscription: The subscription.

        Returns:
            Why the subscription would not be made; None where it is.
        """

    async def send(self, subscription: LocalSubscription, parcels: Sequence[Parcel]) -> Answer:
        """Try once to deliver.

        Args:
            subscription: The subscription.
            parcels: The events of one call.
        """


@dataclass
class TargetReceiver(Receiver):
    """A target, which can also show what it would be sent.

    Attributes:
        target: The target.
    """

    target: Target

    @property
    def place(self) -> str:
        """What is called one call at a time, in a text: a host and port, a folder."""
        return self.target.place

    def show_greeting(self, subscription: LocalSubscription) -> list[str]:
        """Show in lines what `greet` would send; empty for nothing, as where it only makes a place.

        Args:
            subscription: The subscription.
        """
        del subscription
        return []

    @abstractmethod
    def show(self, subscription: LocalSubscription, parcels: Sequence[Parcel]) -> list[str]:
        """Show in lines what `send` would send, no secret among them.

        Args:
            subscription: The subscription.
            parcels: The events of one call.
        """
