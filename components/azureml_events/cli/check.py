"""`azureml-events check`."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from azureml_events.cli.completion import complete_stack
from azureml_events.cli.console import FINDINGS, ClosedPipe, print_json, print_line
from azureml_events.cli.formats import finding_spans, findings_json, findings_sarif
from azureml_events.cli.options import parameters_option, program_option, source_option
from azureml_events.lint.lint import analyse
from azureml_events.lint.refusal import beside
from azureml_events.review.input import Input, load_input, load_rest
from azureml_events.review.reported import Reported, report_findings, report_ignored_by_arm, report_invalid
from azureml_events.stackfile.input_error import InputError
from azureml_events.stackfile.stack_file import StackFileError, stack_name


@click.command()
@click.argument("stack", shell_complete=complete_stack)
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True)
@program_option
@parameters_option
@source_option
@click.pass_context
def check(
    ctx: click.Context,
    stack: str,
    *,
    form: str,
    program: Path | None,
    parameters: Path | None,
    sources: tuple[str, ...],
) -> None:
    """Find every mistake in a stack file, and every filter that will not do what it says.

    STACK may also be a JSON document: what `az eventgrid … event-subscription list` prints, an ARM template,
    `pulumi stack export`, `pulumi preview --json`, `terraform show -json`.
    """
    try:
        given = load_input(stack, program=program, parameters=parameters, sources=sources)
    except InputError as error:
        with suppress(ClosedPipe):
            _print_refused(error, form, stack)
        raise
    findings = report_ignored_by_arm(given.ignored_by_arm, given.locate)
    findings += report_findings([*analyse(given.subscriptions), *given.of_entries], given.locate)
    with suppress(ClosedPipe):  # the exit status counts, whoever reads
        _print_notes(given)
        _print(form, given.name, given.path, findings)
    if any(finding.level == "error" for finding in findings):
        ctx.exit(FINDINGS)


def _print_refused(error: InputError, form: str, stack: str) -> None:
    """Print what is found beside the mistakes, in JSON and SARIF with them."""
    path, reported = Path(stack), list[Reported]()
    if isinstance(error, StackFileError):
        rest = load_rest(error)
        found = beside([*analyse(rest.subscriptions), *rest.of_entries], error.mistakes)
        reported = report_findings(found, rest.locate)
        path = rest.path
        _print_notes(rest)
    if form != "text":
        _print(form, stack_name(path) or stack, path, [*report_invalid(error), *reported])
    else:
        for finding in reported:
            print_line(*finding_spans(path, finding))


def _print_notes(given: Input) -> None:
    for note in given.notes:
        print_line(f"{given.path}: {note}", err=True)


def _print(form: str, name: str, file: Path, findings: list[Reported]) -> None:
    if form == "json":
        print_json(findings_json(name, findings))
    elif form == "sarif":
        print_json(findings_sarif(file, findings))
    else:
        for finding in findings:
            print_line(*finding_spans(file, finding))
        if not findings:
            print_line(f"{file}: no findings")
