"""Names that are unique in all of Azure."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pulumi

from azureml_events.base.arm_ids import UNKNOWN_SUBSCRIPTION


def unique_name(
    write: Callable[[str], str],
    subscription_id: pulumi.Input[str],
    resource_group: pulumi.Input[str],
    *others: str,
) -> pulumi.Input[str]:
    """Derive a name that no other deployment asks for; an output where one of its parts is.

    Args:
        write: Writes the name with 64 hexadecimal digits, which differ wherever one of the parts does.
        subscription_id: The Azure subscription, in any case.
        resource_group: The resource group, in any case.
        others: The other parts; none but the last holds a `/`.
    """

    def name(subscription: str, group: str) -> str:
        parts = "/".join((subscription.lower(), group.lower(), *others))
        return write(sha256(parts.encode()).hexdigest())

    if isinstance(subscription_id, str) and isinstance(resource_group, str):
        return name(subscription_id, resource_group)
    named: pulumi.Output[Any] = pulumi.Output.all(subscription_id, resource_group).apply(
        lambda known: pulumi.UNKNOWN if known[0] == UNKNOWN_SUBSCRIPTION else name(*known)
    )
    return named
