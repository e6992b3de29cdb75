"""`azureml-events preview`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from azureml_events.resources.garbage import collect_rarely
from azureml_events.stackfile.input_error import InputError
from azureml_events.stackfile.project import find_project
from azureml_events.stackfile.stack_file import load_stack_file, read_stack_file, stack_name


@click.command()
@click.argument("stack")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--workspace", help="Show this workspace only, and what it needs.")
@click.option(
    "--program",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The directory of another Pulumi program that uses the components.",
)
def preview(stack: str, *, as_json: bool, workspace: str | None, program: Path | None) -> None:
    """Show what `pulumi up` would declare, without Pulumi's CLI and without Azure.

    First what is delivered where, in words; then the resources.
    """
    collect_rarely()
    project = find_project(program or Path.cwd())
    path = project.stack_file(stack)
    config = read_stack_file(path).config if program else load_stack_file(path).document.config

    from azureml_events.cli.preview_summary import one_workspace, summarize
    from azureml_events.offline.preview_json import preview_json
    from azureml_events.offline.program import preview_stack
    from azureml_events.offline.recording import ProgramError
    from azureml_events.resources.declared import noted_workspaces

    try:
        with noted_workspaces() as declared:
            recording = preview_stack(project.directory, project=project.name, stack=stack_name(path), config=config)
    except ProgramError as error:
        raise InputError(error.text.splitlines()) from None
    summary = summarize(recording, declared)
    if workspace is not None:
        recording, summary = one_workspace(recording, summary, workspace)
    if as_json:
        click.echo(json.dumps(preview_json(recording), indent=2))
    else:
        from azureml_events.cli.preview_report import print_preview
        from azureml_events.handlers import role_names

        print_preview(recording, summary, roles=role_names())
