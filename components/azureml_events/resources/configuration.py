"""The stack's configuration, as Pulumi hands it to the program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import config as runtime_config

from azureml_events.base.mistakes import DeclarationError
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
        pulumi.RunError: It is wrong; with every mistake, and its place in the stack file where that is there.
    """
    config = {key: _value(key) for key in _keys()}
    decrypted = runtime_config.is_config_secret(f"{NAMESPACE}:handlers")
    try:
        stack = checked_stack(sections(config), decrypted=decrypted)
    except DeclarationError as error:
        raise pulumi.RunError("\n".join(_placed(error))) from None
    for warning in stack.warnings:
        pulumi.log.warn(str(warning))
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
    return list(InputError.at(path, locate_all(error.mistakes, document.locate)).lines)
