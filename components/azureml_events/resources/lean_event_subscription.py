"""Event subscriptions below azure-native's constructor, because a stack may have thousands.

That constructor attaches 14 aliases of older API versions to each, and for every map in the inputs the SDK looks up
which type of some 40 it is. The inputs are wire inputs already, so both are left out. What remains is the SDK's own
cost of a resource.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Any

import pulumi
from pulumi_azure_native import eventgrid
from pydantic.alias_generators import to_camel, to_snake

TYPE = "azure-native:eventgrid:SystemTopicEventSubscription"

_ATTRIBUTES = tuple(
    name for name, member in vars(eventgrid.SystemTopicEventSubscription).items() if isinstance(member, property)
)
_VERSION = version("pulumi-azure-native")

_to_camel, _to_snake = cache(to_camel), cache(to_snake)


class LeanEventSubscription(eventgrid.SystemTopicEventSubscription):  # type: ignore[misc]  # its module is not followed
    """An event subscription of a system topic, with azure-native's type, attributes and provider.

    Args:
        resource_name: Its Pulumi name.
        opts: Pulumi's options.
        arguments: The inputs by Python's names; maps in them are camelCase and complete, defaults included.
    """

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions, **arguments: Any) -> None:
        opts.version = opts.version or _VERSION
        pulumi.CustomResource.__init__(self, TYPE, resource_name, {**dict.fromkeys(_ATTRIBUTES), **arguments}, opts)

    def translate_input_property(self, prop: str) -> str:
        """Translate an input to its name on the wire; in its maps the names are those of the wire already."""
        return _to_camel(prop) if "_" in prop else prop

    def translate_output_property(self, prop: str) -> str:
        """Translate an output to its attribute."""
        return _to_snake(prop)
