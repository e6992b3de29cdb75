"""An event subscription as Event Grid gets it: every reference resolved, every default applied."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, InstanceOf, field_validator

from azureml_events.base.model import Declaration, Many
from azureml_events.base.values import Reference
from azureml_events.event_grid.delivery import (
    DEFAULT_SCHEMA,
    EventDeliverySchema,
    RetryPolicy,
    in_utc,
)
from azureml_events.event_grid.filters import EventFilter
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.stack.dead_letter import DeadLetterStore


class DeliveryIdentity(Declaration):
    """The identity of the system topic that delivers or writes dead letters."""

    user_assigned_identity: Reference | None = None
    """The ARM id of the user-assigned identity; None for the system-assigned one."""


class EventSubscription(Declaration):
    """An event subscription as Event Grid gets it."""

    destination: InstanceOf[Endpoint]
    """Where it delivers."""

    delivery_identity: DeliveryIdentity | None = None
    """The identity that delivers; None for Event Grid's own."""

    dead_letter: DeadLetterStore | None = None
    """Where undeliverable events go; None where they are lost."""

    dead_letter_identity: DeliveryIdentity | None = None
    """The identity that writes dead letters; None for Event Grid's own."""

    filter: EventFilter = EventFilter()
    """Which events it delivers."""

    event_delivery_schema: EventDeliverySchema = DEFAULT_SCHEMA
    """In which form."""

    retry_policy: RetryPolicy = RetryPolicy()
    """When Event Grid gives up."""

    labels: Many[str] = ()
    """Its labels, sorted."""

    expiration_time_utc: Annotated[str, AfterValidator(in_utc)] | None = None
    """When it ends, in UTC; None for never."""

    @field_validator("labels")
    @classmethod
    def _sorted(cls, labels: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(set(labels)))
