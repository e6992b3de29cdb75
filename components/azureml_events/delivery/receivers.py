"""Opens what subscriptions deliver to."""

from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from azureml_events.delivery.answer import Receiver, TargetReceiver
from azureml_events.delivery.folder import FolderReceiver
from azureml_events.delivery.storage_queue import QueueReceiver
from azureml_events.delivery.subscription import LocalSubscription
from azureml_events.delivery.targets import Target
from azureml_events.delivery.validation import ValidationServer
from azureml_events.delivery.web import WebReceiver, make_client
from azureml_events.event_grid.retries import ANSWER_SECONDS

_MINUTES_TO_VALIDATE = 10


@asynccontextmanager
async def open_receivers(
    subscriptions: Iterable[LocalSubscription], scale: float
) -> AsyncIterator[dict[LocalSubscription, TargetReceiver]]:
    """Open what subscriptions deliver to; those with one target share it.

    Args:
        subscriptions: The subscriptions.
        scale: Seconds of the schedule that pass in one second. Ten minutes of them are the time in which a handler
            validates by hand, and never less than the real time in which it answers.
    """
    patience = max(_MINUTES_TO_VALIDATE * 60 / scale, ANSWER_SECONDS)
    subscriptions = list(subscriptions)
    targets = dict.fromkeys(each.target for each in subscriptions)
    trusted = ssl.create_default_context()
    async with AsyncExitStack() as opened:
        server = await opened.enter_async_context(ValidationServer())
        places = dict.fromkeys(each.place for each in targets if each.kind != "folder")
        clients = {place: await opened.enter_async_context(make_client(trusted)) for place in places}

        def make(target: Target) -> TargetReceiver:
            if target.kind == "folder":
                return FolderReceiver(target)
            client = clients[target.place]
            return (
                QueueReceiver(target, client)
                if target.kind == "queue"
                else WebReceiver(target, client, server, patience)
            )

        made = {target: make(target) for target in targets}
        yield {each: made[each.target] for each in subscriptions}


async def greet_all(receivers: Mapping[LocalSubscription, Receiver]) -> dict[LocalSubscription, str]:
    """Do every handshake: one after the other at a place, places side by side.

    Args:
        receivers: Where each subscription's events are sent.

    Returns:
        Why subscriptions would not be made, those that would left out.
    """
    places: dict[str, list[LocalSubscription]] = defaultdict(list)
    for subscription, receiver in receivers.items():
        places[receiver.place].append(subscription)
    refused: dict[LocalSubscription, str] = {}

    async def greet(there: list[LocalSubscription]) -> None:
        for each in there:
            reason = await receivers[each].greet(each)
            if reason is not None:
                refused[each] = reason

    await asyncio.gather(*map(greet, places.values()))
    return {each: refused[each] for each in receivers if each in refused}
