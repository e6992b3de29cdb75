"""`azureml-events check`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import click

from azureml_events.cli.completion import complete_stack
from azureml_events.cli.console import FINDINGS, INVALID, ClosedPipeError, print_json, print_line
from azureml_events.cli.formats import finding_json, finding_spans
from azureml_events.cli.options import fail_on_option, input_options
from azureml_events.review.checked import Checked, check_input
from azureml_events.review.input import InputOptions
from azureml_events.review.reported import FAILS, FailOn
from azureml_events.stackfile.input_error import InputError


@click.command()
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, shell_complete=complete_stack)
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True)
@fail_on_option
@input_options
@click.pass_context
def check(
    ctx: click.Context,
    inputs: tuple[str, ...],
    *,
    form: str,
    fail_on: FailOn,
    options: InputOptions,
) -> None:
    """Find every mistake in stack files, and every filter that will not do what it says.

    INPUT is a stack's name, a stack file, a JSON document (what `az eventgrid … event-subscription list` prints, an ARM
    template, `pulumi stack export`, `pulumi preview --json`, `terraform show -json`), or - for one of these on standard
    input.
    """
    if len(inputs) > 1 and (options.program is not None or inputs.count("-") > 1):
        once = "--program" if options.program is not None else "-"
        raise InputError([f"{once}: goes with one INPUT"])
    checked = [check_input(each, options, with_edits=form == "json") for each in inputs]
    with suppress(ClosedPipeError):  # the exit status counts, whoever reads
        for each in checked:
            for note in each.notes:
                print_line(note, err=True)
        _print(form, checked)
        for each in checked:
            for line in each.refused:
                print_line(line, err=True)
    if any(each.refused for each in checked):
        ctx.exit(INVALID)
    if any(finding.level in FAILS[fail_on] for each in checked for finding in each.findings):
        ctx.exit(FINDINGS)


def _print(form: str, checked: Sequence[Checked]) -> None:
    if form == "json":
        printed = [{"stack": each.name, "findings": [*map(finding_json, each.findings)]} for each in checked]
        print_json(printed[0] if len(printed) == 1 else printed)
    elif form == "sarif":
        from azureml_events.cli.sarif import findings_sarif

        print_json(findings_sarif((each.name, each.findings) for each in checked))
    else:
        for each in checked:
            _print_lines(each)


def _print_lines(checked: Checked) -> None:
    """Print what is found as lines; mistakes are printed apart, on standard error."""
    found = [each for each in checked.findings if not each.is_mistake]
    for finding in found:
        print_line(*finding_spans(finding))
    if not found and not checked.refused:
        print_line(f"{checked.place}: no findings")
