"""Storage accounts that we create: their names, redundancy and how they are locked down."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from azureml_events.base.names import NameForm
from azureml_events.handlers.endpoint import Role

DEAD_LETTER_ROLE = Role("Storage Blob Data Contributor", "ba92f5b4-2d11-453d-a403-e96b0029c9fe")
"""The role that the system topic's identity needs to write dead letters."""

STORAGE_ACCOUNT = "Microsoft.Storage/storageAccounts"
"""The resource type of storage accounts."""

AccountName = Annotated[str, NameForm("[a-z0-9]{3,24}", "3 to 24 lower-case letters and digits")]
"""The name of a storage account, unique in all of Azure."""

AccountSku = Literal[
    "Standard_LRS",
    "Standard_ZRS",
    "Standard_GRS",
    "Standard_RAGRS",
    "Standard_GZRS",
    "Standard_RAGZRS",
]
"""The redundancy: how many copies there are, and where."""


def locked_down(default_action: str = "Allow") -> dict[str, Any]:
    """Return the wire inputs that lock a storage account down: no keys, no public blobs, TLS 1.2.

    Args:
        default_action: What happens to networks that no rule names, `Allow` or `Deny`; Azure's trusted services
            pass in either case.
    """
    return {
        "allowSharedKeyAccess": False,
        "allowBlobPublicAccess": False,
        "minimumTlsVersion": "TLS1_2",
        "enableHttpsTrafficOnly": True,
        "networkRuleSet": {"bypass": "AzureServices", "defaultAction": default_action},
    }
