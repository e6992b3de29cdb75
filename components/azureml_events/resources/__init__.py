"""The Pulumi components: the only modules that import Pulumi, beside the engine."""
