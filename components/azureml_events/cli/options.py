"""The options that commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from azureml_events.base.mistakes import no_such
from azureml_events.cli.completion import complete_workspace
from azureml_events.review.input import InputOptions
from azureml_events.review.reported import FAILS
from azureml_events.stackfile.input_error import InputError

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

workspace_option = click.option(
    "--workspace", help="The workspace whose events all are taken to be.", shell_complete=complete_workspace
)

fail_on_option = click.option(
    "--fail-on",
    type=click.Choice(list(FAILS)),
    default="error",
    show_default=True,
    help="The least level of a finding that makes the exit status 1.",
)


def refuse_unknown_workspace(workspace: str | None, there: Iterable[str]) -> None:
    """Refuse a `--workspace` that has no subscriptions.

    Args:
        workspace: The option; None where it is not given.
        there: The workspaces that have some.

    Raises:
        InputError: It has none.
    """
    there = list(there)
    if workspace is not None and workspace not in there:
        raise InputError([f"--workspace: {no_such('workspace', workspace, there, ' with subscriptions')}"])


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
