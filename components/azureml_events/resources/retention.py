"""`retain_on_delete`, which Pulumi's SDK does not hand down to a component's children as it does `protect`."""

from __future__ import annotations

import pulumi


def retained_below(opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions | None:
    """Make a component's `retain_on_delete` hold for all below it that does not say otherwise.

    Args:
        opts: The component's options.
    """
    if opts is None or opts.retain_on_delete is None:
        return opts
    retained = opts.retain_on_delete

    def retain(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.opts.retain_on_delete is not None:
            return None
        args.opts.retain_on_delete = retained
        return pulumi.ResourceTransformationResult(args.props, args.opts)

    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(transformations=[retain]))
