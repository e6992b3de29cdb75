"""azure-native's aliases of older API versions, dropped from our children unless the stack's defaults keep them.

azure-native attaches some 14 to each Event Grid resource, which is most of the time and memory of declaring one. A
child's URN contains our component's type, so no older state can have used them.
"""

from __future__ import annotations

import re

import pulumi
from pulumi_azure_native import eventgrid

from azureml_events.resources.lean_event_subscription import LeanEventSubscription
from azureml_events.stack.defaults import Defaults

_VERSIONED = re.compile(r"azure-native:\w+/v\d+\w*:\w+")


def with_version_aliases_of(defaults: Defaults, opts: pulumi.ResourceOptions | None = None) -> pulumi.ResourceOptions:
    """Add to a component's options the transformation that drops the version aliases of everything below it.

    Aliases that users gave, and those without a version, stay.

    Args:
        defaults: Say whether the aliases are kept.
        opts: The options; default none.
    """
    if defaults.keep_version_aliases:
        return opts or pulumi.ResourceOptions()
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(transformations=[_drop]))


def event_subscription_class(defaults: Defaults) -> type[eventgrid.SystemTopicEventSubscription]:
    """Choose the class of event subscriptions: azure-native's where aliases are kept, else the lean one.

    Args:
        defaults: Say whether the aliases are kept.
    """
    return eventgrid.SystemTopicEventSubscription if defaults.keep_version_aliases else LeanEventSubscription


def _drop(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
    aliases = args.opts.aliases
    if not isinstance(aliases, list):
        return None
    args.opts.aliases = [alias for alias in aliases if not _is_version(alias)]
    return pulumi.ResourceTransformationResult(args.props, args.opts)


def _is_version(alias: object) -> bool:
    """Tell whether an alias is one of azure-native's own: a versioned type and nothing else."""
    if not isinstance(alias, pulumi.Alias) or not isinstance(alias.type_, str):
        return False
    others: tuple[object, ...] = (alias.name, alias.parent, alias.stack, alias.project)
    return all(other is ... for other in others) and _VERSIONED.fullmatch(alias.type_) is not None
