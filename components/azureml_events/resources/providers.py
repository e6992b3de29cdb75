"""The providers for Azure subscriptions that are not the program's own.

azure-native takes the Azure subscription from its provider, not from ARM ids.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_azure_native as azure_native
from pydantic.alias_generators import to_camel, to_snake

ProviderOf = Callable[[str], pulumi.ProviderResource | None]
"""The provider for an Azure subscription; None for the one that is there anyway."""

_NAMESPACE = "azure-native"
_SUBSCRIPTION_ID = "subscriptionId"


class Providers:
    """One explicit provider for each further Azure subscription, with the stack's other settings.

    Args:
        own: The Azure subscription of the program's own provider; None where it is unknown.
        settings: The other settings of the program's own provider, by snake_case name.
    """

    def __init__(self, own: str | None, settings: dict[str, pulumi.Input[Any]]) -> None:
        self._own = own.lower() if own else None
        self._settings = settings
        self._made: dict[str, azure_native.Provider] = {}

    @classmethod
    def of_configuration(cls) -> Providers:
        """Read the settings of the stack's `azure-native:` configuration."""
        config = pulumi.Config(_NAMESPACE)
        names = [to_camel(name) for name in azure_native.ProviderArgs.__init__.__annotations__ if name != "return"]
        given = {name: _setting(config, name) for name in names if config.get(name) is not None}
        own = given.pop(_SUBSCRIPTION_ID, None)
        return cls(
            config.get(_SUBSCRIPTION_ID) if own is not None else None,
            {to_snake(name): value for name, value in given.items()},
        )

    @property
    def own(self) -> pulumi.Input[str]:
        """The Azure subscription of the program's own provider, asked for where the configuration does not say it."""
        if self._own is not None:
            return self._own
        found = azure_native.authorization.get_client_config_output()
        subscription_id: pulumi.Output[str] = found.apply(lambda client: client.subscription_id)
        return subscription_id

    def of(self, subscription_id: str | None) -> pulumi.ProviderResource | None:
        """Give the provider for an Azure subscription; None for the program's own.

        Args:
            subscription_id: The Azure subscription; None where only the deployment knows it.
        """
        if subscription_id is None or subscription_id.lower() == self._own:
            return None
        key = subscription_id.lower()
        if key not in self._made:
            self._made[key] = azure_native.Provider(
                f"{_NAMESPACE}/{key}", subscription_id=subscription_id, **self._settings
            )
        provider: pulumi.ProviderResource = self._made[key]
        return provider


def _setting(config: pulumi.Config, name: str) -> pulumi.Input[Any]:
    text = config.require(name)
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    value = value if isinstance(value, (bool, list)) else text
    return pulumi.Output.secret(value) if _is_secret(name) else value


def _is_secret(name: str) -> bool:
    return pulumi.runtime.is_config_secret(f"{_NAMESPACE}:{name}")
