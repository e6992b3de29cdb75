"""The text of an adopted stack file: YAML whose scalars every reader takes for the same."""

from __future__ import annotations

import re
from typing import Any

import yaml

from azureml_events.adopt.adoption import Adoption
from azureml_events.stackfile.reader import NAMESPACE

_PLAIN = re.compile(r"/?[A-Za-z][A-Za-z0-9_./-]*(?:(?::|,? )[A-Za-z0-9_./-]+)*")
_WORDS = re.compile(r"y|n|yes|no|on|off|true|false|null", re.IGNORECASE)
_ORDER = ("workspaces", "handlers", "subscriptions")
_WIDTH = 10_000

HEADER = (
    "# Written by azureml-events adopt: the first `pulumi up` takes over what exists, and changes nothing but what"
    " adopt said beside this file.\n"
)


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    plain = _PLAIN.fullmatch(text) and not _WORDS.fullmatch(text)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else "'")


_Dumper.add_representer(str, _text)


def stack_text(adoption: Adoption) -> str:
    """Write an adopted stack file, its keys sorted.

    Args:
        adoption: What came of the documents.
    """
    config: dict[str, Any] = {}
    if adoption.azure_subscription:
        config["azure-native:subscriptionId"] = adoption.azure_subscription
    for section in _ORDER:
        if section in adoption.config:
            config[f"{NAMESPACE}:{section}"] = dict(sorted(adoption.config[section].items()))
    return HEADER + yaml.dump({"config": config}, Dumper=_Dumper, sort_keys=False, width=_WIDTH)
