"""A stack file, read and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azureml_events.declarations.mistakes import DeclarationError, Mistake, dotted
from azureml_events.declarations.stack import Stack, parse_stack
from azureml_events.stackfile.reader import NAMESPACE, StackDocument, StackFileError, read_stack_file
from azureml_events.stackfile.secrets import seal


class InputError(ValueError):
    """An input that is refused: one line for each mistake, with file, line and column.

    Args:
        lines: The lines, at least one.
        mistakes: The same as mistakes, in the same order.
    """

    def __init__(self, lines: Iterable[str], mistakes: Iterable[Mistake] = ()) -> None:
        self.lines = tuple(lines)
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.lines))


@dataclass(frozen=True)
class StackFile:
    """A stack file that is right.

    Attributes:
        path: The file.
        name: The stack's name.
        document: What the file says.
        stack: What it declares.
    """

    path: Path
    name: str
    document: StackDocument
    stack: Stack


def load_stack_file(path: Path) -> StackFile:
    """Read and check a stack file.

    Args:
        path: The file.

    Raises:
        InputError: It is wrong; with every mistake.
    """
    document = read_document(path)
    try:
        stack = checked_stack(sections(document.config))
    except DeclarationError as error:
        raise input_error(path, document, error.mistakes) from None
    return StackFile(path, stack_name(path), document, stack)


def read_document(path: Path) -> StackDocument:
    """Read a stack file by the Pulumi CLI's rules.

    Raises:
        InputError: It is no stack file; with every mistake.
    """
    try:
        return read_stack_file(path.read_bytes())
    except OSError as error:
        raise InputError([f"{path}: cannot be read: {error.strerror}"]) from None
    except StackFileError as error:
        raise InputError(
            [f"{path}:{located}" for located in error.mistakes],
            [located.mistake for located in error.mistakes],
        ) from None


def sections(config: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration of our own namespace, by key without it."""
    prefix = f"{NAMESPACE}:"
    return {key.removeprefix(prefix): value for key, value in config.items() if key.startswith(prefix)}


def checked_stack(config: Mapping[str, Any], *, decrypted: bool = False) -> Stack:
    """The stack that a configuration declares.

    Args:
        config: The configuration by section, encrypted values as Pulumi or the reader leaves them.
        decrypted: Whether Pulumi handed the handlers over decrypted.

    Raises:
        DeclarationError: With every mistake.
    """
    sealed, wrong = seal(config, decrypted=decrypted)
    refused = {mistake.path for mistake in wrong}
    try:
        stack = parse_stack(sealed)
    except DeclarationError as error:
        wrong += [mistake for mistake in error.mistakes if mistake.path not in refused]
        raise DeclarationError(wrong) from None
    if wrong:
        raise DeclarationError(wrong)
    return stack


def input_error(path: Path, document: StackDocument, mistakes: Iterable[Mistake]) -> InputError:
    """Mistakes with the places in a file where they are, in the order of the text.

    Args:
        path: The file.
        document: What it says.
        mistakes: The mistakes.
    """
    placed = sorted(((document.locate(mistake.path), mistake) for mistake in mistakes), key=lambda item: item[0])
    return InputError(
        [f"{path}:{place.line}:{place.column}: {_one_line(mistake)}" for place, mistake in placed],
        [mistake for _, mistake in placed],
    )


def _one_line(mistake: Mistake) -> str:
    return f"{dotted(mistake.path)}: {mistake.message}".replace("\r", "\\r").replace("\n", "\\n")


def stack_name(path: Path) -> str:
    """The stack's name that a stack file's name gives."""
    return path.name.removeprefix("Pulumi.").rpartition(".")[0]
