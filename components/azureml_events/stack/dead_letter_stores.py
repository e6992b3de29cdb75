"""The storage accounts for dead letters that are created, and who shares them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from azureml_events.base.arm_ids import parse_arm_id
from azureml_events.stack.dead_letter import DEFAULT_RETENTION_DAYS, CreateDeadLetter
from azureml_events.stack.delivery import Delivery
from azureml_events.stack.workspace import WORKSPACE, Workspace

DEFAULT_SKU = "Standard_LRS"


@dataclass(frozen=True)
class StorePlace:
    """The place of a created store; workspaces with the same place share one account.

    Attributes:
        subscription_id: The Azure subscription; None where only the deployment knows it.
        resource_group: The resource group; None where only the deployment knows it.
        location: The region, plain; None where only the deployment knows it.
        workspace: The workspace's key where the account is its own, because its location is not plain.
    """

    subscription_id: str | None
    resource_group: str | None
    location: str | None
    workspace: str | None


@dataclass(frozen=True)
class StoreSettings:
    """The settings that those who share a store must agree on.

    Attributes:
        account_name: The account's name; None for a derived one.
        sku: Its redundancy.
        retention_days: Days after which dead letters are deleted.
        network_default_action: `Allow` or `Deny`.
        protect: Whether Pulumi refuses to delete it.
    """

    account_name: str | None
    sku: str
    retention_days: int
    network_default_action: str
    protect: bool


def place_of(key: str, workspace: Workspace, create: CreateDeadLetter) -> StorePlace:
    """Find the place of a workspace's created store.

    Args:
        key: The workspace's key.
        workspace: The workspace.
        create: The settings of the store.
    """
    home = parse_arm_id(workspace.resource_id, WORKSPACE) if isinstance(workspace.resource_id, str) else None
    location = create.location or workspace.location
    group = create.resource_group or (home.resource_group if home else None)
    shared = home is not None and isinstance(location, str)
    return StorePlace(
        subscription_id=home.subscription_id.lower() if home else None,
        resource_group=group.lower() if group else None,
        location=location if isinstance(location, str) else None,
        workspace=None if shared else key,
    )


def store_settings_of(create: CreateDeadLetter) -> StoreSettings:
    """Complete the settings of a created store with the defaults."""
    return StoreSettings(
        account_name=create.account_name,
        sku=create.sku or DEFAULT_SKU,
        retention_days=create.retention_days or DEFAULT_RETENTION_DAYS,
        network_default_action=create.network_default_action or "Allow",
        protect=create.protect,
    )


def created_stores(
    workspaces: dict[str, Workspace], needed: Iterable[Delivery]
) -> dict[StorePlace, list[tuple[Delivery, CreateDeadLetter]]]:
    """Group the deliveries that need a created store by its place.

    Args:
        workspaces: The workspaces by key.
        needed: The deliveries that are declared.
    """
    stores: dict[StorePlace, list[tuple[Delivery, CreateDeadLetter]]] = {}
    for delivery in needed:
        create = delivery.dead_letter.create
        if create is not None:
            place = place_of(delivery.workspace, workspaces[delivery.workspace], create)
            stores.setdefault(place, []).append((delivery, create))
    return stores
