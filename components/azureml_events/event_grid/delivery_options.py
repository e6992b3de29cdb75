"""How Event Grid delivers: the schema and the retries.

Bounds: Event Grid's delivery page and its ARM contract, API version 2025-02-15.
"""

from __future__ import annotations

from typing import Annotated, Literal

from azureml_events.base.model import Between, Declaration

EventDeliverySchema = Literal["EventGridSchema", "CloudEventSchemaV1_0"]
"""The form in which events are delivered."""

DEFAULT_SCHEMA: EventDeliverySchema = "EventGridSchema"


class RetryPolicy(Declaration):
    """When Event Grid gives up delivering an event; whichever limit is reached first counts."""

    max_delivery_attempts: Annotated[int, Between(1, 30)] = 30
    """Attempts, 1 to 30; default 30."""

    event_time_to_live_in_minutes: Annotated[int, Between(1, 1440)] = 1440
    """Minutes that an event is tried for, 1 to 1440; default 1440, a day."""
