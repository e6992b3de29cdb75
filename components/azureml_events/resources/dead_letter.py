"""The store for dead letters that is created."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pulumi
from pulumi_azure_native import storage

from azureml_events.base.mistakes import DeclarationError, Mistake
from azureml_events.base.values import Deferred, Reference
from azureml_events.handlers.storage import locked_down
from azureml_events.resources.azure_native import declare
from azureml_events.resources.existing import CONTAINER, STORE, explain_existing
from azureml_events.resources.inputs import to_output
from azureml_events.resources.program import has, once
from azureml_events.resources.unique_names import unique_name
from azureml_events.stack.dead_letter import DeadLetterContainer, RoleScope
from azureml_events.stack.dead_letter_stores import StorePlace, StoreSettings


@dataclass(frozen=True)
class Container:
    """A container for dead letters.

    Attributes:
        reference: The account and name by which event subscriptions refer to it.
        scope: What the role is assigned on: the storage account, or the container alone.
        labels: What the scope is called in Pulumi names where its id is deferred; behind it what it was called, where
            its workspace had another key.
    """

    reference: DeadLetterContainer
    scope: Reference
    labels: Sequence[str]


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
        former_names: The Pulumi names that it had, where its workspace had another key.
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
        former_names: Sequence[str] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        aliases: list[str | pulumi.Alias] = [pulumi.Alias(name=each) for each in former_names]
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(aliases=aliases))
        super().__init__("azureml-events:index:DeadLetterStore", name, {}, opts)
        self.name = name
        self.settings = settings
        self._former_names = former_names
        self._resource_group = resource_group
        hooks = pulumi.ResourceHookBinding(on_error=explain_existing(name, STORE))
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
            pulumi.ResourceOptions(parent=self, protect=settings.protect or None, hooks=hooks),
        )
        self._scope = Deferred(self.account.id)
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
        former_keys: Sequence[str],
        owner: pulumi.Resource | None,
        subscription_id: pulumi.Input[str],
        resource_group: pulumi.Input[str],
        location: pulumi.Input[str],
        tags: dict[str, str],
        opts: pulumi.ResourceOptions,
    ) -> DeadLetterStore:
        """Give the program's store in a place, made with the first use.

        Args:
            workspace: The key of the workspace that needs it.
            place: The place.
            settings: Redundancy, retention and network rules.
            former_keys: The keys that this workspace had before.
            owner: The component that a store with an `accountName` stands below, apart from those in the same place
                that have another; None for the program's root.
            subscription_id: The Azure subscription, where the place does not know it.
            resource_group: The resource group.
            location: The region.
            tags: Tags of the account, where it is made.
            opts: Pulumi's options.

        Raises:
            DeclarationError: Another workspace wants other settings of it.
        """
        name, *former_names = _names(place, former_keys)
        own = settings.account_name if owner else None
        if own:
            at_root = [_at_root(each, place, own) for each in (name, *former_names)]
            opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(parent=owner, aliases=at_root))
            name, *former_names = (f"{key}/dead-letters" for key in (workspace, *former_keys))
        store = once(
            cls,
            (place, own),
            lambda: cls(
                name,
                account_name=settings.account_name
                or account_name_of(
                    place.subscription_id or subscription_id,
                    place.resource_group or resource_group,
                    place.workspace or place.location or "",
                    pulumi.get_project(),
                    pulumi.get_stack(),
                ),
                resource_group=resource_group,
                location=location,
                settings=settings,
                tags=tags,
                former_names=former_names,
                opts=opts,
            ),
        )
        if store.settings != settings:
            raise DeclarationError(
                [
                    Mistake(
                        ("workspaces", workspace, "deadLetter"),
                        f"shares the storage account {store.name} with other workspaces, but its accountName, sku, "
                        "retentionDays, networkDefaultAction or protect differ",
                    )
                ]
            )
        return store

    def container(self, workspace: str, former_keys: Sequence[str] = ()) -> Container:
        """Give the container for a workspace's dead letters, made with the first use.

        Args:
            workspace: The workspace's key.
            former_keys: The keys that it had before.
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
                pulumi.ResourceOptions(
                    parent=self,
                    protect=self.settings.protect or None,
                    aliases=[pulumi.Alias(name=f"{self.name}/{former}") for former in former_keys],
                    ignore_changes=["containerName"],  # it keeps its name where the workspace gets another key
                    hooks=pulumi.ResourceHookBinding(on_error=explain_existing(f"{self.name}/{workspace}", CONTAINER)),
                ),
            )
        made = self.containers[workspace]
        reference = DeadLetterContainer(resource_id=self._scope, blob_container_name=made.name)
        return Container(reference, self._scope, [f"{name}/dead-letters" for name in (self.name, *self._former_names)])


def _names(place: StorePlace, former_keys: Sequence[str]) -> list[str]:
    """Give the Pulumi name of a store below the program's root, and those that it had."""
    keys = (place.workspace, *former_keys) if place.workspace else (place.location,)
    places = ((place.subscription_id, place.resource_group, key) for key in keys)
    return ["/".join(filter(None, ("dead-letters", *parts))) for parts in places]


def _at_root(name: str, place: StorePlace, account_name: str) -> pulumi.Output[pulumi.Alias]:
    """Say where an earlier version declared a store with a name of its own: below the program's root.

    Pulumi refuses the URN of another resource as an alias, and knows only once all are declared whether the place has
    a shared store too, or another one of its own; the empty alias is the resource itself.
    """
    first = once(str, place, lambda: account_name)
    alias = pulumi.Alias(name=name, parent=pulumi.ROOT_STACK_RESOURCE)
    return pulumi.Output.from_input(alias).apply(
        lambda before: pulumi.Alias() if has(DeadLetterStore, (place, None)) or first != account_name else before
    )


def existing_container(account_id: Reference, name: str, role_scope: RoleScope, *, keys: Sequence[str]) -> Container:
    """Refer to a container that exists.

    Args:
        account_id: The ARM id of its storage account.
        name: Its name.
        role_scope: What the role is assigned on.
        keys: The workspace's key, and those that it had before.
    """
    labels = [f"{key}-dead-letters" for key in keys]
    reference = DeadLetterContainer(resource_id=account_id, blob_container_name=name)
    if role_scope == "account":
        return Container(reference, account_id, labels)
    path = f"/blobServices/default/containers/{name}"
    if isinstance(account_id, str):
        return Container(reference, f"{account_id}{path}", labels)
    known = to_output(account_id, "deadLetter.storageAccountId")
    return Container(reference, Deferred(pulumi.Output.concat(known, path)), labels)


def account_name_of(
    subscription_id: pulumi.Input[str], resource_group: pulumi.Input[str], *others: str
) -> pulumi.Input[str]:
    """Derive the default name of an account; an output where one of its parts is.

    Args:
        subscription_id: The Azure subscription, in any case.
        resource_group: The resource group, in any case.
        others: Location (or, where it is not plain, the workspace's key), project and stack.
    """
    return unique_name(lambda digits: f"eg{digits[:20]}", subscription_id, resource_group, *others)


def container_name(workspace: str) -> str:
    """Derive the name of the container for a workspace's dead letters."""
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
