"""`azureml-events schema`."""

from __future__ import annotations

import json

import click

from azureml_events.stackfile.schema import stack_file_schema


@click.command()
def schema() -> None:
    """Print the JSON Schema of stack files."""
    click.echo(json.dumps(stack_file_schema(), indent=2))
