"""`azureml-events review`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from azureml_events.base.mistakes import show
from azureml_events.cli.completion import complete_stack
from azureml_events.cli.console import (
    FINDINGS,
    INVALID,
    ClosedPipeError,
    OutputError,
    print_document,
    print_json,
    print_line,
)
from azureml_events.cli.options import fail_on_option, input_options
from azureml_events.cli.review_json import review_json, review_schema
from azureml_events.cli.review_markdown import review_markdown
from azureml_events.cli.review_report import print_review
from azureml_events.cli.sarif import findings_sarif
from azureml_events.policy.present_day import present_day
from azureml_events.review.input import Input, InputOptions, load_input
from azureml_events.stackfile.input_error import InputError
from azureml_events.stackfile.project import find_project
from azureml_events.stackfile.stack_file import StackFileError

if TYPE_CHECKING:
    from azureml_events.policy.policy_file import Policy
    from azureml_events.review.changes.base import Loading
    from azureml_events.review.reported import FailOn
    from azureml_events.review.review import Against, Review


def _print_schema(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    del param
    if value and not ctx.resilient_parsing:
        print_json(review_schema())
        ctx.exit()


@click.command()
@click.argument("stack", metavar="INPUT", shell_complete=complete_stack)
@click.option(
    "--policy",
    "policy_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The policy file; default the policy.json beside the stack files, where there is one.",
)
@click.option("--base", metavar="FILE|REV", help="What to compare with: a file, or the same file at a git revision.")
@click.option(
    "--events",
    multiple=True,
    metavar="FILE",
    help="Recorded events, of which the changes are counted: a file or a folder of them. May be repeated.",
)
@click.option("--run-base", is_flag=True, help="Run the program of the base's revision too; only for trusted code.")
@click.option("--no-exemptions", is_flag=True, help="Show everything, as if the policy file exempted nothing.")
@click.option("--today", metavar="DATE", help="The day to judge expiry by, as 2027-03-31; default today, UTC.")
@fail_on_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "html", "json", "sarif"]),
    default="text",
    show_default=True,
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the report to this file.")
@click.option(
    "--verbose",
    is_flag=True,
    help="List what could not be decided one by one, and which fields each handler gets to see.",
)
@click.option(
    "--day-one", is_flag=True, help="Print what must be there before the first `pulumi up` instead: text or JSON."
)
@click.option(
    "--schema", is_flag=True, is_eager=True, expose_value=False, callback=_print_schema, help="Print the JSON Schema."
)
@input_options
@click.pass_context
def review(
    ctx: click.Context,
    stack: str,
    *,
    policy_file: Path | None,
    base: str | None,
    events: tuple[str, ...],
    run_base: bool,
    no_exemptions: bool,
    today: str | None,
    fail_on: FailOn,
    form: str,
    output: Path | None,
    verbose: bool,
    day_one: bool,
    options: InputOptions,
) -> None:
    """Review what INPUT declares by rules on event subscriptions, before it is deployed.

    INPUT is a stack's name, a stack file, or a JSON document of another tool, as of check. The report says which rules
    are broken and where, what could not be decided, what is exempt, which event reaches what, which roles are assigned
    and why, and whether the expectations beside the stack file hold; with --base also which events reach what newly, no
    longer or in another way.
    """
    from azureml_events.resources.garbage import OF_A_COMMAND, collect_rarely
    from azureml_events.review.changes.base import Loading
    from azureml_events.review.review import review as made
    from azureml_events.review.review import review_of_refused

    collect_rarely(OF_A_COMMAND)
    if day_one:
        _day_one(load_input(stack, options), form, output)
        return
    day = _day(today)
    try:
        given = load_input(stack, options)
        policy = _policy(policy_file, given.stacks, no_exemptions=no_exemptions)
        loading = Loading(stack, options, policy.path, run_base)
        against = _against(base, events, given, loading)
        reviewed = made(given, policy, day, with_edits=form == "json", against=against)
    except InputError as error:
        reviewed = review_of_refused(error, stack, _refusal_of_policy(policy_file, error))
    with suppress(ClosedPipeError):  # the exit status counts, whoever reads
        for note in reviewed.notes:
            print_line(note, err=True)
        with _opened(output) as file:
            _print(reviewed, form, fail_on, verbose=verbose, file=file)
        for line in reviewed.refused:
            print_line(line, err=True)
    if reviewed.refused:
        ctx.exit(INVALID)
    if reviewed.fails(fail_on):
        ctx.exit(FINDINGS)


def _against(base: str | None, events: tuple[str, ...], given: Input, loading: Loading) -> Against | None:
    from azureml_events.review.changes.base import load_base
    from azureml_events.review.review import Against

    if base is None:
        for option, is_given in (("--events", bool(events)), ("--run-base", loading.run_base)):
            if is_given:
                raise InputError([f"{option}: says something of changes; give what to compare with as --base"])
        return None
    return Against(load_base(base, given, loading), events)


def _policy(file: Path | None, stacks: Path | None, *, no_exemptions: bool = False) -> Policy:
    """Load the policy file that is named, else the one beside the stack files, else the rules' own levels."""
    from azureml_events.policy.policy_file import POLICY_FILE, load_policy

    beside = (stacks or find_project(Path.cwd()).stacks) / POLICY_FILE
    policy = load_policy(file or (_relative(beside) if os.path.lexists(beside) else None))
    return replace(policy, exemptions=()) if no_exemptions else policy


