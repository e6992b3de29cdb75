"""`azureml-events check`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import click

from azureml_events.cli.completion import complete_stack
from azureml_events.cli.console import FINDINGS, INVALID, ClosedPipeError, print_json, print_line
from azureml_events.cli.formats import finding_spans, findings_json
from azureml_events.cli.options import fail_on_option, parameters_option, program_option, source_option
from azureml_events.lint.lint import analyse
from azureml_events.lint.refusal import beside
from azureml_events.lint.rule import Finding
from azureml_events.review.allow import refusing_policy_rules
from azureml_events.review.edits import NO_EDITS
from azureml_events.review.input import STDIN, Input, input_name, load_input, load_rest
from azureml_events.review.reported import FAILS, FailOn, Reported, Reporter
from azureml_events.review.rules import INVALID as MISTAKE
from azureml_events.stackfile.input_error import InputError
from azureml_events.stackfile.stack_file import StackFileError


@dataclass(frozen=True)
class _Options:
    """The options for every input."""

    program: Path | None
    parameters: Path | None
    sources: Sequence[str]
    with_edits: bool


@dataclass(frozen=True)
class _Checked:
    """An input, checked.

    Attributes:
        name: The stack's or document's name, or None.
        place: The file, or as what it was given.
        findings: What is found, with its mistakes.
        notes: What was passed over.
        refused: Its mistakes as lines; none where it is valid.
    """

    name: str | None
    place: Path
    findings: Sequence[Reported]
    notes: Sequence[str] = ()
    refused: Sequence[str] = ()


@click.command()
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, shell_complete=complete_stack)
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True)
@fail_on_option
@program_option
@parameters_option
@source_option
@click.pass_context
def check(
    ctx: click.Context,
    inputs: tuple[str, ...],
    *,
    form: str,
    fail_on: FailOn,
    program: Path | None,
    parameters: Path | None,
    sources: tuple[str, ...],
) -> None:
    """Find every mistake in stack files, and every filter that will not do what it says.

    INPUT is a stack's name, a stack file, a JSON document (what `az eventgrid … event-subscription list` prints, an ARM
    template, `pulumi stack export`, `pulumi preview --json`, `terraform show -json`), or - for one of these on standard
    input.
    """
    if len(inputs) > 1 and (program is not None or inputs.count("-") > 1):
        once = "--program" if program is not None else "-"
        raise InputError([f"{once}: goes with one INPUT"])
    options = _Options(program, parameters, sources, with_edits=form == "json")
    checked = [_checked(each, options) for each in inputs]
    with suppress(ClosedPipeError):  # the exit status counts, whoever reads
        for each in checked:
            for note in each.notes:
                print_line(f"{each.place}: {note}", err=True)
        _print(form, checked)
        for each in checked:
            for line in each.refused:
                print_line(line, err=True)
    if any(each.refused for each in checked):
        ctx.exit(INVALID)
    if any(finding.level in FAILS[fail_on] for each in checked for finding in each.findings):
        ctx.exit(FINDINGS)


def _checked(argument: str, options: _Options) -> _Checked:
    try:
        given = load_input(argument, program=options.program, parameters=options.parameters, sources=options.sources)
    except InputError as error:
        return _refused(error, argument, with_edits=options.with_edits)
    reporter = _reporter(given, with_edits=options.with_edits)
    found = [*refusing_policy_rules(analyse(given.subscriptions)), *given.of_entries]
    return _Checked(given.name, given.path, _reported(given, reporter, found), given.notes)


def _refused(error: InputError, argument: str, *, with_edits: bool) -> _Checked:
    """Collect what is found beside the mistakes of an input, after them."""
    place = error.path or Path(argument)
    if not isinstance(error, StackFileError):
        name = None if place == STDIN else argument if error.path is None else input_name(error.path)
        return _Checked(name, place, Reporter(place, lambda _: None).invalid(error), (), error.lines)
    rest = load_rest(error)
    reporter = _reporter(rest, with_edits=with_edits)
    found = beside([*refusing_policy_rules(analyse(rest.subscriptions)), *rest.of_entries], error.mistakes)
    findings = [*reporter.invalid(error), *_reported(rest, reporter, found)]
    return _Checked(rest.name, place, findings, rest.notes, error.lines)


def _reporter(given: Input, *, with_edits: bool) -> Reporter:
    """Make an input's reporter; edits, which cost a check each, only where they are printed."""
    return given.reporter if with_edits else replace(given.reporter, edits=NO_EDITS)


def _reported(given: Input, reporter: Reporter, found: Iterable[Finding]) -> list[Reported]:
    return [*reporter.ignored_by_arm(given.ignored_by_arm), *reporter.findings(found)]


def _print(form: str, checked: Sequence[_Checked]) -> None:
    if form == "json":
        printed = [findings_json(each.name, each.findings) for each in checked]
        print_json(printed[0] if len(printed) == 1 else printed)
    elif form == "sarif":
        from azureml_events.cli.sarif import findings_sarif

        print_json(findings_sarif((each.name, each.findings) for each in checked))
    else:
        for each in checked:
            _print_lines(each)


def _print_lines(checked: _Checked) -> None:
    """Print what is found as lines; mistakes are printed apart, on standard error."""
    found = [each for each in checked.findings if each.rule != MISTAKE]
    for finding in found:
        print_line(*finding_spans(finding))
    if not found and not checked.refused:
        print_line(f"{checked.place}: no findings")
