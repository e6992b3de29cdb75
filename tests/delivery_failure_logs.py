"""The table of Log Analytics that keeps failed deliveries, and a record of it.

Source: Azure's table reference `aegdeliveryfailurelogs`, and the sample on Event Grid's page on diagnostic logs.
"""

from __future__ import annotations

from pathlib import Path

import azureml_events

TABLE = "AegDeliveryFailureLogs"
COLUMNS = {
    "_BilledSize": "real",
    "Category": "string",
    "EventSubscriptionName": "string",
    "_IsBillable": "string",
    "Message": "string",
    "OperationName": "string",
    "_ResourceId": "string",
    "SourceSystem": "string",
    "SubResourceName": "string",
    "_SubscriptionId": "string",
    "TenantId": "string",
    "TimeGenerated": "datetime",
    "Type": "string",
}
MESSAGE = (
    "outcome=NotFound, latencyInMs=2635, id=0a1b2c3d, systemId=4e5f6071, state=FilteredFailingDelivery,"
    " deliveryTime=11/1/2019 12:17:10 AM, deliveryCount=0, probationCount=0, deliverySchema=EventGridEvent,"
    " eventSubscriptionDeliverySchema=EventGridEvent, fields=InputEvent, EventSubscriptionId, DeliveryTime, State, Id,"
    " DeliverySchema, LastDeliveryAttemptTime, SystemId, fieldCount=, requestExpiration=1/1/0001 12:00:00 AM,"
    " delivered=False publishTime=11/1/2019 12:17:10 AM, eventTime=11/1/2019 12:17:09 AM, eventType=Type,"
    " deliveryTime=11/1/2019 12:17:10 AM, filteringState=FilteredWithRpc, inputSchema=EventGridEvent,"
    " publisher=ml, size=363, fields=Id, PublishTime, fieldCount=15, url=sb://n1.servicebus.windows.net/,"
    " httpStatusCode=404, deliveryResponse=NotFound: The messaging entity was not found, says the bus"
)
"""A record's message, with the status code that some have."""

QUERIES = sorted((Path(azureml_events.__file__).parent / "queries").glob("*.kql"))
"""The queries that the package has."""
