"""Stack files for the tests: this repository's own, with changes, and with secrets that we know."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from azureml_events.stackfile.reader import NAMESPACE, parse_stack_file
from azureml_events.stackfile.yaml_document import EncryptedNode

STACKS = Path(__file__).parents[2] / "stacks"

BARE = "config:\n  azure-native:subscriptionId: 00000000-0000-0000-0000-000000000001\n"
"""The text of a stack file that says its Azure subscription alone."""

Config = dict[str, Any]
"""A stack's configuration by full key."""


def config_of(text: str) -> Config:
    """The configuration in the text of a stack file."""
    return parse_stack_file(text).config


def config_of_stack(stack: str, folder: Path = STACKS) -> Config:
    """The configuration of one of this repository's stacks, with a short wait for access and no retry."""
    config = config_of((folder / f"Pulumi.{stack}.yaml").read_text("utf-8"))
    return edited(
        config,
        [{"path": "defaults.accessDelaySeconds", "value": 1}, {"path": "defaults.accessRetryMinutes", "value": 0}],
    )


def edited(config: Mapping[str, Any], edits: Sequence[Mapping[str, Any]]) -> Config:
    """A configuration with changes.

    Args:
        config: What it is now.
        edits: Each has a `path` below our namespace (`handlers.hook.endpointUrl`, list items by number) and what
            happens there: `value` puts one in its place, `remove: true` takes it out, `reverse: true` turns a list or
            the order of a map round.
    """
    changed = deepcopy(dict(config))
    for edit in edits:
        first, *steps = str(edit["path"]).split(".")
        section = f"{NAMESPACE}:{first}"
        *way, last = [section, *steps]
        place: Any = changed
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
        key = int(last) if isinstance(place, list) else last
        if edit.get("remove"):
            del place[key]
        elif edit.get("reverse"):
            place[key] = _reversed(place[key])
        else:
            place[key] = edit["value"]
    return changed


def text_of(config: Mapping[str, Any]) -> str:
    """A configuration as the text of a stack file."""
    texts = {
        key: json.dumps(value, default=lambda secure: {"secure": secure.ciphertext}) for key, value in config.items()
    }
    return "config:\n" + "".join(f"  {key}: {text}\n" for key, text in texts.items())


def secrets_in(config: Mapping[str, Any]) -> dict[str, str]:
    """A value to encrypt for each encrypted node of a configuration, by its path for `pulumi config set --path`."""
    return {
        _path(steps): f"https://hook.example.com/?code=hush-{at}" if steps[-1] == "endpointUrl" else f"hush-{at}"
        for at, steps in enumerate(_encrypted(config))
    }


def with_secrets(config: Mapping[str, Any], values: Mapping[str, str]) -> Config:
    """A configuration with values in place of encrypted nodes.

    Args:
        config: The configuration.
        values: As `secrets_in` gives them.
    """
    changed = deepcopy(dict(config))
    for steps in list(_encrypted(config)):
        place: Any = changed
        for step in steps[:-1]:
            place = place[step]
        place[steps[-1]] = values[_path(steps)]
    return changed


def _encrypted(value: Any, steps: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, EncryptedNode):
        yield steps
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _encrypted(inner, (*steps, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _encrypted(inner, (*steps, at))


def _path(steps: Sequence[str | int]) -> str:
    first, *rest = steps
    return str(first) + "".join(f"[{step}]" if isinstance(step, int) else f'["{step}"]' for step in rest)


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return dict(reversed(value.items()))
    return value[::-1]
