"""`azureml-events deliver`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from math import isnan
from pathlib import Path

import click

from azureml_events.cli.completion import complete_stack
from azureml_events.cli.console import FINDINGS, INVALID
from azureml_events.cli.deliver_report import DeliveryReport
from azureml_events.cli.options import refuse_unknown_workspace, workspace_option
from azureml_events.cli.progress import show_progress
from azureml_events.delivery.answer import Receiver
from azureml_events.delivery.clock import Clock
from azureml_events.delivery.dry_run import DryReceiver
from azureml_events.delivery.letter_box import LetterBox
from azureml_events.delivery.parcel import Parcel
from azureml_events.delivery.receivers import greet_all, open_receivers
from azureml_events.delivery.record import Record, RecordError
from azureml_events.delivery.schedule import Ending, Schedule
from azureml_events.delivery.sources import Source
from azureml_events.delivery.subscription import LocalSubscription, local_subscriptions, pairs
from azureml_events.delivery.targets import TargetError, parse_targets
from azureml_events.routing.reading.events import ReadEvent
from azureml_events.routing.reading.streams import Refusal
from azureml_events.stack.stack import Stack
from azureml_events.stackfile.input_error import InputError
from azureml_events.stackfile.project import find_stack_file
from azureml_events.stackfile.stack_file import load_stack_file

_RECORD = Path("replayed.jsonl")


@click.command()
@click.argument("stack", shell_complete=complete_stack)
@click.argument("events", nargs=-1)
@click.option(
    "--to",
    "targets",
    multiple=True,
    metavar="NAME=TARGET",
    help="Where a handler's events go: a URL, queue://HOST:PORT/ACCOUNT/QUEUE, or a folder for hubs and Service Bus.",
)
@click.option(
    "--time-scale",
    type=click.FloatRange(min=0, min_open=True, max=1e9),
    default=3600,
    show_default=True,
    metavar="N",
    help="Seconds of the schedule that pass in one; the 30 seconds that a handler has are real.",
)
@click.option(
    "--dead-letters",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="A folder for what cannot be delivered, as blobs; default none: it is dropped.",
)
@click.option(
    "--replay",
    type=click.Path(exists=True, path_type=Path),
    metavar="PATH",
    help="Dead letters, a blob or a folder of them, in place of EVENTS.",
)
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What --replay notes what it delivered in, to deliver each once.  [default: replayed.jsonl]",
)
@click.option("--dry-run", is_flag=True, help="Send nothing, and print what would be sent.")
@click.option(
    "--allow-host",
    "allowed",
    multiple=True,
    metavar="HOST",
    help="A host that may be called beside localhost and 127.0.0.1. May be repeated.",
)
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON for each attempt.")
@click.pass_context
def deliver(
    ctx: click.Context,
    stack: str,
    events: tuple[str, ...],
    *,
    targets: tuple[str, ...],
    time_scale: float,
    dead_letters: Path | None,
    replay: Path | None,
    record: Path | None,
    dry_run: bool,
    allowed: tuple[str, ...],
    workspace: str | None,
    as_json: bool,
) -> None:
    """Deliver events to handlers on this machine as Event Grid delivers them to deployed ones.

    EVENTS are files as `route` reads them; without any, the catalogue's samples as each workspace raises them. The
    stack's own subscriptions decide which handler gets which event. Exit status 0: all delivered, 1: a handshake
    failed, or an event was dead-lettered or dropped, 2: invalid input.
    """
    _check_options(targets, events, time_scale, replay, record)
    file, project = find_stack_file(stack, Path.cwd())
    loaded = load_stack_file(file, project)
    report = DeliveryReport(as_json=as_json)
    for note in loaded.notes:
        report.warn(f"{file}: {note}")
    source = _source(loaded.stack, targets, allowed, workspace, report)
    replayed = _record(record or _RECORD, writes=not dry_run) if replay else None
    if dead_letters and not dry_run:
        dead_letters.mkdir(parents=True, exist_ok=True)
    clock = Clock(time_scale)
    run = _Run(source, report, clock, LetterBox(dead_letters, clock), replayed, dry_run=dry_run)
    with show_progress("deliveries") as report.advance:
        try:
            asyncio.run(run.deliver(events, replay))
        except BaseException:
            report.stopped(run.waiting, dry_run=dry_run)
            raise
    report.summary(source, replayed, dry_run=dry_run)
    ctx.exit(run.status)


def _check_options(
    targets: tuple[str, ...], events: tuple[str, ...], time_scale: float, replay: Path | None, record: Path | None
) -> None:
    wrong = []
    if isnan(time_scale):
        wrong.append("--time-scale: expected a number above 0, got nan")
    if not targets:
        wrong.append("--to: required, but missing: --to <handler>=<target>, as hook=http://localhost:8000/hook")
    if replay is not None and events:
        wrong.append("--replay: takes the place of EVENTS; leave one of them out")
    if record is not None and replay is None:
        wrong.append("--record: goes with --replay")
    if wrong:
        raise InputError(wrong)


def _source(
    stack: Stack, targets: tuple[str, ...], allowed: tuple[str, ...], workspace: str | None, report: DeliveryReport
) -> Source:
    try:
        parsed = parse_targets(targets, stack.handlers, allowed)
    except TargetError as error:
        raise InputError(error.lines) from None
    there = [each for each, _ in pairs(stack)]
    for each, delivery in pairs(stack):
        if delivery.handler_name in parsed and (each.disabled or each.state):
            why = f"disabled: {each.disabled}" if each.disabled else each.state
            report.warn(f"note: {each.full_name} delivers nothing: {why}")
    refuse_unknown_workspace(workspace, (each.workspace for each in there))
    return Source(there, local_subscriptions(stack, parsed), workspace)


def _record(path: Path, *, writes: bool) -> Record:
    try:
        return Record.load(path, writes=writes)
    except RecordError as error:
        raise InputError([str(error)]) from None


class _Run:
    """One run of the command."""

    def __init__(
        self,
        source: Source,
        report: DeliveryReport,
        clock: Clock,
        letters: LetterBox,
        record: Record | None,
        *,
        dry_run: bool,
    ) -> None:
        self._source, self._report, self._clock = source, report, clock
        self._letters, self._record, self._dry_run = letters, record, dry_run
        self._refused: set[LocalSubscription] = set()
        self._schedule: Schedule | None = None
        self.status = 0

    async def deliver(self, events: tuple[str, ...], replay: Path | None) -> None:
        """Deliver events, or dead letters again."""
        async with open_receivers(self._source.local, self._clock.scale) as opened:
            receivers: Mapping[LocalSubscription, Receiver] = opened
            if self._dry_run:
                show = self._report.show_lines
                receivers = {each: DryReceiver(receiver, show) for each, receiver in opened.items()}
            self._announce()
            for subscription, reason in (await greet_all(receivers)).items():
                self._report.refused(subscription, reason)
                self._refused.add(subscription)
                self._fail()
            self._schedule = Schedule(receivers, self._clock, self._letters, self._report.attempt, self._ended)
            await self._schedule.run(self._parcels(events, replay))

    @property
    def waiting(self) -> int:
        """How many events are on their way."""
        return self._schedule.waiting if self._schedule else 0

    def _announce(self) -> None:
        hidden = {each.handler_name: each.hidden_attributes for each in self._source.local if each.hidden_attributes}
        self._report.hidden(hidden)
        scale = self._clock.scale
        if not self._dry_run:
            passing = "they pass in real time" if scale == 1 else f"{scale:,g} seconds of them pass in one"
            self._report.say((f"The waits are Event Grid's own; {passing}.", "faint"))

    def _parcels(self, events: tuple[str, ...], replay: Path | None) -> Iterator[Parcel | None]:
        """Yield what goes to subscriptions that passed their handshake, and say what is odd or refused."""
        for each in self._found(events, replay):
            if isinstance(each, Refusal):
                self._report.warn(str(each))
                self.status = INVALID
            elif isinstance(each, ReadEvent):
                for warning in each.warnings:
                    self._report.warn(f"{each.file}:{each.line}: ", ("warning", "doubt"), f": {warning}")
            elif each is None or each.subscription not in self._refused:
                yield each

    def _found(self, events: tuple[str, ...], replay: Path | None) -> Iterator[Parcel | ReadEvent | Refusal | None]:
        if replay and self._record:
            return self._source.letters(replay, self._record)
        return self._source.files(events) if events else self._source.samples()

    def _ended(self, ending: Ending) -> None:
        if self._record:
            self._record.add(ending)
        if ending.how != "delivered":
            self._fail()
        self._report.ending(ending)

    def _fail(self) -> None:
        self.status = self.status or FINDINGS
