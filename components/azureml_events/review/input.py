"""The input of a command: a stack file, a JSON document of another tool, or a Pulumi program."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azureml_events.base.mistakes import DeclarationError, MemberPath, Mistake, Position, dotted
from azureml_events.base.text_encoding import encoding_of
from azureml_events.lint.entries import find_in_entries
from azureml_events.lint.lint import analyse
from azureml_events.lint.rule import Finding
from azureml_events.review.allow import refusing_policy_rules
from azureml_events.review.edits import NO_EDITS, DocumentEdits, Edits, StackEdits
from azureml_events.review.reported import Locate, Reporter
from azureml_events.routing.of_stack import routed_entries
from azureml_events.routing.subscription import RoutedSubscription
from azureml_events.stackfile.input_error import InputError, locating, reading
from azureml_events.stackfile.project import Project, find_project, find_stack_file, project_of
from azureml_events.stackfile.secrets import cipher_texts
from azureml_events.stackfile.stack_file import StackFile, StackFileError, load_stack_file, sections, stack_name

if TYPE_CHECKING:
    from azureml_events.documents.document import Document
    from azureml_events.documents.json_text import JsonText
    from azureml_events.review.judged import Judged


STDIN = Path("<stdin>")
"""The place of what is read from standard input, which `-` names."""


_BEGINNING = 4096
_DOCUMENT = re.compile(r"""\s*(?:\[|//|/\*|\{(?!\s*["']?config["']?\s*:))""")
"""How a JSON document begins, but no stack file."""


@dataclass(frozen=True)
class InputOptions:
    """How an input is read.

    Attributes:
        program: The directory of a program that is run with the stack's configuration; default none: the stack file or
            document itself is read.
        parameters: The parameter file of an ARM template; default none: the template's default values hold.
        sources: Which workspaces a document's system topics belong to, each `TOPIC=WORKSPACE_ID`, or with one topic
            `WORKSPACE_ID`; default what the document says.
    """

    program: Path | None = None
    parameters: Path | None = None
    sources: Sequence[str] = ()


NO_OPTIONS = InputOptions()


@dataclass(frozen=True)
class Input:
    """Event subscriptions and their places in a file.

    Attributes:
        name: The stack's or the document's name; None for standard input.
        path: The file, or a program's directory.
        subscriptions: The event subscriptions.
        locate: Finds the place of a path in the file.
        ignored_by_arm: Mistakes of a document that its tool accepts and ARM ignores.
        notes: What was passed over, and why, each with its file.
        of_entries: Findings of a stack file's entries, or of a document, beside those of its subscriptions' filters.
        edits: Writes the edit of a finding; one of a program has none.
        has_columns: Whether places have columns: a program's have lines alone.
        is_document: Whether it is a document or a program, whose paths do not name subscriptions.
        judge: Gives what policy rules judge of it; of a stack file this runs the program that declares it, and raises
            `InputError` where that does not run to its end.
        stacks: The directory of its stack files; None for a document.
        sealed: The cipher texts of a stack file by handler, each by its member's path in the handler.
    """

    name: str | None
    path: Path
    subscriptions: tuple[RoutedSubscription, ...]
    locate: Locate
    ignored_by_arm: tuple[Mistake, ...] = ()
    notes: tuple[str, ...] = ()
    of_entries: tuple[Finding, ...] = ()
    edits: Edits = NO_EDITS
    has_columns: bool = True
    is_document: bool = False
    judge: Callable[[], Judged] | None = None
    stacks: Path | None = None
    sealed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def expectations(self) -> Path | None:
        """The file of the stack's expectations; None where there is none."""
        path = self.stacks / f"routes.{self.name}.yaml" if self.stacks and self.name else None
        return path if path and path.is_file() else None

    def found(self) -> list[Finding]:
        """Find what `check` says of it."""
        return [*refusing_policy_rules(analyse(self.subscriptions)), *self.of_entries]

    def reporter(self, *, with_edits: bool) -> Reporter:
        """Make what reports findings in it.

        Args:
            with_edits: Whether they carry edits, which cost a check each.
        """
        edits = self.edits if with_edits else NO_EDITS
        times = Counter(each.path for each in self.subscriptions)
        owners = {each.path: (each.workspace, each.name) for each in self.subscriptions if times[each.path] == 1}
        return Reporter(self.path, self.locate, edits, self.has_columns, owners, self.is_document)


def load_input(argument: str, options: InputOptions = NO_OPTIONS) -> Input:
    """Load the input that a command is given in place of STACK.

    Args:
        argument: A stack's name, the path of a stack file, the path of a JSON document, or `-` for either of these on
            standard input.
        options: How it is read; default as it is.

    Raises:
        StackFileError: Entries of the stack file are wrong; with every mistake.
        InputError: It is wrong; with every mistake.
    """
    parameters, sources = options.parameters, options.sources
    if options.program is not None:
        _refuse_parameters(parameters, argument)
        return _program(options.program, argument, sources)
    if argument == "-":
        return _standard_input(parameters, sources)
    path = Path(argument)
    if path.suffix not in {".yaml", ".yml"} and path.is_file():
        return _document(path.name, path, _read(path), parameters, sources)
    _refuse_parameters(parameters, argument)
    _refuse_sources(sources)
    if path.name in {"Pulumi.yaml", "Pulumi.yml"} and path.is_file():
        from azureml_events.documents.neighbours import PULUMI_PROJECT

        raise InputError([f"{path}: {PULUMI_PROJECT}"], path=path)
    file, project = find_stack_file(argument, Path.cwd())
    return _of_stack_file(load_stack_file(file, project), project)


def load_version(given: Input, path: Path, data: bytes, options: InputOptions) -> Input:
    """Load another version of a stack file or document: by today's rules, as the same stack of today's project.

    Args:
        given: The stack file or document.
        path: What mistakes name.
        data: The other version's text.
        options: How a document is read.

    Raises:
        InputError: It is wrong; with every mistake.
    """
    if given.is_document:
        return _document(given.name, path, data, options.parameters, options.sources)
    project = project_of(given.path)
    file = load_stack_file(path, project, data)
    return _of_stack_file(replace(file, name=given.name or file.name), project)


def load_rest(error: StackFileError) -> Input:
    """Load the entries of a refused stack file that are right.

    Args:
        error: Its mistakes.
    """
    return _of_stack_file(error.rest)


def load_document(argument: str, parameters: Path | None = None) -> tuple[JsonText, dict[str, Any] | None]:
    """Load a JSON document of another tool as it is.

    Args:
        argument: Its path, or `-` for standard input.
        parameters: The parameter file of an ARM template; default none.

    Returns:
        The document, and the values of its parameters by name in lower case.

    Raises:
        InputError: It is none.
    """
    path = STDIN if argument == "-" else Path(argument)
    if path is not STDIN and not path.is_file():
        raise InputError([f"{argument}: there is no such file"], path=path)
    text = _read_json(path, _from_stdin() if path is STDIN else _read(path))
    return text, _read_parameters(parameters, text.value) if parameters else None


def input_name(path: Path | None) -> str | None:
    """Name the stack or document in a file; None for standard input.

    Args:
        path: The file; None where there is none.
    """
    if path is None or path == STDIN:
        return None
    return stack_name(path) if path.suffix in {".yaml", ".yml"} else path.name


def _standard_input(parameters: Path | None, sources: Sequence[str]) -> Input:
    data = _from_stdin()
    if _DOCUMENT.match(data[:_BEGINNING].decode(encoding_of(data), errors="replace")):
        return _document(None, STDIN, data, parameters, sources)
    _refuse_parameters(parameters, "-")
    _refuse_sources(sources)
    project = find_project(Path.cwd())
    return _of_stack_file(load_stack_file(STDIN, project, data), project)


def _from_stdin() -> bytes:
    if sys.stdin is None:
        raise InputError([f"{STDIN}: closed, so there is nothing to read"], path=STDIN)
    return sys.stdin.buffer.read()


def _of_stack_file(file: StackFile, project: Project | None = None) -> Input:
    subscriptions = routed_entries(file.stack)
    return Input(
        input_name(file.path),
        file.path,
        subscriptions,
        file.document.locate,
        notes=tuple(f"{file.path}: {note}" for note in file.notes),
        of_entries=tuple(find_in_entries(file.stack)),
        edits=StackEdits(file.stack, sections(file.document.config)),
        judge=partial(_judged_of_stack, file, project, subscriptions) if project else None,
        stacks=file.path.parent,
        sealed=cipher_texts(sections(file.document.config).get("handlers")),
    )


def _judged_of_stack(file: StackFile, project: Project, subscriptions: Sequence[RoutedSubscription]) -> Judged:
    from azureml_events.offline.recording import ProgramError
    from azureml_events.review.program import Program
    from azureml_events.review.registered import resources_of_program
    from azureml_events.review.stack_places import judged_of_stack

    program = Program.of_stack_file(file, project)
    try:
        recording = program.run_for_resources()
    except ProgramError as error:
        raise InputError(error.text.splitlines(), path=file.path) from None
    return judged_of_stack(file.stack, subscriptions, resources_of_program(program, recording))


def _program(directory: Path, stack: str, sources: Sequence[str]) -> Input:
    from azureml_events.offline.recording import ProgramError
    from azureml_events.review.judged import judged_of_program
    from azureml_events.review.program import Program
    from azureml_events.review.registered import read_program

    program = Program.find(directory, stack)
    try:
        registered = read_program(program, sources)
    except DeclarationError as error:
        raise InputError([str(mistake) for mistake in error.mistakes], path=directory) from None
    except ProgramError as error:
        raise InputError(error.text.splitlines(), path=directory) from None

    def locate(path: MemberPath) -> Position | None:
        return registered.places.get(str(path[0])) if path else None

    document = registered.document
    return replace(
        _of_document(program.stack, directory, document),
        locate=locate,
        has_columns=False,
        judge=lambda: judged_of_program(registered.resources),
        stacks=find_project(directory).stacks,
    )


def _read(path: Path) -> bytes:
    with reading(path):
        return path.read_bytes()


def _refuse_parameters(parameters: Path | None, argument: str) -> None:
    if parameters is not None:
        raise InputError([f"--parameters: only an ARM template has parameters; {argument} is none"])


def _refuse_sources(sources: Sequence[str]) -> None:
    if sources:
        raise InputError(["--source: for documents only; a stack file names its workspaces by 'resourceId'"])


def _document(name: str | None, path: Path, data: bytes, parameters: Path | None, sources: Sequence[str]) -> Input:
    from azureml_events.documents.document import read_document
    from azureml_events.review.judged import judged_of_document

    text = _read_json(path, data)
    given = _read_parameters(parameters, text.value) if parameters else None
    with reading(path), locating(text.locate):
        document = read_document(text.value, parameters=given, sources=sources)
    document = replace(document, notes=(*text.notes, *document.notes))

    def judged() -> Judged:
        with reading(path), locating(text.locate):
            return judged_of_document(text.value, given)

    return replace(
        _of_document(name, path, document),
        locate=text.locate,
        edits=DocumentEdits(text.value),
        judge=judged,
    )


def _read_json(path: Path, data: bytes) -> JsonText:
    from azureml_events.documents.json_text import read_json_bytes
    from azureml_events.documents.neighbours import refusal_of_text

    with reading(path):
        try:
            return read_json_bytes(data)
        except DeclarationError:
            other = refusal_of_text(path.name, data.decode(errors="replace"))
            if other is None:
                raise
            raise DeclarationError([Mistake((), other)]) from None


def _read_parameters(path: Path, template: object) -> dict[str, Any]:
    from azureml_events.documents.template.parameters import read_parameters

    text = _read_json(path, _read(path))
    with reading(path), locating(text.locate):
        return read_parameters(text.value, template)


def _of_document(name: str | None, path: Path, document: Document) -> Input:
    notes = tuple(
        f"{path}: {dotted(note.path)}: {note.text}" if note.path else f"{path}: {note.text}" for note in document.notes
    )
    return Input(
        name,
        path,
        document.subscriptions,
        lambda _: None,
        document.mistakes,
        notes,
        of_entries=document.findings,
        is_document=True,
    )
