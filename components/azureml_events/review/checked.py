"""What `check` finds in an input, whether it is right or refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from azureml_events.lint.refusal import beside
from azureml_events.review.input import InputOptions, input_name, load_input, load_rest
from azureml_events.review.reported import Reported, Reporter
from azureml_events.stackfile.input_error import InputError
from azureml_events.stackfile.stack_file import StackFileError


@dataclass(frozen=True)
class Checked:
    """An input, checked.

    Attributes:
        name: The stack's or document's name, or None.
        place: The file, or as what it was given.
        findings: What is found, with its mistakes.
        notes: What was passed over, each with its file.
        refused: Its mistakes as lines; none where it is valid.
    """

    name: str | None
    place: Path
    findings: Sequence[Reported]
    notes: Sequence[str] = ()
    refused: Sequence[str] = ()


def check_input(argument: str, options: InputOptions, *, with_edits: bool) -> Checked:
    """Check an input.

    Args:
        argument: The input as it is named.
        options: How it is read.
        with_edits: Whether findings carry edits, which cost a check each.
    """
    try:
        given = load_input(argument, options)
    except InputError as error:
        return check_refused(error, argument, with_edits=with_edits)
    reporter = given.reporter(with_edits=with_edits)
    findings = [*reporter.ignored_by_arm(given.ignored_by_arm), *reporter.findings(given.found())]
    return Checked(given.name, given.path, findings, given.notes)


def check_refused(error: InputError, argument: str, *, with_edits: bool) -> Checked:
    """Collect what is found beside the mistakes of an input, after them.

    Args:
        error: The mistakes.
        argument: The input as it is named.
        with_edits: Whether findings carry edits, which cost a check each.
    """
    place = error.path or Path(argument)
    if not isinstance(error, StackFileError):
        name = argument if error.path is None else input_name(error.path)
        return Checked(name, place, Reporter(place, lambda _: None).invalid(error), (), error.lines)
    rest = load_rest(error)
    reporter = rest.reporter(with_edits=with_edits)
    findings = [*reporter.invalid(error), *reporter.findings(beside(rest.found(), error.mistakes))]
    return Checked(rest.name, place, findings, rest.notes, error.lines)
