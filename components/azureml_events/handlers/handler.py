"""The base of every handler, whether Event Grid delivers to it or to a workflow in front of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Literal

from azureml_events.base.mistakes import Mistake
from azureml_events.base.model import Declaration
from azureml_events.event_grid.delivery import EventDeliverySchema
from azureml_events.handlers.created import Create

GrantsMode = Literal["create", "assume"]
"""Whether role assignments are made, or taken as made by someone else."""

LocalPlace = Literal["URL", "queue", "folder"]
"""What stands for a handler on the author's machine: an address that is called, a queue of a storage emulator, or a
folder that gets messages as files."""


class Handler(Declaration):
    """Where events go."""

    delivery_schema: ClassVar[EventDeliverySchema | None] = None
    """The only delivery schema it takes; None where it takes every one."""

    delivery_schema_reason: ClassVar[str] = ""
    """Why it takes no other, for the error."""

    local_place: ClassVar[LocalPlace] = "URL"
    """What stands for it on the author's machine."""

    has_handshake: ClassVar[bool] = True
    """Whether an address that stands for it is asked first whether it wants events."""

    message_properties: ClassVar[str] = "properties"
    """The member of a message, as its clients see it, that holds what Event Grid says and the delivery attributes."""

    message_attributes: ClassVar[Mapping[str, str]] = {}
    """The delivery attributes that are members of the message itself, by name."""

    type: str
    """Its type."""

    grants: GrantsMode | None = None
    """`create` (default) the role assignments, or `assume` that they are there."""

    @property
    def creates(self) -> Create | None:
        """The settings with which it is created; None where it exists."""
        return None

    @property
    def delivers_with_identity(self) -> bool:
        """Whether delivery goes through the system topic's identity."""
        return False

    def describe(self) -> str:
        """Describe in one line, without a secret, what happens to an event that gets there."""
        return self.type

    def subscription_mistakes(
        self, parameters: Mapping[str, object] | None, event_types: Sequence[str]
    ) -> Iterator[Mistake]:
        """Yield the mistakes of a subscription that delivers to it.

        Args:
            parameters: The subscription's parameters; None where it names none.
            event_types: The full names of its event types; empty for all.

        Yields:
            Mistakes whose paths start at the subscription.
        """
        del event_types
        if parameters:
            yield Mistake(("parameters",), f"a handler of type {self.type} takes none; leave them out")
