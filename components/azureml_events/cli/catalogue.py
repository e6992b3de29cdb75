"""`azureml-events events`, `sample` and `schema`."""

from __future__ import annotations

import json

import click

from azureml_events.base.mistakes import DeclarationError
from azureml_events.event_grid.samples import SCHEMAS, Schema, parse_settings
from azureml_events.event_grid.samples import sample as sample_of
from azureml_events.stackfile.input_error import InputError


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def events(*, as_json: bool) -> None:
    """Show the events of a workspace: what raises them, how often, and what they carry."""
    from azureml_events.cli.catalogue_report import catalogue_json, print_catalogue

    if as_json:
        click.echo(json.dumps(catalogue_json(), indent=2))
    else:
        print_catalogue()


@click.command()
@click.argument("event_type", metavar="TYPE")
@click.option("--schema", "schema_name", type=click.Choice(list(SCHEMAS)), default="eventgrid", show_default=True)
@click.option("--set", "settings", multiple=True, metavar="PATH=VALUE", help="As data.runTags.stage=prod.")
def sample(event_type: str, *, schema_name: Schema, settings: tuple[str, ...]) -> None:
    """Print a realistic event of a TYPE, short or full."""
    try:
        event = sample_of(event_type, SCHEMAS[schema_name], parse_settings(settings))
    except DeclarationError as error:
        raise InputError([str(mistake) for mistake in error.mistakes]) from None
    click.echo(json.dumps(event, indent=2))


@click.command()
def schema() -> None:
    """Print the JSON Schema of stack files."""
    from azureml_events.stackfile.schema import stack_file_schema

    click.echo(json.dumps(stack_file_schema(), indent=2))