def _refusal_of_policy(file: Path | None, error: InputError) -> InputError | None:
    """Say why the policy file is refused too, beside an input that is refused."""
    stacks = error.rest.path.parent if isinstance(error, StackFileError) else None
    if stacks is None and file in (None, error.path):
        return None
    try:
        _policy(file, stacks)
    except InputError as refused:
        return refused
    return None


def _relative(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _day(given: str | None) -> date:
    if given is not None:
        try:
            return datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=UTC).date()
        except ValueError:
            raise InputError([f"--today: {show(given)} is no date; expected one as 2027-03-31"]) from None
    return present_day()


def _day_one(given: Input, form: str, output: Path | None) -> None:
    """Print what must be there before the first `pulumi up`."""
    from azureml_events.cli.review_day_one import day_one_json, print_day_one
    from azureml_events.review.day_one.day_one import day_one_of
    from azureml_events.review.day_one.pulumi_storage import find_pulumi_storage

    if form not in ("text", "json"):
        raise InputError([f"--format: {show(form)} does not go with --day-one; expected text or json"])
    if given.judge is None:
        raise InputError(["--day-one: expected a stack in a project, a program or a document"])
    found = day_one_of(given.judge().resources, find_pulumi_storage(given.stacks, given.name))
    with _opened(output) as file:
        if form == "json":
            print_json(day_one_json(found), file=file)
        else:
            print_day_one(found, file=file)


@contextmanager
def _opened(output: Path | None) -> Iterator[IO[str] | None]:
    """Open the file that a report is written to; None for standard output."""
    if output is None:
        yield None
        return
    try:
        with output.open("w", encoding="utf-8", newline="\n") as file:
            yield file
    except OSError as error:
        raise OutputError(str(output), error) from None


def _print(reviewed: Review, form: str, fail_on: FailOn, *, verbose: bool, file: IO[str] | None = None) -> None:
    if form == "json":
        print_json(review_json(reviewed, fail_on), file=file)
    elif form == "sarif":
        print_json(findings_sarif([(reviewed.stack, reviewed.counted)]), file=file)
    elif form == "markdown":
        print_document(review_markdown(reviewed), file=file)
    elif form == "html":
        from azureml_events.cli.review_page.page import review_page

        print_document(review_page(reviewed, fail_on), file=file)
    else:
        print_review(reviewed, fail_on, verbose=verbose, file=file)
