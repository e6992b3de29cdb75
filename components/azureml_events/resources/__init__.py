"""What Pulumi creates: the only modules that import it, beside the engine."""
