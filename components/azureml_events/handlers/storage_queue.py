"""Storage queues."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from azureml_events.base.arm_ids import OfType
from azureml_events.base.constraints import ExactlyOne
from azureml_events.base.mistakes import Mistake
from azureml_events.base.names import NameForm
from azureml_events.base.values import Reference
from azureml_events.handlers.created import Create, Creation, Part, new_or_existing
from azureml_events.handlers.endpoint import CreatableEndpoint, Role
from azureml_events.handlers.storage import (
    STORAGE_ACCOUNT,
    AccountName,
    AccountSku,
    locked_down,
)

_QUEUE = NameForm("(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*", "3 to 63 lower-case letters, digits and single -")
QueueName = Annotated[str, _QUEUE]
ExistingQueueName = Annotated[str, NameForm("[a-z0-9-]{1,63}", "1 to 63 lower-case letters, digits and -")]


def _time_to_live(seconds: int) -> int:
    if seconds != -1 and seconds < 1:
        raise ValueError(f"{seconds} is out of range; allowed: -1 (for ever), or 1 and more")
    return seconds


class CreateStorageQueue(Create):
    """A new storage queue, in a new storage account or an existing one; without shared keys, TLS 1.2."""

    constraints = new_or_existing("accountName", "accountId")

    account_name: AccountName | None = None
    """The name of a new storage account, unique in all of Azure; handlers that give the same one share it. Default
    one of its own."""

    account_id: Annotated[Reference, OfType(STORAGE_ACCOUNT)] | None = None
    """The ARM id of an existing storage account, instead of a new one."""

    sku: AccountSku | None = None
    """The new account's redundancy; default `Standard_LRS`."""

    queue_name: QueueName | None = None
    """The queue's name; default the handler's in lower case."""

    @property
    def host_name(self) -> str | None:
        """The new account's name."""
        return self.account_name

    @property
    def existing_host(self) -> Reference | None:
        """The existing account's id."""
        return self.account_id

    @property
    def storage_account(self) -> str | None:
        """The new account's name."""
        return self.account_name

    def creation(self, key: str, suffix: str) -> Creation:
        """Return a storage account, unless one exists, and the queue."""
        account = Part(
            token="azure-native:storage:StorageAccount",
            name_input="accountName",
            name=self.account_name or f"eg{suffix[:20]}",
            inputs={
                "kind": "StorageV2",
                "sku": {"name": self.sku or "Standard_LRS"},
                **locked_down(),
            },
        )
        queue = Part(
            token="azure-native:storage:Queue",
            name_input="queueName",
            name=self.queue_name or _QUEUE.check(key.lower()),
            inputs={},
        )
        return Creation(self, account, queue, "host", {"queue_name": queue.name})


class StorageQueue(CreatableEndpoint):
    """Delivery to a storage queue."""

    noun = "storage queue"

    local_place = "queue"

    role = Role("Storage Queue Data Message Sender", "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a")
    constraints = (
        ExactlyOne(
            ("queueName", "create"),
            Mistake(("queueName",), "required, but missing: the queue in the storage account"),
            Mistake(("queueName",), "name a new queue in create.queueName"),
        ),
    )

    type: Literal["StorageQueue"] = "StorageQueue"
    """A storage queue."""

    resource_id: Annotated[Reference, OfType(STORAGE_ACCOUNT)] | None = None
    """The ARM id of the storage account."""

    queue_name: ExistingQueueName | None = None
    """The queue's name; required beside `resourceId`."""

    create: CreateStorageQueue | None = None
    """A new queue, instead of `resourceId` and `queueName`."""

    queue_message_time_to_live_in_seconds: (
        Annotated[
            int,
            AfterValidator(_time_to_live),
            Field(json_schema_extra={"minimum": -1, "not": {"const": 0}}),
        ]
        | None
    ) = None
    """Seconds that a message lives, 1 or more, or -1 for ever; default 7 days."""

    @classmethod
    def place_members(cls) -> tuple[str, ...]:
        """Return the members that name the account and the queue."""
        return ("resourceId", "queueName")

    @classmethod
    def describe_place(cls, members: Mapping[str, str]) -> str | None:
        """Describe the queue by what would be its id."""
        if not members.keys() >= {"resourceId", "queueName"}:
            return None
        return f"{members['resourceId']}/queueServices/default/queues/{members['queueName']}"
