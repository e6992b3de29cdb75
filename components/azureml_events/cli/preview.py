"""`azureml-events preview`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from azureml_events.cli.completion import complete_stack, complete_workspace
from azureml_events.cli.console import FINDINGS, print_json, print_line
from azureml_events.cli.formats import finding_line, finding_spans
from azureml_events.cli.options import program_option
from azureml_events.lint.refusal import beside, find_refused
from azureml_events.lint.rule import Finding
from azureml_events.resources.garbage import OF_A_COMMAND, collect_rarely
from azureml_events.review.reported import Reporter
from azureml_events.routing.of_stack import routed_entries
from azureml_events.stackfile.input_error import InputError
from azureml_events.stackfile.project import Project, find_stack_file
from azureml_events.stackfile.stack_file import StackFile, StackFileError, config_with_unknown, load_stack_file

if TYPE_CHECKING:
    from azureml_events.review.program import Program


@click.command()
@click.argument("stack", shell_complete=complete_stack)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--workspace", help="Show this workspace only, and what it needs.", shell_complete=complete_workspace)
@program_option
@click.pass_context
def preview(ctx: click.Context, stack: str, *, as_json: bool, workspace: str | None, program: Path | None) -> None:
    """Show what `pulumi up` would declare, without Pulumi's CLI and without Azure.

    First what is delivered where, in words; then the resources.
    """
    collect_rarely(OF_A_COMMAND)
    chosen, file = _choose(stack, program)
    if file:
        for note in file.notes:
            print_line(f"{file.path}: {note}", err=True)
        _refuse_undelivered(ctx, file)

    from azureml_events.cli.preview_summary import one_workspace, summarize
    from azureml_events.offline.preview_json import preview_json
    from azureml_events.offline.recording import ProgramError
    from azureml_events.resources.declared import noted_workspaces
    from azureml_events.review.program import refusal_in

    try:
        with noted_workspaces() as declared:
            recording = chosen.run()
    except ProgramError as error:
        refusal = refusal_in(error)
        if refusal is None or refusal.beside:
            raise InputError(error.text.splitlines()) from None
        if file:
            _print_findings(file, refusal.findings)
        else:
            for line in error.text.splitlines():
                print_line(line, err=True)
        ctx.exit(FINDINGS)
    summary = summarize(recording, declared)
    if workspace is not None:
        recording, summary = one_workspace(recording, summary, workspace)
    if as_json:
        print_json(preview_json(recording))
    else:
        from azureml_events.cli.preview_report import print_preview

        print_preview(recording, summary)


def _refuse_undelivered(ctx: click.Context, file: StackFile) -> None:
    """End with findings about subscriptions that the program does not see: their handlers may stand elsewhere."""
    if not file.notes:
        return
    errors, _ = find_refused(routed_entries(file.stack))
    if errors:
        _print_findings(file, errors)
        ctx.exit(FINDINGS)


def _choose(stack: str, program: Path | None) -> tuple[Program, StackFile | None]:
    """Choose the program to run, and the stack file of ours that it declares."""
    if program:
        from azureml_events.review.program import Program

        return Program.find(program, stack), None
    path, project = find_stack_file(stack, Path.cwd())
    file = _checked(path, project)

    from azureml_events.review.program import Program

    return Program(project.directory, project.name, file.name, config_with_unknown(file.document)), file


def _checked(path: Path, project: Project) -> StackFile:
    """Load a stack file; beside its mistakes stand the findings that stop a deployment, too."""
    try:
        return load_stack_file(path, project)
    except StackFileError as error:
        found, _ = find_refused(routed_entries(error.rest.stack))
        reported = Reporter(path, error.rest.document.locate).findings(beside(found, error.mistakes))
        raise InputError([*error.lines, *map(finding_line, reported)]) from None


def _print_findings(file: StackFile, findings: Iterable[Finding]) -> None:
    for each in Reporter(file.path, file.document.locate).findings(findings):
        print_line(*finding_spans(each), err=True)
