"""Declaring azure-native resources from wire inputs.

Nested maps with camelCase names pass azure-native's Python SDK unchanged, also where it expects one of several types;
snake_case ones would go out untranslated.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, TypeVar

import pulumi
from pydantic.alias_generators import to_snake

from azureml_events.resources.inputs import to_input

R = TypeVar("R", bound=pulumi.CustomResource)


def declare(kind: type[R], name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions) -> R:
    """Declare a resource.

    Args:
        kind: azure-native's class.
        name: The Pulumi name.
        inputs: The wire inputs, camelCase; None leaves one out. Deferred values and secrets may stand anywhere.
        opts: Pulumi's options.
    """
    arguments = {to_snake(key): to_input(value) for key, value in inputs.items() if value is not None}
    return kind(name, opts=opts, **arguments)


def resource_class(token: str) -> type[pulumi.CustomResource]:
    """The class of a Pulumi type.

    Args:
        token: As `azure-native:eventhub:Namespace`.
    """
    _, module, name = token.split(":")
    kind: type[pulumi.CustomResource] = getattr(import_module(f"pulumi_azure_native.{module}"), name)
    return kind
