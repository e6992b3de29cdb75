"""A stack file, read and checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azureml_events.base.mistakes import DeclarationError
from azureml_events.stack.parse import parse_stack
from azureml_events.stack.stack import Stack
from azureml_events.stackfile.input_error import InputError, placed
from azureml_events.stackfile.reader import NAMESPACE, FlawedStackFileError, StackDocument, read_stack_file
from azureml_events.stackfile.secrets import MISPLACED, seal
from azureml_events.stackfile.values import Located
from azureml_events.stackfile.yaml_document import StackFileError


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
    try:
        document = _read(path)
    except FlawedStackFileError as flawed:
        raise InputError.at(path, _and_of_its_entries(flawed)) from None
    try:
        stack = checked_stack(sections(document.config))
    except DeclarationError as error:
        raise InputError.at(path, placed(document.locate, error.mistakes)) from None
    return StackFile(path, stack_name(path), document, stack)


def read_document(path: Path) -> StackDocument:
    """Read a stack file by the Pulumi CLI's rules.

    Raises:
        InputError: It is no stack file; with every mistake.
    """
    try:
        return _read(path)
    except FlawedStackFileError as flawed:
        raise InputError.at(path, flawed.mistakes) from None


def _read(path: Path) -> StackDocument:
    try:
        return read_stack_file(path.read_bytes())
    except OSError as error:
        raise InputError([f"{path}: cannot be read: {error.strerror}"]) from None
    except FlawedStackFileError:
        raise
    except StackFileError as error:
        raise InputError.at(path, error.mistakes) from None


def _and_of_its_entries(flawed: FlawedStackFileError) -> list[Located]:
    """What is wrong with a stack file's text, and with the entries that can be read in it all the same."""
    found = list(flawed.mistakes)
    paths = {each.mistake.path for each in found}
    try:
        checked_stack(sections(flawed.document.config))
    except DeclarationError as error:
        entries = (mistake for mistake in error.mistakes if mistake.path not in paths)
        found += placed(flawed.document.locate, entries)
    return sorted(found, key=lambda each: each.position)


def sections(config: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration of our own namespace, by key without it."""
    prefix = f"{NAMESPACE}:"
    return {key.removeprefix(prefix): _structured(value) for key, value in config.items() if key.startswith(prefix)}


def _structured(value: object) -> object:
    """A map or list that was written as one text of JSON, as `pulumi config set` without `--path` does."""
    try:
        read = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return value
    return read if isinstance(read, (dict, list)) else value


def checked_stack(config: Mapping[str, Any], *, decrypted: bool = False) -> Stack:
    """The stack that a configuration declares.

    Args:
        config: The configuration by section, encrypted values as Pulumi or the reader leaves them.
        decrypted: Whether Pulumi handed the handlers over decrypted.

    Raises:
        DeclarationError: With every mistake.
    """
    sealed, wrong = seal(config, decrypted=decrypted)
    if sealed.keys() != config.keys():
        raise DeclarationError(wrong)
    refused = {mistake.path for mistake in wrong if mistake.message == MISPLACED}
    try:
        stack = parse_stack(sealed)
    except DeclarationError as error:
        wrong += [mistake for mistake in error.mistakes if mistake.path not in refused]
        raise DeclarationError(wrong) from None
    if wrong:
        raise DeclarationError(wrong)
    return stack


def stack_name(path: Path) -> str:
    """The stack's name that a stack file's name gives."""
    return path.name.removeprefix("Pulumi.").rpartition(".")[0]
