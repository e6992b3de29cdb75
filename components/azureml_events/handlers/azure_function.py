"""Azure functions."""

from __future__ import annotations

from typing import Annotated, Literal

from azureml_events.base.arm_ids import OfType
from azureml_events.base.values import Reference
from azureml_events.handlers.endpoint import (
    DeliveryAttributes,
    MaxEventsPerBatch,
    PreferredBatchSizeInKilobytes,
    ResourceEndpoint,
)


class AzureFunction(ResourceEndpoint):
    """Delivery to a function with an Event Grid trigger; its code comes first, `disabled: <reason>` until then."""

    noun = "function"

    type: Literal["AzureFunction"] = "AzureFunction"
    """A function with an Event Grid trigger."""

    resource_id: Annotated[
        Reference,
        OfType("Microsoft.Web/sites/functions", "Microsoft.Web/sites/slots/functions"),
    ]
    """The function's ARM id, not its app's: it ends in `/functions/<name>`; a slot's function will do."""

    max_events_per_batch: MaxEventsPerBatch = 1
    """Events in one call, 1 to 5000; default 1."""

    preferred_batch_size_in_kilobytes: PreferredBatchSizeInKilobytes = 64
    """The size that a call should not exceed, 1 to 1024 kilobytes; default 64."""

    delivery_attribute_mappings: DeliveryAttributes = ()
    """Headers added to each call, at most 10."""
