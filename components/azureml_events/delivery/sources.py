"""Which events go where: the stack's own subscriptions decide, or, for a dead letter, the one that it was for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from os.path import isfile
from pathlib import Path
from uuid import UUID, uuid5

from azureml_events.delivery.arrivals import as_they_arrive
from azureml_events.delivery.parcel import Parcel, pack
from azureml_events.delivery.record import Record
from azureml_events.delivery.subscription import LocalSubscription
from azureml_events.event_grid.samples import SAMPLE_WORKSPACE
from azureml_events.routing.conditions import Outcome
from azureml_events.routing.event import Event
from azureml_events.routing.match import match
from azureml_events.routing.reading.events import ReadEvent, read_files
from azureml_events.routing.reading.streams import Refusal, files_in
from azureml_events.routing.sample_events import sample_events
from azureml_events.routing.subscription import RoutedSubscription

_SAMPLES = UUID(SAMPLE_WORKSPACE.split("/")[2])


@dataclass
class Source:
    """Events on their way to subscriptions, and what was noticed about the others.

    Attributes:
        all: Every subscription of the stack.
        local: Those that deliver to a target.
        workspace: The workspace whose events all are taken to be; None for the ones that they name.
        events: How many events were read.
        without_target: How many would have gone to a handler without a target, by its name.
        uncertain: How many perhaps reach a subscription, by its workspace and name; these are not delivered.
        reached: The subscriptions that some event reached.
    """

    all: Sequence[RoutedSubscription]
    local: Sequence[LocalSubscription]
    workspace: str | None = None
    events: int = 0
    without_target: Counter[str] = field(default_factory=Counter)
    uncertain: Counter[str] = field(default_factory=Counter)
    reached: set[str] = field(default_factory=set)

    def samples(self) -> Iterator[Parcel]:
        """Yield the catalogue's samples, each as each workspace raises it and with an id of its own."""
        for workspace, event in sample_events(self.all, self.workspace):
            own = str(uuid5(_SAMPLES, f"{workspace}/{event.type}"))
            yield from self._routed(Event({**event.members, "id": own}), workspace)

    def files(self, names: Sequence[str]) -> Iterator[Parcel | ReadEvent | Refusal | None]:
        """Yield the events of files for each subscription that they reach.

        Args:
            names: Paths of files and folders, `-` for standard input.

        Yields:
            Before the parcels of an event the event itself, if its text is odd; what was refused; and None where a pipe
            has nothing yet.
        """
        names = files_in(names)
        reads = read_files(names)
        for read in reads if all(map(isfile, names)) else as_they_arrive(reads):
            if read is None or isinstance(read, Refusal):
                yield read
                continue
            if read.warnings:
                yield read
            yield from self._routed(read.event, self.workspace)

    def letters(self, path: Path, record: Record) -> Iterator[Parcel | Refusal]:
        """Yield dead letters for the subscriptions that they were for, whatever today's filters say; each once.

        Args:
            path: A blob, or a folder of them.
            record: Those that were replayed before, which are passed over.

        Yields:
            Parcels, and what was refused.
        """
        blobs = [each for each in files_in([str(path)]) if Path(each).resolve() != record.path.resolve()]
        for read in read_files(blobs):
            if isinstance(read, Refusal):
                yield read
                continue
            found = self._origin(read)
            if isinstance(found, Refusal):
                yield found
                continue
            self.events += 1
            subscription = self._local.get(found.full_name)
            if subscription is None:
                self.without_target[found.handler] += 1
                continue
            self.reached.add(subscription.routed.full_name)
            parcel = pack(subscription, read.event, read.dead_letter.published if read.dead_letter else None)
            if record.take(parcel):
                yield parcel

    @cached_property
    def _local(self) -> dict[str, LocalSubscription]:
        return {each.routed.full_name: each for each in self.local}

    def _origin(self, read: ReadEvent) -> RoutedSubscription | Refusal:
        if read.dead_letter is None:
            return Refusal(read.file, read.line, "no dead letter; EVENTS takes events of every kind")
        found = read.dead_letter.origin(read.event, self.all, self.workspace)
        if found is not None and (found.disabled or found.state):
            return Refusal(read.file, read.line, f"it was for {found.full_name}, which delivers nothing")
        if found is not None:
            return found
        name = read.dead_letter.subscription
        if name is None:
            text = "its path does not name a subscription; expected <SUBSCRIPTION>/<Y>/<M>/<D>/<H>/<guid>.json"
            return Refusal(read.file, read.line, text)
        return Refusal(read.file, read.line, f"it was for {name}, a subscription that is not declared here")

    def _routed(self, event: Event, workspace: str | None) -> Iterator[Parcel]:
        self.events += 1
        for each in self.all:
            if each.disabled or each.state:
                continue
            outcome = match(each, event, workspace).outcome
            subscription = self._local.get(each.full_name)
            if outcome is Outcome.MATCH and subscription:
                self.reached.add(subscription.routed.full_name)
                yield pack(subscription, event)
            elif outcome is Outcome.MATCH:
                self.without_target[each.handler] += 1
            elif outcome is Outcome.UNCERTAIN and subscription:
                self.uncertain[subscription.routed.full_name] += 1
