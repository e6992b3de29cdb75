"""An in-process engine: runs a Pulumi program without the CLI and records what it registers."""
