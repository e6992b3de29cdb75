"""The options that commands share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from azureml_events.review.input import InputOptions
from azureml_events.review.reported import FAILS

program_option = click.option(
    "--program",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The directory of a Pulumi program, which is run offline with STACK's configuration.",
)

source_option = click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="TOPIC=WORKSPACE_ID",
    help="Which workspace a document's system topic belongs to; with one topic WORKSPACE_ID. May be repeated.",
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


def input_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say how an input is read; the command gets them as one argument, `options`.

    Args:
        command: The command.
    """

    @program_option
    @parameters_option
    @source_option
    @wraps(command)
    def with_options(
        *arguments: Any, program: Path | None, parameters: Path | None, sources: tuple[str, ...], **others: Any
    ) -> None:
        command(*arguments, options=InputOptions(program, parameters, sources), **others)

    return with_options
