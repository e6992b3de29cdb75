"""Messages of hubs and Service Bus, as their clients see them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from azureml_events.delivery.folder import FILE, FolderReceiver
from azureml_events.event_grid.samples import sample
from azureml_events.routing.reading.events import ReadEvent, read_files
from delivery.stacks import parcel, subscriptions


def messages(directory: Path, name: str, times: int = 1) -> list[dict[str, Any]]:
    """What a folder holds after some deliveries."""
    subscription = subscriptions(directory)[name]

    async def deliver() -> None:
        for _ in range(times):
            receiver = FolderReceiver(subscription.target)
            assert await receiver.greet(subscription) is None
            assert (await receiver.send(subscription, [parcel(subscription)])).delivered

    asyncio.run(deliver())
    path = Path(subscription.target.address) / FILE
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_hub_gets_the_event_with_its_properties_and_partition_key(tmp_path: Path) -> None:
    [message] = messages(tmp_path, "to-hub")
    event = {**sample("RunCompleted"), "id": "1"}
    assert message["body"] == event
    assert message["partitionKey"] == event["subject"]
    assert message["properties"] == {
        "aeg-event-type": "Notification",
        "aeg-subscription-name": "TO-HUB",
        "aeg-delivery-count": "0",
        "aeg-metadata-version": "1",
        "aeg-data-version": "2",
        "aeg-output-event-id": "1",
        "team": "ml",
    }


def test_service_bus_has_application_properties_and_members_of_its_own(tmp_path: Path) -> None:
    [message] = messages(tmp_path, "to-bus")
    assert message["sessionId"] == sample("RunCompleted")["data"]["runId"]
    assert message["applicationProperties"]["aeg-event-type"] == "Notification"
    assert "SessionId" not in message["applicationProperties"]


def test_messages_are_added_and_read_back_as_events(tmp_path: Path) -> None:
    assert [each["sequenceNumber"] for each in messages(tmp_path, "to-hub", times=3)] == [1, 2, 3]
    read = list(read_files([str(tmp_path / "hub" / FILE)]))
    assert [each.event.id for each in read if isinstance(each, ReadEvent)] == ["1"] * 3
