"""What ConvertTo-Json has cut off is not known, and nothing is said to be wrong with it."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.documents.document import read_document
from stack_texts import ML_DEV, ML_PROVIDERS

CUT = "Microsoft.Azure.PowerShell.Cmdlets.EventGrid.Models.Something"
HUB = {"EndpointType": "EventHub", "ResourceId": f"{ML_PROVIDERS}/Microsoft.EventHub/namespaces/n1/eventhubs/eh1"}
SHOWN: dict[str, Any] = {
    "Destination": HUB,
    "FilterIncludedEventType": ["Microsoft.MachineLearningServices.ModelRegistered"],
    "Id": f"{ML_DEV}/providers/Microsoft.EventGrid/eventSubscriptions/models",
    "Name": "models",
    "Type": "Microsoft.EventGrid/eventSubscriptions",
}
IDENTITY = "SystemAssigned"


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("Destination", {}),
        (
            "DeliveryWithResourceIdentityDestination",
            {"Destination": None, "DeliveryWithResourceIdentityType": IDENTITY},
        ),
        ("DeadLetterDestination", {}),
        (
            "DeadLetterWithResourceIdentityDeadLetterDestination",
            {"DeadLetterWithResourceIdentityType": IDENTITY},
        ),
        ("Filter", {}),
    ],
)
def test_what_is_cut_off_is_said_and_no_mistake(name: str, members: dict[str, Any]) -> None:
    document = read_document([{**SHOWN, **members, name: CUT}])

    assert document.mistakes == ()
    assert [note.path for note in document.notes if note.text.startswith("cut off")] == [(0, name)]
