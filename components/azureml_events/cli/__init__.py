"""The command line: `azureml-events`.

Each command imports what it needs when it runs, so that those without an engine answer at once.
"""

from __future__ import annotations

import sys
from importlib import import_module
from io import TextIOWrapper

import click

from azureml_events import __version__
from azureml_events.cli.console import INVALID
from azureml_events.stackfile.input_error import InputError

_COMMANDS = ("check", "preview", "route", "events", "sample", "schema")
"""The commands, each in the module of its name, in the order in which help shows them."""


class _Commands(click.Group):
    """Commands that are imported on demand, and print the mistakes of their input, one a line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"{__name__}.{cmd_name}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except InputError as error:
            click.echo("\n".join(error.lines), err=True)
            ctx.exit(INVALID)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Azure Machine Learning events through Azure Event Grid: answers before deploying.

    STACK is a stack's name (dev: stacks/Pulumi.dev.yaml) or the path of a stack file. Exit status 0: fine, 1: findings
    at error level or an expectation not met, 2: invalid input.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
