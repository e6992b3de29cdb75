"""A stack file, read and checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azureml_events.base.mistakes import DeclarationError, sort_by_position
from azureml_events.stack.parse import StackError, parse_stack
from azureml_events.stack.stack import Stack
from azureml_events.stackfile.input_error import InputError, locate_all, reading
from azureml_events.stackfile.reader import NAMESPACE, StackDocument, parse_stack_file
from azureml_events.stackfile.secrets import MISPLACED, seal


@dataclass(frozen=True)
class StackFile:
    """A stack file, read and without mistakes.

    Attributes:
        path: The file.
        name: The stack's name.
        document: Its text, read.
        stack: The stack that it declares.
    """

    path: Path
    name: str
    document: StackDocument
    stack: Stack


class StackFileError(InputError):
    """A stack file that is refused.

    Args:
        refused: Its mistakes.
        rest: The file with the entries that have none.
    """

    def __init__(self, refused: InputError, rest: StackFile) -> None:
        super().__init__(refused.lines, refused.mistakes)
        self.rest = rest


def load_stack_file(path: Path) -> StackFile:
    """Read and check a stack file.

    Args:
        path: The file.

    Raises:
        StackFileError: Entries are wrong; with every mistake.
        InputError: It is no stack file.
    """
    with reading(path):
        document = parse_stack_file(path.read_bytes())
        try:
            stack = _check(document)
        except StackError as error:
            rest = StackFile(path, stack_name(path), document, error.right)
            raise StackFileError(InputError.at(path, error.mistakes), rest) from None
    return StackFile(path, stack_name(path), document, stack)


def read_stack_file(path: Path) -> StackDocument:
    """Read a stack file by the Pulumi CLI's rules, and leave its entries unchecked.

    Args:
        path: The file.

    Raises:
        InputError: It is no stack file; with every mistake.
    """
    with reading(path):
        document = parse_stack_file(path.read_bytes())
        if document.mistakes:
            raise DeclarationError(document.mistakes)
    return document


def _check(document: StackDocument) -> Stack:
    """Check the entries of a stack file, also beside values that are refused already."""
    refused = {mistake.path for mistake in document.mistakes}
    try:
        stack = checked_stack(sections(document.config))
    except DeclarationError as error:
        entries = locate_all((each for each in error.mistakes if each.path not in refused), document.locate)
        mistakes = sort_by_position([*document.mistakes, *entries])
        if isinstance(error, StackError):
            raise StackError(mistakes, error.entries) from None
        raise DeclarationError(mistakes) from None
    if document.mistakes:
        raise StackError(document.mistakes, stack)
    return stack


def sections(config: Mapping[str, Any]) -> dict[str, Any]:
    """Select the configuration of our own namespace.

    Args:
        config: The configuration by full key.

    Returns:
        The values by key without the namespace.
    """
    prefix = f"{NAMESPACE}:"
    return {key.removeprefix(prefix): _structured(value) for key, value in config.items() if key.startswith(prefix)}


def _structured(value: object) -> object:
    """Decode a map or list that is written as one text of JSON, as `pulumi config set` without `--path` does."""
    try:
        read = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return value
    return read if isinstance(read, (dict, list)) else value


def checked_stack(config: Mapping[str, Any], *, decrypted: bool = False) -> Stack:
    """Make the stack that a configuration declares.

    Args:
        config: The configuration by section, encrypted values as Pulumi or the reader leaves them.
        decrypted: Whether Pulumi handed the handlers over decrypted.

    Raises:
        StackError: Entries are wrong; with every mistake.
        DeclarationError: A section is encrypted as a whole, so that nothing of it can be read.
    """
    sealed, wrong = seal(config, decrypted=decrypted)
    if sealed.keys() != config.keys():
        raise DeclarationError(wrong)
    refused = {mistake.path for mistake in wrong if mistake.message == MISPLACED}
    try:
        stack = parse_stack(sealed)
    except StackError as error:
        wrong += [mistake for mistake in error.mistakes if mistake.path not in refused]
        raise StackError(wrong, error.entries) from None
    if wrong:
        raise StackError(wrong, stack)
    return stack


def stack_name(path: Path) -> str:
    """Return the stack's name that a stack file's name gives."""
    return path.name.removeprefix("Pulumi.").rpartition(".")[0]
