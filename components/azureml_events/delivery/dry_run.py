"""A trial run: what would be sent is shown, and nothing is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from azureml_events.delivery.answer import NOT_SENT, Answer, TargetReceiver
from azureml_events.delivery.parcel import Parcel
from azureml_events.delivery.subscription import LocalSubscription


@dataclass(frozen=True)
class DryReceiver:
    """A receiver that sends nothing.

    Attributes:
        receiver: The one that would send.
        show_lines: Is told what would be sent.
    """

    receiver: TargetReceiver
    show_lines: Callable[[LocalSubscription, list[str]], None]

    @property
    def place(self) -> str:
        """What would be called."""
        return self.receiver.place

    async def greet(self, subscription: LocalSubscription) -> str | None:
        """Show what comes before the first event.

        Args:
            subscription: The subscription.
        """
        if shown := self.receiver.show_greeting(subscription):
            self.show_lines(subscription, shown)
        return None

    async def send(self, subscription: LocalSubscription, parcels: Sequence[Parcel]) -> Answer:
        """Show a call.

        Args:
            subscription: The subscription.
            parcels: The events of the call.
        """
        self.show_lines(subscription, self.receiver.show(subscription, parcels))
        return Answer(None, NOT_SENT)
