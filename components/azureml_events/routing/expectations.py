"""Expectations, as in `stacks/routes.<stack>.yaml`: events and the subscriptions that they must reach or miss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from azureml_events.base.mistakes import DeclarationError, Mistake, no_such, show
from azureml_events.base.model import Declaration, Many
from azureml_events.event_grid.samples import SAMPLE_WORKSPACE, sample
from azureml_events.routing.conditions import Outcome
from azureml_events.routing.event import Event, type_of
from azureml_events.routing.match import Verdict, match
from azureml_events.routing.subscription import RoutedSubscription
from azureml_events.stackfile.input_error import locating, reading
from azureml_events.stackfile.yaml_document import read_yaml


class Expectation(Declaration):
    """An event, and the subscriptions that it must reach or miss."""

    name: Annotated[str, Field(min_length=1)]
    """The expectation, in words; required."""

    event: dict[str, Any] | None = None
    """The event, in either schema; give this or `sample`."""

    sample: str | None = None
    """The type of the catalogue's sample to take, short or full; give this or `event`."""

    set: dict[str, Any] = Field(default_factory=dict)
    """Values of the sample to set, by path: `data.runStatus: Failed`."""

    reaches: Many[str] = ()
    """The subscriptions that it must reach."""

    misses: Many[str] = ()
    """The subscriptions that it must not reach."""

    workspace: str | None = None
    """The workspace whose event it is; default every workspace that has the subscription."""

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield the mistakes of an entry without exactly one event, or without a subscription."""
        sources = [name for name in ("event", "sample") if given.get(name) is not None]
        if len(sources) != 1:
            yield Mistake((), f"expected either 'event' or 'sample', got {' and '.join(sources) or 'none'}")
        if given.get("set") and "sample" not in sources:
            yield Mistake(("set",), "goes with 'sample'; change the event itself")
        if not given.get("reaches") and not given.get("misses"):
            yield Mistake((), "expects nothing; name subscriptions in 'reaches' or 'misses'")
        event = given.get("event")
        if isinstance(event, Mapping) and type_of(event) is None:
            yield Mistake(("event",), "not an event: it has no eventType (CloudEvents: type)")
        settings = given.get("set")
        try:
            if "sample" in sources:
                sample(str(given["sample"]), set=settings if isinstance(settings, Mapping) else {})
        except DeclarationError as error:
            yield from (mistake.below("set" if mistake.path else "sample") for mistake in error.mistakes)

    def event_of(self, workspace_id: str | None) -> Event:
        """Return the event as a workspace raises it.

        Args:
            workspace_id: The workspace's ARM id; None where only the deployment knows it.
        """
        if self.sample is None:
            return Event(self.event or {})
        return Event(sample(self.sample, set=self.set, workspace_id=workspace_id or SAMPLE_WORKSPACE))


@dataclass(frozen=True)
class Answer:
    """Whether one subscription gets an event as expected.

    Attributes:
        subscription: The subscription.
        expected: What is expected.
        got: What holds.
    """

    subscription: RoutedSubscription
    expected: Outcome
    got: Verdict

    @property
    def failure(self) -> str | None:
        """Why the expectation does not hold, in words; None where it holds."""
        if self.got.outcome is self.expected:
            return None
        said = "does not reach" if self.expected is Outcome.MATCH else "reaches"
        doubt = "perhaps " if self.got.outcome is Outcome.UNCERTAIN else ""
        because = self.got.because
        return f"{doubt}{said} {self.subscription.full_name}: {because.where}: {because.text}"


@dataclass(frozen=True)
class Outcomes:
    """The result of one expectation.

    Attributes:
        name: The expectation, in words.
        answers: An answer for each subscription that it names, in each workspace that it concerns.
    """

    name: str
    answers: tuple[Answer, ...]

    @property
    def failures(self) -> tuple[str, ...]:
        """Why it does not hold, a sentence for each subscription; empty where it holds."""
        return tuple(answer.failure for answer in self.answers if answer.failure)

    @property
    def holds(self) -> bool:
        """Whether the expectation holds."""
        return not self.failures


def load_expectations(path: Path, subscriptions: Sequence[RoutedSubscription]) -> tuple[tuple[int, Expectation], ...]:
    """Read and check a file of expectations.

    Args:
        path: The file.
        subscriptions: The subscriptions that there are.

    Returns:
        The expectations, each with the line on which it begins.

    Raises:
        InputError: It is wrong; with every mistake.
    """
    with reading(path):
        document = read_yaml(path.read_bytes())
        with locating(document.locate):
            expectations = parse_expectations(document.value)
            mistakes = list(naming_mistakes(expectations, subscriptions))
            if mistakes:
                raise DeclarationError(mistakes)
    return tuple((document.locate((index,)).line, each) for index, each in enumerate(expectations))


def parse_expectations(given: object) -> tuple[Expectation, ...]:
    """Read expectations.

    Args:
        given: A list of maps, as an expectations file holds it.

    Raises:
        DeclarationError: With every mistake.
    """
    if not isinstance(given, list):
        raise DeclarationError([Mistake((), f"expected a list of expectations, got {show(given)}")])
    parsed: list[Expectation] = []
    mistakes: list[Mistake] = []
    for index, entry in enumerate(given):
        try:
            parsed.append(Expectation.parse(entry))
        except DeclarationError as error:
            mistakes += [mistake.below(index) for mistake in error.mistakes]
    if mistakes:
        raise DeclarationError(mistakes)
    return tuple(parsed)


def naming_mistakes(
    expectations: Sequence[Expectation], subscriptions: Sequence[RoutedSubscription]
) -> Iterator[Mistake]:
    """Yield the mistakes of expectations that name what is not there.

    Args:
        expectations: The expectations.
        subscriptions: The subscriptions that there are.
    """
    workspaces = list(dict.fromkeys(each.workspace for each in subscriptions))
    for index, expectation in enumerate(expectations):
        if expectation.workspace is not None and expectation.workspace not in workspaces:
            yield Mistake((index, "workspace"), no_such("workspace", expectation.workspace, workspaces))
            continue
        names = list(dict.fromkeys(each.name for each in subscriptions if _concerns(expectation, each)))
        for member, named in (("reaches", expectation.reaches), ("misses", expectation.misses)):
            for position, name in enumerate(named):
                if name not in names:
                    yield Mistake((index, member, position), no_such("subscription", name, names))


def check_expectation(expectation: Expectation, subscriptions: Sequence[RoutedSubscription]) -> Outcomes:
    """Check an expectation.

    Args:
        expectation: The expectation.
        subscriptions: The subscriptions that there are.
    """
    answers = []
    for subscription in subscriptions:
        if not _concerns(expectation, subscription):
            continue
        for wanted, names in ((Outcome.MATCH, expectation.reaches), (Outcome.NO_MATCH, expectation.misses)):
            if subscription.name in names:
                event = expectation.event_of(subscription.workspace_id)
                answers.append(Answer(subscription, wanted, match(subscription, event, subscription.workspace)))
    return Outcomes(expectation.name, tuple(answers))


def _concerns(expectation: Expectation, subscription: RoutedSubscription) -> bool:
    return expectation.workspace is None or expectation.workspace == subscription.workspace
