"""The command line: `azureml-events`.

Each command imports what it needs when it runs, so that those without an engine answer at once.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from azureml_events.stackfile.project import find_project
from azureml_events.stackfile.stack_file import InputError, load_stack_file, read_document, stack_name

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
@click.version_option(package_name="azureml-events")
def main() -> None:
    """Azure Machine Learning events through Azure Event Grid: answers before deploying.

    STACK is a stack's name (dev: stacks/Pulumi.dev.yaml) or the path of a stack file. Exit status 0: fine, 1: findings at
    error level, 2: invalid input.
    """


@main.command()
@click.argument("stack")
def check(stack: str) -> None:
    """Check a stack file: every mistake, with line and column."""
    load_stack_file(find_project(Path.cwd()).stack_file(stack))


@main.command()
@click.argument("stack")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--program",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The directory of another Pulumi program that uses the components.",
)
def preview(stack: str, *, as_json: bool, program: Path | None) -> None:
    """Show what `pulumi up` would declare, without Pulumi's CLI and without Azure."""
    project = find_project(program or Path.cwd())
    path = project.stack_file(stack)
    config = read_document(path).config if program else load_stack_file(path).document.config

    from azureml_events.engine.errors import ProgramError
    from azureml_events.engine.render import preview_json, print_preview
    from azureml_events.engine.stack_preview import preview_stack
    from azureml_events.endpoints.roles import ROLE_NAMES

    try:
        recording = preview_stack(project.directory, project=project.name, stack=stack_name(path), config=config)
    except ProgramError as error:
        raise InputError(error.text.splitlines()) from None
    if as_json:
        click.echo(json.dumps(preview_json(recording), indent=2))
    else:
        print_preview(recording, roles=ROLE_NAMES)


@main.command()
def schema() -> None:
    """Print the JSON Schema of stack files."""
    from azureml_events.stackfile.schema import stack_file_schema

    click.echo(json.dumps(stack_file_schema(), indent=2))
