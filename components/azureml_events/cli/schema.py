"""`azureml-events schema`."""

from __future__ import annotations

import click

from azureml_events.cli.console import print_json
from azureml_events.stackfile.schema import stack_file_schema


@click.command()
def schema() -> None:
    """Print the JSON Schema of stack files."""
    print_json(stack_file_schema())
