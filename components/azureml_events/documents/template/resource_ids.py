"""Template functions that write ARM ids.

Source: Azure's page on resource functions for ARM templates.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile
from typing import Any

from azureml_events.documents.template.kinds import of_kind
from azureml_events.documents.template.texts import text_of
from azureml_events.documents.unresolved import Text, joined


def group_id(subscription: Text, group: Text) -> Text:
    """Write the ARM id of a resource group.

    Args:
        subscription: The Azure subscription that it is in.
        group: Its name.
    """
    return joined(["/subscriptions/", subscription, "/resourceGroups/", group])


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
    return joined([group_id(subscription, group), provider_path(*rest)])


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


def _management_group_resource_id(*arguments: Any) -> Text:
    (group,), rest = _split_at_type(arguments)
    return joined(["/providers/Microsoft.Management/managementGroups/", group, provider_path(*rest)])


def _extension_resource_id(base: Any, *arguments: Any) -> Text:
    return joined([text_of(base), provider_path(*arguments)])


def provider_path(type_: Any, *names: Any) -> Text:
    """Write the end of a resource's id, after the scope that it is in.

    Args:
        type_: The resource type.
        names: A name for each part of the type after the provider.

    Raises:
        ValueError: The type is no text, or the number of names another.
    """
    provider, *kinds = of_kind(type_, str).rstrip("/").split("/")
    parts: list[Text] = [f"/providers/{provider}"]
    for kind, name in zip(kinds, names, strict=True):
        parts += [f"/{kind}/", text_of(name)]
    return joined(parts)


def _split_at_type(arguments: tuple[Any, ...]) -> tuple[list[Text], tuple[Any, ...]]:
    scope = list(takewhile(lambda each: not (isinstance(each, str) and "/" in each), arguments))
    return [text_of(each) for each in scope], arguments[len(scope) :]


OF_IDS: dict[str, Callable[..., Any]] = {
    "extensionresourceid": _extension_resource_id,
    "managementgroupresourceid": _management_group_resource_id,
    "tenantresourceid": provider_path,
}
"""Functions that write ids from their arguments, known or not; by name in lower case."""
