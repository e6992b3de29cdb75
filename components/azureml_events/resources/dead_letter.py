"""The store for dead letters that is created."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pulumi
from pulumi_azure_native import storage

from azureml_events.base.mistakes import DeclarationError, Mistake
from azureml_events.base.values import Deferred, Reference
from azureml_events.handlers.storage import locked_down
from azureml_events.resources.azure_native import declare
from azureml_events.resources.inputs import to_output
from azureml_events.resources.program import once
from azureml_events.resources.version_aliases import without_version_aliases
from azureml_events.stack.dead_letter import DeadLetterStore as Store
from azureml_events.stack.dead_letter_stores import StorePlace, StoreSettings


@dataclass(frozen=True)
class Container:
    """A container for dead letters.

    Attributes:
        store: How event subscriptions refer to it.
        id: Its ARM id, which roles are assigned on.
    """

    store: Store
    id: Reference


class DeadLetterStore(pulumi.ComponentResource):
    """A storage account for dead letters, locked down, with a container for each workspace that uses it.

    Dead letters are deleted after a number of days.

    Args:
        name: Its Pulumi name.
        account_name: The account's name, unique in all of Azure.
        resource_group: The resource group, which exists.
        location: The region.
        settings: Redundancy, retention and network rules.
        tags: Tags of the account.
        keep_version_aliases: Whether its children keep azure-native's aliases of older API versions; default false.
        opts: Pulumi's options.

    Attributes:
        name: Its Pulumi name.
        settings: Redundancy, retention and network rules.
        account: The storage account.
        lifecycle: The rule that deletes old dead letters.
        containers: The containers by workspace.
    """

    def __init__(
        self,
        name: str,
        *,
        account_name: pulumi.Input[str],
        resource_group: pulumi.Input[str],
        location: pulumi.Input[str],
        settings: StoreSettings,
        tags: dict[str, str],
        keep_version_aliases: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "azureml-events:index:DeadLetterStore",
            name,
            {},
            without_version_aliases(opts, keep=keep_version_aliases),
        )
        self.name = name
        self.settings = settings
        self._resource_group = resource_group
        self.account = declare(
            storage.StorageAccount,
            f"{name}/account",
            {
                "accountName": account_name,
                "resourceGroupName": resource_group,
                "location": location,
                "kind": "StorageV2",
                "sku": {"name": settings.sku},
                **locked_down(settings.network_default_action),
                "tags": tags or None,
            },
            pulumi.ResourceOptions(parent=self),
        )
        self.lifecycle = declare(
            storage.ManagementPolicy,
            f"{name}/lifecycle",
            {
                "managementPolicyName": "default",
                "accountName": self.account.name,
                "resourceGroupName": resource_group,
                "policy": {"rules": [_delete_after(settings.retention_days)]},
            },
            pulumi.ResourceOptions(parent=self),
        )
        self.containers: dict[str, storage.BlobContainer] = {}
        self.register_outputs({"accountId": self.account.id, "accountName": self.account.name})

    @classmethod
    def of_program(
        cls,
        workspace: str,
        place: StorePlace,
        settings: StoreSettings,
        *,
        resource_group: pulumi.Input[str],
        location: pulumi.Input[str],
        tags: dict[str, str],
        keep_version_aliases: bool,
        provider: pulumi.ProviderResource | None,
    ) -> DeadLetterStore:
        """The program's store in a place, made with the first use.

        Args:
            workspace: The key of the workspace that needs it.
            place: Where it is.
            settings: Redundancy, retention and network rules.
            resource_group: The resource group.
            location: The region.
            tags: Tags of the account, where it is made.
            keep_version_aliases: Whether its children keep azure-native's aliases of older API versions.
            provider: The provider for its Azure subscription; None for the one that is there anyway.

        Raises:
            DeclarationError: Another workspace wants other settings of it.
        """
        where = [place.subscription_id or "", place.resource_group or "", place.workspace or place.location or ""]
        store = once(
            cls,
            place,
            lambda: cls(
                "/".join(filter(None, ("dead-letters", *where))),
                account_name=settings.account_name or account_name_of(*where, pulumi.get_project(), pulumi.get_stack()),
                resource_group=resource_group,
                location=location,
                settings=settings,
                tags=tags,
                keep_version_aliases=keep_version_aliases,
                opts=pulumi.ResourceOptions(provider=provider),
            ),
        )
        if store.settings != settings:
            raise DeclarationError(
                [
                    Mistake(
                        ("workspaces", workspace, "deadLetter"),
                        f"shares the storage account {store.name} with other workspaces, but its accountName, sku, "
                        "retentionDays or networkDefaultAction differ",
                    )
                ]
            )
        return store

    def container(self, workspace: str) -> Container:
        """The container for a workspace's dead letters, made with the first use.

        Args:
            workspace: The workspace's key.
        """
        if workspace not in self.containers:
            self.containers[workspace] = declare(
                storage.BlobContainer,
                f"{self.name}/{workspace}",
                {
                    "containerName": container_name(workspace),
                    "accountName": self.account.name,
                    "resourceGroupName": self._resource_group,
                    "publicAccess": "None",
                },
                pulumi.ResourceOptions(parent=self),
            )
        made = self.containers[workspace]
        return Container(Store(resource_id=Deferred(self.account.id), blob_container_name=made.name), Deferred(made.id))


def existing_container(account_id: Reference, name: str) -> Container:
    """A container that exists.

    Args:
        account_id: The ARM id of its storage account.
        name: Its name.
    """
    path = f"/blobServices/default/containers/{name}"
    store = Store(resource_id=account_id, blob_container_name=name)
    if isinstance(account_id, str):
        return Container(store, f"{account_id}{path}")
    return Container(store, Deferred(pulumi.Output.concat(to_output(account_id, "deadLetter.storageAccountId"), path)))


def account_name_of(*where: str) -> str:
    """The default name of an account.

    Args:
        where: Where it is: Azure subscription, resource group, location, project and stack.
    """
    return f"eg{sha256('/'.join(where).lower().encode()).hexdigest()[:20]}"


def container_name(workspace: str) -> str:
    """The name of the container for a workspace's dead letters."""
    allowed = "-".join(filter(None, workspace.lower().replace("_", "-").split("-")))
    if allowed == workspace:
        return f"dead-letters-{workspace}"
    digest = sha256(workspace.encode()).hexdigest()[:8]
    return "-".join(filter(None, ("dead-letters", allowed, digest)))


def _delete_after(days: int) -> dict[str, Any]:
    return {
        "name": "delete-old-dead-letters",
        "enabled": True,
        "type": "Lifecycle",
        "definition": {
            "actions": {"baseBlob": {"delete": {"daysAfterModificationGreaterThan": days}}},
            "filters": {"blobTypes": ["blockBlob"]},
        },
    }
