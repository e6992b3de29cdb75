"""Dead letters: the events that cannot be delivered, and where they are kept."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, PlainValidator

from azureml_events.base.arm_ids import Location, OfType, read_reference
from azureml_events.base.constraints import ExactlyOne, Needs, Together
from azureml_events.base.mistakes import Mistake
from azureml_events.base.model import Between, Declaration
from azureml_events.base.names import NameForm, ResourceGroup
from azureml_events.base.values import Reference
from azureml_events.handlers.endpoint import DeliveringIdentity, shown_names
from azureml_events.handlers.storage import STORAGE_ACCOUNT, AccountName, AccountSku

RoleScope = Literal["account", "container"]
"""What the role for dead letters is assigned on."""

DEFAULT_RETENTION_DAYS = 30

_CONTAINER = NameForm("[a-z0-9$-]{1,63}", "1 to 63 lower-case letters, digits and -")


class CreateDeadLetter(Declaration):
    """The storage account for dead letters that is created: no keys, no public blobs, TLS 1.2.

    Workspaces of one Azure subscription, resource group and location share one account, with a container each.
    """

    resource_group: ResourceGroup | None = None
    """The resource group to create it in, which must exist; default the workspace's."""

    location: Location | None = None
    """The region; default the workspace's."""

    account_name: AccountName | None = None
    """The account's name, unique in all of Azure; default `eg` and 20 digits derived from where it is."""

    sku: AccountSku | None = None
    """Its redundancy; default `Standard_LRS`."""

    retention_days: Annotated[int, Between(1, 36500)] | None = None
    """Days after which a dead letter is deleted, 1 to 36500; default 30."""

    network_default_action: Literal["Allow", "Deny"] | None = None
    """What happens to networks that no rule names; default `Allow`. `Deny` needs the topic's system-assigned
    identity."""

    protect: bool = False
    """Whether Pulumi refuses to delete the account and the containers in it: they hold events; default false."""


_STORE = ("storageAccountId", "blobContainerName")


class DeadLetter(Declaration):
    """The place of events that cannot be delivered: a created store, one of your own, or, with a reason, nowhere."""

    constraints = (
        Together(_STORE, "required, but missing: account and container go together"),
        ExactlyOne(
            ("create", "disabled", _STORE),
            Mistake((), "expected one of 'create', 'storageAccountId' with 'blobContainerName', 'disabled'; got {got}"),
        ),
        Needs("identity", _STORE, "goes with 'storageAccountId' only; leave it out", at="identity"),
        Needs("roleScope", _STORE, "goes with 'storageAccountId' only; leave it out", at="roleScope"),
    )

    create: CreateDeadLetter | None = None
    """A created store; this is the default, and `create` steers it."""

    storage_account_id: Annotated[Reference, OfType(STORAGE_ACCOUNT)] | None = None
    """The ARM id of a storage account of your own; together with `blobContainerName`."""

    blob_container_name: Annotated[str, _CONTAINER] | None = None
    """The container in that account, which must exist."""

    identity: DeliveringIdentity | None = None
    """Whether dead letters are written through the topic's identity; default true. For subscriptions with `import`,
    which may write by another of the topic's identities, the ARM id of that one."""

    role_scope: RoleScope | None = None
    """What the identity's role is assigned on; default `account`. Whether Event Grid takes a role on the `container`
    alone is not proven, and for queues it refused the like: try it before you rely on it."""

    disabled: Annotated[str, Field(min_length=1)] | None = None
    """The reason why events that cannot be delivered may be lost."""

    @property
    def own_identity(self) -> str | None:
        """The ARM id of the identity that writes them where it is another than the topic's own choice."""
        return self.identity if isinstance(self.identity, str) else None

    def describe(self) -> str:
        """Describe in one line where events that cannot be delivered are kept."""
        if self.disabled:
            return f"none: {self.disabled}"
        if self.create:
            account = self.create.account_name or "a new storage account"
            days = self.create.retention_days or DEFAULT_RETENTION_DAYS
            return f"{account}, for {days} {'day' if days == 1 else 'days'}"
        return f"container {shown_names(self.storage_account_id)}/{self.blob_container_name!s}"


class DeadLetterContainer(Declaration):
    """A container for dead letters, as an event subscription refers to it."""

    resource_id: Annotated[Reference, OfType(STORAGE_ACCOUNT)]
    """The storage account's ARM id."""

    blob_container_name: Annotated[Reference, PlainValidator(lambda value: read_reference(value, str))]
    """The container's name."""
