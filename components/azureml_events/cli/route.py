"""`azureml-events route`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from azureml_events.cli.completion import complete_stack
from azureml_events.cli.console import FINDINGS, INVALID, ClosedPipeError, print_json, print_line
from azureml_events.cli.options import input_options, refuse_unknown_workspace, workspace_option
from azureml_events.cli.progress import show_progress
from azureml_events.cli.route_report import (
    Route,
    dead_letter_json,
    expectations_json,
    print_dead_letter,
    print_expectations,
    print_routes,
    print_summary,
    route_json,
    summary_json,
)
from azureml_events.review.input import InputOptions, load_input
from azureml_events.routing.dead_letters import DeadLetter
from azureml_events.routing.event import Event
from azureml_events.routing.expectations import check_expectation, load_expectations
from azureml_events.routing.match import match
from azureml_events.routing.reading.events import found_in, read_files
from azureml_events.routing.reading.streams import Block, Refusal, files_in
from azureml_events.routing.replay.parallel import WorkerError, count_files, default_jobs
from azureml_events.routing.replay.replay import Replay
from azureml_events.routing.sample_events import sample_events
from azureml_events.routing.subscription import RoutedSubscription
from azureml_events.stackfile.input_error import InputError

Subscriptions = Sequence[RoutedSubscription]


@click.command()
@click.argument("stack", shell_complete=complete_stack)
@click.argument("events", nargs=-1)
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON: a line for each event, the summary, or the expectations."
)
@click.option("--summary", is_flag=True, help="Count what each subscription gets of an archive.")
@click.option("--expect", type=click.Path(path_type=Path), help="A file of expectations.")
@workspace_option
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes that count; default: all cores for large files.")
@input_options
@click.pass_context
def route(
    ctx: click.Context,
    stack: str,
    events: tuple[str, ...],
    *,
    as_json: bool,
    summary: bool,
    expect: Path | None,
    workspace: str | None,
    jobs: int | None,
    options: InputOptions,
) -> None:
    """Show which subscriptions each event reaches, and the first condition that stops the others.

    EVENTS are files, or folders of them, of JSON, JSON arrays or JSON Lines (- is standard input, .gz is read), in
    either schema, also inside what Event Hubs Capture, queues, logs and Logic Apps keep them in, and dead letters;
    without any, the catalogue's samples as each workspace raises them. STACK may also be a JSON document of another
    tool.
    """
    given = load_input(stack, options)
    for note in given.notes:
        print_line(note, err=True)
    refuse_unknown_workspace(workspace, (each.workspace for each in given.subscriptions))
    if expect:
        ctx.exit(_expect(expect, given.subscriptions, as_json=as_json))
    files = files_in(events) if events else None
    if summary:
        ctx.exit(_summary(files, given.subscriptions, workspace, jobs, as_json=as_json))
    elif files is None:
        _samples(given.subscriptions, workspace, as_json=as_json)
    else:
        ctx.exit(_events(files, given.subscriptions, workspace, as_json=as_json))


def _expect(path: Path, subscriptions: Subscriptions, *, as_json: bool) -> int:
    expected = load_expectations(path, subscriptions)
    outcomes = [(line, check_expectation(each, subscriptions)) for line, each in expected]
    with suppress(ClosedPipeError):  # the exit status counts, whoever reads
        if as_json:
            print_json({"expectations": expectations_json(outcomes)})
        else:
            print_expectations(outcomes)
    return 0 if all(outcome.holds for _, outcome in outcomes) else FINDINGS


def _samples(subscriptions: Subscriptions, workspace: str | None, *, as_json: bool) -> None:
    for name, event in sample_events(subscriptions, workspace):
        own = [each for each in subscriptions if each.workspace == name]
        _print(event, _routes(event, own, name), name, as_json=as_json)


def _events(files: Sequence[str], subscriptions: Subscriptions, workspace: str | None, *, as_json: bool) -> int:
    status = 0
    for read in read_files(files):
        if isinstance(read, Refusal):
            _say_refusal(read)
            status = INVALID
            continue
        for warning in read.warnings:
            print_line(f"{read.file}:{read.line}: ", ("warning", "doubt"), f": {warning}", err=True)
        routes = _routes(read.event, subscriptions, workspace)
        origin = read.dead_letter.origin(read.event, subscriptions, workspace) if read.dead_letter else None
        _print(read.event, routes, letter=read.dead_letter, origin=origin, as_json=as_json)
    return status


def _summary(
    files: Sequence[str] | None, subscriptions: Subscriptions, workspace: str | None, jobs: int | None, *, as_json: bool
) -> int:
    replay = Replay(subscriptions, workspace, on_refusal=_say_refusal, on_warning=_say_place)
    if files is not None:
        with show_progress("events") as advance:
            try:
                count_files(replay, files, jobs or default_jobs(files), advance)
            except WorkerError as error:
                raise InputError([f"--jobs: {error}"]) from None
    else:
        texts = [json.dumps(dict(event.members)).encode() for _, event in sample_events(subscriptions, workspace)]
        replay.add_block(Block(range(1, len(texts) + 1), texts), "samples")
    counted = replay.summary()
    if as_json:
        print_json(summary_json(counted))
    else:
        print_summary(counted)
    return INVALID if counted.malformed else 0


def _say_refusal(refusal: Refusal) -> None:
    print_line(str(refusal), err=True)


def _say_place(file: str, line: int, place: str) -> None:
    print_line(f"{file}:{line}: ", ("warning", "doubt"), f": {found_in(place)}", err=True)


def _routes(event: Event, subscriptions: Subscriptions, workspace: str | None) -> list[Route]:
    return [(each, match(each, event, workspace)) for each in subscriptions]


def _print(
    event: Event,
    routes: list[Route],
    workspace: str | None = None,
    *,
    letter: DeadLetter | None = None,
    origin: RoutedSubscription | None = None,
    as_json: bool,
) -> None:
    if as_json:
        added = {"deadLetter": dead_letter_json(letter, origin)} if letter else {}
        print_json({**route_json(event, routes), **added}, indent=None)
        return
    print_routes(event, routes, workspace=workspace)
    if letter:
        print_dead_letter(letter, origin, routes)
