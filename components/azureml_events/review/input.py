"""The input of a command: a stack file, a JSON document of another tool, or a Pulumi program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azureml_events.base.mistakes import DeclarationError, Mistake, dotted
from azureml_events.lint.entries import find_in_entries
from azureml_events.lint.rules import Finding
from azureml_events.review.reported import Locate
from azureml_events.routing.of_stack import routed_entries
from azureml_events.routing.subscription import RoutedSubscription
from azureml_events.stackfile.input_error import InputError, locating, reading
from azureml_events.stackfile.project import find_stack_file
from azureml_events.stackfile.stack_file import StackFile, StackFileError, load_stack_file

if TYPE_CHECKING:
    from azureml_events.documents.document import Document
    from azureml_events.documents.json_text import JsonText


@dataclass(frozen=True)
class Input:
    """Event subscriptions and their places in a file.

    Attributes:
        name: The stack's or the document's name.
        path: The file.
        subscriptions: The event subscriptions.
        locate: Finds the place of a path in the file.
        ignored_by_arm: Mistakes of a document that its tool accepts and ARM ignores.
        notes: Parts of a document that were passed over, and why.
        of_entries: Findings of a stack file's entries, or of a document, beside those of its subscriptions' filters.
    """

    name: str
    path: Path
    subscriptions: tuple[RoutedSubscription, ...]
    locate: Locate
    ignored_by_arm: tuple[Mistake, ...] = ()
    notes: tuple[str, ...] = ()
    of_entries: tuple[Finding, ...] = ()


def load_input(
    argument: str, *, program: Path | None = None, parameters: Path | None = None, sources: Sequence[str] = ()
) -> Input:
    """Load the input that a command is given in place of STACK.

    Args:
        argument: A stack's name, the path of a stack file, or the path of a JSON document.
        program: The directory of a program that is run with the stack's configuration; default none: the stack file or
            document itself is read.
        parameters: The parameter file of an ARM template; default none: the template's default values hold.
        sources: Which workspaces a document's system topics belong to, each `TOPIC=WORKSPACE_ID`, or with one topic
            `WORKSPACE_ID`; default what the document says.

    Raises:
        StackFileError: Entries of the stack file are wrong; with every mistake.
        InputError: It is wrong; with every mistake.
    """
    path = Path(argument)
    if program is None and path.suffix not in {".yaml", ".yml"} and path.is_file():
        return _document(path, parameters, sources)
    if parameters is not None:
        raise InputError([f"--parameters: only an ARM template has parameters; {argument} is none"])
    if program is not None:
        return _program(program, argument, sources)
    if sources:
        raise InputError(["--source: for documents only; a stack file names its workspaces by 'resourceId'"])
    if path.name in {"Pulumi.yaml", "Pulumi.yml"} and path.is_file():
        from azureml_events.documents.neighbours import PULUMI_PROJECT

        raise InputError([f"{path}: {PULUMI_PROJECT}"])
    return _of_stack_file(load_stack_file(*find_stack_file(argument, Path.cwd())))


def load_rest(error: StackFileError) -> Input:
    """Load the entries of a refused stack file that are right.

    Args:
        error: Its mistakes.
    """
    return _of_stack_file(error.rest)


def _of_stack_file(file: StackFile) -> Input:
    return Input(
        file.name,
        file.path,
        routed_entries(file.stack),
        file.document.locate,
        notes=file.notes,
        of_entries=tuple(find_in_entries(file.stack)),
    )


def _program(directory: Path, stack: str, sources: Sequence[str]) -> Input:
    from azureml_events.offline.recording import ProgramError
    from azureml_events.review.program import Program
    from azureml_events.review.registered import read_program

    program = Program.find(directory, stack)
    try:
        document = read_program(program, sources)
    except DeclarationError as error:
        raise InputError([str(mistake) for mistake in error.mistakes]) from None
    except ProgramError as error:
        raise InputError(error.text.splitlines()) from None
    return _of_document(program.stack, directory, document)


def _document(path: Path, parameters: Path | None, sources: Sequence[str]) -> Input:
    from azureml_events.documents.document import read_document

    text = _read_json(path)
    given = _read_parameters(parameters, text.value) if parameters else None
    with reading(path), locating(text.locate):
        document = read_document(text.value, parameters=given, sources=sources)
    return _of_document(path.name, path, document, text)


def _read_json(path: Path) -> JsonText:
    from azureml_events.documents.json_text import read_json_bytes
    from azureml_events.documents.neighbours import refusal_of_text

    with reading(path):
        written = path.read_bytes()
        try:
            return read_json_bytes(written)
        except DeclarationError:
            other = refusal_of_text(path.name, written.decode(errors="replace"))
            if other is None:
                raise
            raise DeclarationError([Mistake((), other)]) from None


def _read_parameters(path: Path, template: object) -> dict[str, Any]:
    from azureml_events.documents.template.parameters import read_parameters

    text = _read_json(path)
    with reading(path), locating(text.locate):
        return read_parameters(text.value, template)


def _of_document(name: str, path: Path, document: Document, text: JsonText | None = None) -> Input:
    notes = (*(text.notes if text else ()), *document.notes)
    return Input(
        name,
        path,
        document.subscriptions,
        text.locate if text else lambda _: None,
        document.mistakes,
        tuple(f"{dotted(note.path)}: {note.text}" if note.path else note.text for note in notes),
        of_entries=document.findings,
    )
