"""azure-native's aliases of older API versions, dropped from our children.

azure-native attaches some 14 to each Event Grid resource, which is most of the time and memory of declaring one. A
child's URN contains our component's type, so no older state can have used them.
"""

from __future__ import annotations

import re

import pulumi

_VERSIONED = re.compile(r"azure-native:\w+/v\d+\w*:\w+")


def without_version_aliases(opts: pulumi.ResourceOptions | None, *, keep: bool = False) -> pulumi.ResourceOptions:
    """A component's options, with a transformation that drops its children's version aliases.

    Aliases that users gave, and those without a version, stay.

    Args:
        opts: The options that the component was given.
        keep: Whether to leave everything as it is; default false.
    """
    if keep:
        return opts or pulumi.ResourceOptions()
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(transformations=[_drop]))


def _drop(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
    aliases = args.opts.aliases
    if not isinstance(aliases, list):
        return None
    args.opts.aliases = [alias for alias in aliases if not _is_version(alias)]
    return pulumi.ResourceTransformationResult(args.props, args.opts)


def _is_version(alias: object) -> bool:
    """Whether an alias is one of azure-native's own: a versioned type and nothing else."""
    if not isinstance(alias, pulumi.Alias) or not isinstance(alias.type_, str):
        return False
    others: tuple[object, ...] = (alias.name, alias.parent, alias.stack, alias.project)
    return all(other is ... for other in others) and _VERSIONED.fullmatch(alias.type_) is not None
