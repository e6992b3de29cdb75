"""`azureml-events sample`."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from azureml_events.base.mistakes import DeclarationError, show
from azureml_events.event_grid.delivery import EventDeliverySchema
from azureml_events.event_grid.samples import sample as sample_of
from azureml_events.stackfile.input_error import InputError

SCHEMAS: dict[str, EventDeliverySchema] = {
    "eventgrid": "EventGridSchema",
    "cloudevents": "CloudEventSchemaV1_0",
}
"""The schemas by the names that `--schema` takes."""


@click.command()
@click.argument("event_type", metavar="TYPE")
@click.option("--schema", "schema_name", type=click.Choice(list(SCHEMAS)), default="eventgrid", show_default=True)
@click.option("--set", "settings", multiple=True, metavar="PATH=VALUE", help="As data.runTags.stage=prod.")
def sample(event_type: str, *, schema_name: str, settings: tuple[str, ...]) -> None:
    """Print a realistic event of a TYPE, short or full."""
    try:
        event = sample_of(event_type, SCHEMAS[schema_name], parse_settings(settings))
    except DeclarationError as error:
        raise InputError([str(mistake) for mistake in error.mistakes]) from None
    click.echo(json.dumps(event, indent=2))


def parse_settings(texts: Sequence[str]) -> dict[str, str]:
    """Parse the values of `--set`.

    Args:
        texts: Each `<path>=<value>`.

    Raises:
        InputError: Settings without a path or without `=`; all of them at once.
    """
    wrong = [text for text in texts if not text.partition("=")[1] or text.startswith("=")]
    if wrong:
        expected = "expected <path>=<value>, as in data.runTags.stage=prod"
        raise InputError([f"{expected}, got {show(text)}" for text in wrong])
    return dict(text.split("=", 1) for text in texts)
