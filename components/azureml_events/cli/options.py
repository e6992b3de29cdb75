"""The options that commands share."""

from __future__ import annotations

from pathlib import Path

import click

from azureml_events.review.reported import FAILS

source_option = click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="TOPIC=WORKSPACE_ID",
    help="Which workspace a document's system topic belongs to; with one topic WORKSPACE_ID. May be repeated.",
)

program_option = click.option(
    "--program",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The directory of a Pulumi program, which is run offline with STACK's configuration.",
)

parameters_option = click.option(
    "--parameters",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The parameter file of an ARM template.",
)

fail_on_option = click.option(
    "--fail-on",
    type=click.Choice(list(FAILS)),
    default="error",
    show_default=True,
    help="The least level of a finding that makes the exit status 1.",
)
