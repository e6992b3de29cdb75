"""The stack's configuration, as Pulumi hands it to the program."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import config as runtime_config

from azureml_events.base.mistakes import DeclarationError
from azureml_events.lint.refusal import FindingsError
from azureml_events.resources.findings import heed_findings, with_findings
from azureml_events.stack.parse import StackError
from azureml_events.stack.stack import Stack
from azureml_events.stackfile.input_error import InputError, locate_all
from azureml_events.stackfile.project import find_project
from azureml_events.stackfile.reader import NAMESPACE
from azureml_events.stackfile.stack_file import (
    checked_stack,
    read_stack_file,
    sections,
)


def read_configuration() -> Stack:
    """Read the stack that the program's configuration declares.

    Raises:
        pulumi.RunError: It is wrong, or a filter can never match; with every mistake and every finding at level error,
            each with its place in the stack file where that is there.
    """
    config = {key: _value(key) for key in _keys()}
    decrypted = runtime_config.is_config_secret(f"{NAMESPACE}:handlers")
    try:
        return _checked(config, decrypted=decrypted)
    except DeclarationError as error:
        raise pulumi.RunError("\n".join(_placed(error))) from error


def _checked(config: Mapping[str, Any], *, decrypted: bool) -> Stack:
    try:
        stack = checked_stack(sections(config), decrypted=decrypted)
    except StackError as error:
        raise with_findings(error) from None
    heed_findings(stack)
    return stack


def _keys() -> list[str]:
    known = {**runtime_config.get_config_env(), **runtime_config.CONFIG.get()}
    return [key for key in known if key.startswith(f"{NAMESPACE}:")]


def _value(key: str) -> Any:
    text = pulumi.Config(NAMESPACE).require(key.removeprefix(f"{NAMESPACE}:"))
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, (dict, list)) else text


def _placed(error: DeclarationError) -> list[str]:
    try:
        path = find_project(Path(pulumi.get_root_directory())).stack_file(pulumi.get_stack())
        document = read_stack_file(path)
    except InputError:
        return [str(mistake) for mistake in error.mistakes]
    findings = error.findings if isinstance(error, FindingsError) else ()
    mistakes = error.beside if isinstance(error, FindingsError) else error.mistakes
    placed = sorted((document.locate(finding.path), str(finding)) for finding in findings)
    return [
        *InputError.at(path, locate_all(mistakes, document.locate)).lines,
        *(f"{path}:{position}: error: {text}" for position, text in placed),
    ]
