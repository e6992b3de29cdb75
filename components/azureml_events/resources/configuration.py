"""The stack's configuration, as Pulumi hands it to the program."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import config as runtime_config
from pulumi.runtime.rpc import UNKNOWN

from azureml_events.base.arm_ids import PUBLIC_CLOUD
from azureml_events.base.mistakes import DeclarationError, Mistake
from azureml_events.lint.refusal import FindingsError
from azureml_events.resources.findings import heed_findings, with_findings
from azureml_events.stack.parse import StackError
from azureml_events.stack.stack import Stack
from azureml_events.stackfile.input_error import InputError, locate_all
from azureml_events.stackfile.project import find_project
from azureml_events.stackfile.reader import NAMESPACE, StackDocument, near_namespaces
from azureml_events.stackfile.secrets import marked_as
from azureml_events.stackfile.stack_file import (
    checked_stack,
    read_stack_file,
    sections,
)


def read_configuration() -> Stack:
    """Read the stack that the program's configuration declares.

    Of a key with encrypted values Pulumi tells a program only that it has some. Which ones they are, the stack file
    tells, where it is there and says the same as Pulumi. Where it does not, every value that may be secret is taken for
    one, and a key that holds none is refused.

    Raises:
        pulumi.RunError: It is wrong, or a filter can never match; with every mistake and every finding at level error,
            each with its place in the stack file where that is there.
    """
    path, document = _stack_file()
    try:
        return _checked(document)
    except DeclarationError as error:
        raise pulumi.RunError("\n".join(_placed(error, path, document))) from error


def _checked(document: StackDocument | None) -> Stack:
    keys = _keys()
    config = {key: _value(key) for key in keys if key.startswith(f"{NAMESPACE}:")}
    unknown = {section for section, value in sections(config).items() if value == UNKNOWN}
    known = {section: value for section, value in sections(config).items() if section not in unknown}
    decrypted = set()
    for section in [each for each in known if runtime_config.is_config_secret(f"{NAMESPACE}:{each}")]:
        marked = marked_as(sections(document.config).get(section) if document else None, known[section])
        known[section] = known[section] if marked is None else marked
        decrypted |= {section} if marked is None else set()
    try:
        stack = _stack(known, unknown, decrypted, near_namespaces(keys, pulumi.get_project()))
    except StackError as error:
        raise with_findings(error) from None
    heed_findings(stack)
    return stack


def configured_environment() -> str:
    """Say in which cloud the stack's own provider works, as the configuration names it."""
    return pulumi.Config("azure-native").get("environment") or PUBLIC_CLOUD


def _stack(known: Mapping[str, Any], unknown: set[str], decrypted: set[str], near: list[Mistake]) -> Stack:
    try:
        environment = configured_environment()
        stack = checked_stack(known, unknown=unknown, decrypted=decrypted, environment=environment)
    except StackError as error:
        raise StackError([*near, *error.mistakes], error.entries) from None
    if near:
        raise StackError(near, stack)
    return stack


def _keys() -> list[str]:
    return list({**runtime_config.get_config_env(), **runtime_config.CONFIG.get()})


def _value(key: str) -> Any:
    text = pulumi.Config(NAMESPACE).require(key.removeprefix(f"{NAMESPACE}:"))
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, (dict, list)) else text


def _stack_file() -> tuple[Path, StackDocument] | tuple[None, None]:
    """Find the stack's file and read it, where it is there."""
    try:
        project = find_project(Path(pulumi.get_root_directory()))
        path = project.stack_file(pulumi.get_stack())
        return path, read_stack_file(path, project)
    except InputError:
        return None, None


def _placed(error: DeclarationError, path: Path | None, document: StackDocument | None) -> list[str]:
    if path is None or document is None:
        return [str(mistake) for mistake in error.mistakes]
    findings = error.findings if isinstance(error, FindingsError) else ()
    mistakes = error.beside if isinstance(error, FindingsError) else error.mistakes
    placed = sorted((document.locate(finding.path), str(finding)) for finding in findings)
    return [
        *InputError.at(path, locate_all(mistakes, document.locate)).lines,
        *(f"{position.file or path}:{position}: error: {text}" for position, text in placed),
    ]
