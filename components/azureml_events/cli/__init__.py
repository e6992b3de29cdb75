"""The command line: `azureml-events`.

Each command imports what it needs when it runs, so that those without an engine answer at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import Any, NoReturn

import click

from azureml_events import __version__
from azureml_events.base.interruption import end_quietly, raise_again
from azureml_events.cli.ending import run_to_end, saying_what_failed


def _adopt() -> click.Command:
    from azureml_events.cli.adopt import adopt

    return adopt


def _init() -> click.Command:
    from azureml_events.cli.init import init

    return init


def _check() -> click.Command:
    from azureml_events.cli.check import check

    return check


def _explain() -> click.Command:
    from azureml_events.cli.explain import explain

    return explain


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


def _review() -> click.Command:
    from azureml_events.cli.review import review

    return review


def _deliver() -> click.Command:
    from azureml_events.cli.deliver import deliver

    return deliver


_COMMANDS: dict[str, Callable[[], click.Command]] = {
    "init": _init,
    "adopt": _adopt,
    "check": _check,
    "explain": _explain,
    "preview": _preview,
    "review": _review,
    "route": _route,
    "deliver": _deliver,
    "events": _events,
    "sample": _sample,
    "schema": _schema,
}
"""The functions that import each command, in the order in which help shows them."""


class _Commands(click.Group):
    """Commands that are imported on demand, and end with a message and a status whatever stops them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        end_quietly()  # pydantic takes Ctrl-C for a mistake in a model that is being imported
        command = _COMMANDS[cmd_name]() if cmd_name in _COMMANDS else None
        raise_again()
        return command

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        with saying_what_failed():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        with saying_what_failed():
            return super().invoke(ctx)

    def main(self, *args: Any, **options: Any) -> NoReturn:
        options["standalone_mode"] = False
        sys.exit(run_to_end(lambda: super(_Commands, self).main(*args, **options)))


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
