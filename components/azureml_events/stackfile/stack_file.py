"""A stack file, read and checked."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azureml_events.base.arm_ids import ENVIRONMENT_KEY, PUBLIC_CLOUD
from azureml_events.base.mistakes import Mistake, sort_by_position
from azureml_events.stack.parse import SECTIONS, StackError, parse_stack
from azureml_events.stack.stack import Stack
from azureml_events.stackfile.input_error import InputError, locate_all, reading
from azureml_events.stackfile.project import Project, project_of
from azureml_events.stackfile.project_config import with_project_config
from azureml_events.stackfile.reader import NAMESPACE, StackDocument, parse_stack_file
from azureml_events.stackfile.secrets import MISPLACED, NOT_IN_PROJECT, hide, seal
from azureml_events.stackfile.yaml_document import EncryptedNode


@dataclass(frozen=True)
class StackFile:
    """A stack file, read and without mistakes.

    Attributes:
        path: The file.
        name: The stack's name.
        document: Its text, read, with what the project's file gives.
        stack: The stack that it declares.
    """

    path: Path
    name: str
    document: StackDocument
    stack: Stack

    @property
    def notes(self) -> tuple[str, ...]:
        """What is not known of it, in words."""
        unknown = unknown_sections(self.document)
        keys = ", ".join(f"{NAMESPACE}:{section}" for section in SECTIONS if section in unknown)
        if not keys:
            return ()
        delivered = {each.key for each in self.stack.deliveries}
        left = ", ".join(key for key in self.stack.subscriptions if key not in delivered)
        where = f"; where these subscriptions deliver is not known: {left}" if left else ""
        return (f"{keys} may stand in its environment, which is not read; what is named there is not judged{where}",)


class StackFileError(InputError):
    """A stack file that is refused.

    Args:
        refused: Its mistakes.
        rest: The file with its entries, as far as findings can be told of them.
    """

    def __init__(self, refused: InputError, rest: StackFile) -> None:
        super().__init__(refused.lines, refused.mistakes, refused.path)
        self.rest = rest


def load_stack_file(path: Path, project: Project | None = None, text: bytes | None = None) -> StackFile:
    """Read and check a stack file.

    Args:
        path: The file.
        project: The project that it belongs to; default that of its directory, else that of the working directory.

        text: What it holds; default what is read from it.

    Raises:
        StackFileError: Entries are wrong; with every mistake.
        InputError: It is no stack file.
    """
    document = _read(path, project, text)
    with reading(path):
        try:
            stack = _check(document)
        except StackError as error:
            rest = StackFile(path, stack_name(path), document, error.readable)
            raise StackFileError(InputError.at(path, error.mistakes), rest) from None
    return StackFile(path, stack_name(path), document, stack)


def read_stack_file(path: Path, project: Project | None = None) -> StackDocument:
    """Read a stack file by the Pulumi CLI's rules, and leave its entries unchecked.

    Args:
        path: The file.
        project: The project that it belongs to; default that of its directory, else that of the working directory.

    Raises:
        InputError: It is no stack file; with every mistake.
    """
    document = _read(path, project)
    if document.mistakes:
        raise InputError.at(path, document.mistakes)
    return document


def _read(path: Path, project: Project | None, text: bytes | None = None) -> StackDocument:
    project = project or project_of(path)
    with reading(path):
        text = path.read_bytes() if text is None else text
        return with_project_config(parse_stack_file(text, project.name), project)


def unknown_sections(document: StackDocument) -> frozenset[str]:
    """Select our keys that neither file has and an environment may have.

    Args:
        document: The stack file, with what the project's file gives.

    Returns:
        The keys without the namespace.
    """
    return frozenset(SECTIONS) - sections(document.config).keys() if document.environment else frozenset()


def config_with_unknown(document: StackDocument) -> dict[str, object]:
    """Give the configuration that a program is run with offline: what an environment may hold is unknown.

    Args:
        document: The stack file, with what the project's file gives.
    """
    unknown = {f"{NAMESPACE}:{section}": EncryptedNode("") for section in sorted(unknown_sections(document))}
    return {**document.config, **unknown}


def _check(document: StackDocument) -> Stack:
    """Check the entries of a stack file, also beside values that are refused already."""
    refused = {mistake.path for mistake in document.mistakes}
    try:
        stack = checked_stack(
            sections(document.config),
            unknown=unknown_sections(document),
            of_project=sections(document.of_project).keys(),
            environment=environment_of(document.config),
        )
    except StackError as error:
        mistakes = [_hinted(each, document) for each in error.mistakes if each.path not in refused]
        entries = locate_all(mistakes, document.locate)
        raise StackError(sort_by_position([*document.mistakes, *entries]), error.entries) from None
    if document.mistakes:
        raise StackError(document.mistakes, stack)
    return stack


def _hinted(mistake: Mistake, document: StackDocument) -> Mistake:
    """Say of missing workspaces where they are, if a key without a namespace is that of another project."""
    bare = f"{document.project}:workspaces"
    if mistake.path != ("workspaces",) or bare not in document.config or document.project == NAMESPACE:
        return mistake
    return Mistake(mistake.path, f"{mistake.message}; 'workspaces' means '{bare}' here, write '{NAMESPACE}:workspaces'")


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


def checked_stack(
    config: Mapping[str, Any],
    *,
    unknown: Collection[str] = (),
    decrypted: Collection[str] = (),
    of_project: Collection[str] = (),
    environment: str = PUBLIC_CLOUD,
) -> Stack:
    """Make the stack that a configuration declares.

    Args:
        config: The configuration by section, encrypted values as Pulumi or the reader leaves them.
        unknown: The sections that may have values which are not read.
        decrypted: The sections that Pulumi handed over decrypted, without a word of what was encrypted in them.
        of_project: The sections that the project's file holds.
        environment: The cloud that the provider works in, as `azure-native:environment` names it.

    Raises:
        StackError: It is wrong; with every mistake.
    """
    sealed, wrong = seal(config, decrypted=decrypted, of_project=of_project)
    refused = {each.path for each in wrong if each.message.startswith((MISPLACED, NOT_IN_PROJECT))}
    mistakes: list[Mistake] = []
    try:
        stack = parse_stack(sealed, unknown={*unknown, *(config.keys() - sealed.keys())}, environment=environment)
    except StackError as error:
        stack = error.entries
        mistakes = [mistake for mistake in error.mistakes if mistake.path not in refused]
    for section in decrypted:
        mistakes = hide(mistakes, config[section])
    if wrong or mistakes:
        raise StackError([*wrong, *mistakes], stack)
    return stack


def environment_of(config: Mapping[str, object]) -> str:
    """Say in which cloud the provider works, as the configuration names it.

    Args:
        config: The configuration by full key.
    """
    given = config.get(ENVIRONMENT_KEY)
    return given if isinstance(given, str) else PUBLIC_CLOUD


def stack_name(path: Path) -> str:
    """Return the stack's name that a stack file's name gives."""
    return path.name.removeprefix("Pulumi.").rpartition(".")[0]
