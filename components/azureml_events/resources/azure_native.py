"""Declaring azure-native resources from wire inputs.

Nested maps with camelCase names pass azure-native's Python SDK unchanged, also where it expects one of several types;
snake_case ones would go out untranslated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

import pulumi
import pulumi_azure_native
from pydantic.alias_generators import to_snake

from azureml_events.resources.inputs import to_input

R = TypeVar("R", bound=pulumi.CustomResource)

_argument = cache(to_snake)

_FAILURE = re.compile(r"invoke of \S+ failed: (invocation of \S+ returned an error: )?(?P<reason>.*)", re.DOTALL)
"""What the SDK and the engine write around a provider's reason."""


def declare(kind: type[R], name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions) -> R:
    """Declare a resource.

    Args:
        kind: azure-native's class.
        name: The Pulumi name.
        inputs: The wire inputs, camelCase; None leaves one out. Deferred values and secrets may stand anywhere.
        opts: Pulumi's options.
    """
    arguments = {
        _argument(key): to_input(value, f"{name}: {key}") for key, value in inputs.items() if value is not None
    }
    return kind(name, opts=opts, **arguments)


def invoke(
    token: str,
    arguments: Mapping[str, Any],
    opts: pulumi.InvokeOutputOptions,
    failed: Callable[[str], Any],
) -> pulumi.Output[Any]:
    """Call a provider function once its arguments are known.

    Args:
        token: As `azure-native:communication:getCommunicationService`.
        arguments: Its arguments, camelCase.
        opts: Pulumi's options.
        failed: Gives what stands in the result's place where the function fails, or raises; takes the reason.
    """
    _, module, name = token.split(":")
    function = getattr(getattr(pulumi_azure_native, module), f"{to_snake(name)}_output")
    result: pulumi.Output[Any] = function(**{_argument(key): value for key, value in arguments.items()}, opts=opts)

    def recovered(error: Exception) -> Any:
        found = _FAILURE.fullmatch(str(error))
        if found is None:  # an error of what the arguments come from
            raise error
        return failed(found["reason"])

    return result.recover(recovered)


def resource_class(token: str) -> type[pulumi.CustomResource]:
    """Find the class of a Pulumi type.

    Args:
        token: As `azure-native:eventhub:Namespace`.
    """
    _, module, name = token.split(":")
    kind: type[pulumi.CustomResource] = getattr(getattr(pulumi_azure_native, module), name)
    return kind
