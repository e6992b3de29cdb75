"""`azureml-events schema`."""

from __future__ import annotations

import click

from azureml_events.cli.console import print_json
from azureml_events.stackfile.schema import stack_file_schema


@click.command()
@click.option("--policy", is_flag=True, help="Print that of the policy file instead.")
def schema(*, policy: bool) -> None:
    """Print the JSON Schema of stack files or of the policy file, for editors."""
    if policy:
        from azureml_events.policy.settings_schema import policy_schema

        print_json(policy_schema())
    else:
        print_json(stack_file_schema())
