"""Secrets of a Key Vault that a workflow reads when it runs.

Source: Key Vault's REST API, `Get Secret`, version 7.4. The vault must use Azure roles, not access policies, and let
the workflow in: behind a firewall only by the addresses that it allows.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from azureml_events.base.arm_ids import OfType, parse_arm_id
from azureml_events.base.mistakes import show
from azureml_events.base.values import Reference
from azureml_events.handlers.endpoint import Role
from azureml_events.workflows.actions import Http
from azureml_events.workflows.expressions import text
from azureml_events.workflows.workflow import parameter

SECRET_TYPE = "Microsoft.KeyVault/vaults/secrets"  # noqa: S105, a resource type
SECRETS_USER = Role("Key Vault Secrets User", "4633458b-17de-408a-b874-0445c86b69e6")
"""The role that reads a secret's value: Azure's page on built-in roles."""

AUDIENCE = "https://vault.azure.net"
API_VERSION = "7.4"
SECONDS_FOR_SECRET = 8
"""Seconds that reading the secret may take."""


def secret_url(secret_id: str) -> str:
    """Return where Key Vault gives a secret's value, its newest version, in Azure's public cloud.

    Args:
        secret_id: The secret's ARM id.

    Raises:
        ValueError: It is not the ARM id of a secret.
    """
    vault, secret = parse_arm_id(secret_id, SECRET_TYPE).names
    if not re.fullmatch(r"[A-Za-z0-9-]{3,24}", vault):
        raise ValueError(f"{show(vault)} is not the name of a vault; allowed: 3 to 24 letters, digits, -")
    if not re.fullmatch(r"[A-Za-z0-9-]{1,127}", secret):
        raise ValueError(f"{show(secret)} is not the name of a secret; allowed: 1 to 127 letters, digits, -")
    return f"https://{vault}.vault.azure.net/secrets/{secret}?api-version={API_VERSION}"


def _checked(secret_id: Reference) -> Reference:
    if isinstance(secret_id, str):
        secret_url(secret_id)
    return secret_id


SecretId = Annotated[Reference, OfType(SECRET_TYPE), AfterValidator(_checked)]
"""The ARM id of a secret."""


def read_secret(name: str, url: str) -> Http:
    """Return the action that reads a secret; its `value` is shown in no run history.

    Args:
        name: The action's name.
        url: The parameter of the workflow that holds the secret's URL.
    """
    return Http(
        name=name,
        method="GET",
        uri=text(parameter(url)),
        timeout_seconds=SECONDS_FOR_SECRET,
        audience=AUDIENCE,
        secure=("outputs",),
    )
