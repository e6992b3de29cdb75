"""The command line: `azureml-events`.

Each command imports what it needs when it runs, so that those without an engine answer at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import TextIOWrapper

import click

from azureml_events import __version__
from azureml_events.cli.console import INVALID
from azureml_events.stackfile.input_error import InputError


def _check() -> click.Command:
    from azureml_events.cli.check import check

    return check


def _preview() -> click.Command:
    from azureml_events.cli.preview import preview

    return preview


def _route() -> click.Command:
    from azureml_events.cli.route import route

    return route


def _events() -> click.Command:
    from azureml_events.cli.events import events

    return events


def _sample() -> click.Command:
    from azureml_events.cli.sample import sample

    return sample


def _schema() -> click.Command:
    from azureml_events.cli.schema import schema

    return schema


_COMMANDS: dict[str, Callable[[], click.Command]] = {
    "check": _check,
    "preview": _preview,
    "route": _route,
    "events": _events,
    "sample": _sample,
    "schema": _schema,
}
"""The functions that import each command, in the order in which help shows them."""


class _Commands(click.Group):
    """Commands that are imported on demand, and print the mistakes of their input, one a line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        return _COMMANDS[cmd_name]() if cmd_name in _COMMANDS else None

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except InputError as error:
            click.echo("\n".join(error.lines), err=True)
            ctx.exit(INVALID)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Check, preview and route Azure Machine Learning events through Azure Event Grid, before deploying.

    STACK is a stack's name (dev: stacks/Pulumi.dev.yaml) or the path of a stack file. Exit status 0: fine, 1: findings
    at error level or an expectation not met, 2: invalid input.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
