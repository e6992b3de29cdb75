"""What is said about an adoption beside the stack file: nothing that was found goes missing without a word."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Literal

API_VERSION = "2025-02-15"
"""The version of Event Grid's API that answers without loss."""

_MANAGEMENT = "https://management.azure.com"

Kind = Literal["not expressed", "lost", "secret", "allowed", "advice", "note"]
"""`not expressed`: it is in the documents and not, or not as it is, in the stack file. `lost`: the document does not
carry it. `secret`: a value to fill in. `allowed`: a finding at level error that Azure has. `advice`: what our defaults
would add. `note`: anything else."""


@dataclass(frozen=True, order=True)
class Remark:
    """Something about one thing.

    Attributes:
        kind: What sort of remark it is.
        about: The thing: an entry of the stack file, or an ARM id.
        text: What is said; lower case, no final period.
        command: The command that helps; empty without one.
    """

    kind: Kind
    about: str
    text: str
    command: str = ""


def read_without_loss(id_: str) -> str:
    """Write the command that prints what ARM answers, without loss.

    Args:
        id_: The ARM id.
    """
    return f"az rest --method get --url {_url(id_)}"


def read_secrets(id_: str, action: Literal["getFullUrl", "getDeliveryAttributes"]) -> str:
    """Write the command that prints what no other answer holds.

    Args:
        id_: The event subscription's ARM id.
        action: Event Grid's name of it.
    """
    return f"az rest --method post --url {_url(f'{id_}/{action}')}"


def _url(path: str) -> str:
    return shlex.quote(f"{_MANAGEMENT}{path}?api-version={API_VERSION}")
