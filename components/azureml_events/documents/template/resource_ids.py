"""Template functions that write ARM ids.

Source: Azure's page on resource functions for ARM templates.
"""

from __future__ import annotations

from typing import Any

from azureml_events.documents.template.texts import text_of
from azureml_events.documents.unresolved import Text, joined


def resource_id(subscription: Text, group: Text, *arguments: Any) -> Text:
    """Write the ARM id of a resource in a resource group.

    Args:
        subscription: The Azure subscription where the arguments name none.
        group: The resource group where the arguments name none.
        arguments: As the template gives them: maybe a subscription, maybe a group, the type, a name for each of its
            parts.

    Raises:
        ValueError: The arguments are others.
    """
    scope, rest = _split_at_type(arguments)
    most = 2
    if len(scope) > most:
        raise ValueError(arguments)
    if scope:
        group = scope[-1]
    if len(scope) == most:
        subscription = scope[0]
    home: list[Text] = ["/subscriptions/", subscription, "/resourceGroups/", group]
    return joined([*home, provider_path(*rest)])


def subscription_resource_id(subscription: Text, *arguments: Any) -> Text:
    """Write the ARM id of a resource of an Azure subscription.

    Args:
        subscription: The Azure subscription where the arguments name none.
        arguments: As the template gives them: maybe a subscription, the type, a name for each of its parts.

    Raises:
        ValueError: The arguments are others.
    """
    scope, rest = _split_at_type(arguments)
    if len(scope) > 1:
        raise ValueError(arguments)
    return joined(["/subscriptions/", *(scope or [subscription]), provider_path(*rest)])


def tenant_resource_id(*arguments: Any) -> Text:
    """Write the ARM id of a resource of the tenant.

    Args:
        arguments: The type, and a name for each of its parts.
    """
    return provider_path(*arguments)


def management_group_resource_id(*arguments: Any) -> Text:
    """Write the ARM id of a resource of a management group.

    Args:
        arguments: The group, the type, and a name for each of its parts.

    Raises:
        ValueError: The group is left out, which only a deployment to one knows.
    """
    (group,), rest = _split_at_type(arguments)
    return joined(["/providers/Microsoft.Management/managementGroups/", group, provider_path(*rest)])


def extension_resource_id(base: Any, *arguments: Any) -> Text:
    """Write the ARM id of a resource that extends another.

    Args:
        base: The other's id.
        arguments: The type, and a name for each of its parts.
    """
    return joined([text_of(base), provider_path(*arguments)])


def provider_path(type_: str, *names: Any) -> Text:
    """Write the end of a resource's id, after the scope that it is in.

    Args:
        type_: The resource type.
        names: A name for each part of the type after the provider.

    Raises:
        ValueError: The number of names is another.
    """
    provider, *kinds = type_.rstrip("/").split("/")
    parts: list[Text] = [f"/providers/{provider}"]
    for kind, name in zip(kinds, names, strict=True):
        parts += [f"/{kind}/", text_of(name)]
    return joined(parts)


def _split_at_type(arguments: tuple[Any, ...]) -> tuple[list[Text], tuple[Any, ...]]:
    place = next(i for i, each in enumerate(arguments) if isinstance(each, str) and "/" in each)
    return [text_of(each) for each in arguments[:place]], arguments[place:]
