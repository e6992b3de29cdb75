"""The command line: `azureml-events`.

Each command imports what it needs when it runs, so that those without an engine answer at once.
"""

from __future__ import annotations

import click

from azureml_events import __version__
from azureml_events.cli.catalogue import events, sample, schema
from azureml_events.cli.check import check
from azureml_events.cli.preview import preview
from azureml_events.cli.route import route
from azureml_events.stackfile.input_error import InputError

INVALID = 2
"""The exit status of invalid input."""


class _Commands(click.Group):
    """Commands that print what is wrong with their input, a line for each mistake."""

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


for _command in (check, preview, route, events, sample, schema):
    main.add_command(_command)
