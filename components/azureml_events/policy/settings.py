"""What several rules' settings hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import AfterValidator, Field

from azureml_events.base.mistakes import show
from azureml_events.base.model import Many
from azureml_events.policy.rule import Settings

EndpointKind = Literal[
    "AzureFunction",
    "EventHub",
    "HybridConnection",
    "MonitorAlert",
    "NamespaceTopic",
    "PartnerDestination",
    "ServiceBusQueue",
    "ServiceBusTopic",
    "StorageQueue",
    "WebHook",
]
"""The types of endpoint of Event Grid's ARM contract, API version 2025-02-15."""

ENDPOINT_KINDS: tuple[str, ...] = get_args(EndpointKind)


def show_kind(kind: object) -> str:
    """Write an endpoint's type for a message; one that Event Grid does not have is not repeated.

    Args:
        kind: The type, as it is written.
    """
    return f"'{kind}'" if kind in ENDPOINT_KINDS else "no type of Event Grid's"


def _name(text: str) -> str:
    if not text.strip():
        raise ValueError(f"{show(text)} names nothing; write a name, or take it out")
    return text


Name = Annotated[str, AfterValidator(_name), Field(json_schema_extra={"minLength": 1})]
"""What names something: any text that is not blank."""


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError):
        fix = "; for any text write '.*'" if text == "*" else ""
        raise ValueError(f"{show(text)} is no regular expression{fix}") from None
    return text


Regex = Annotated[str, AfterValidator(_regex)]
"""A regular expression, Python's, that must match the whole text; JSON Schema's format `regex` is that of others."""


class ExceptKinds(Settings):
    """The settings of a rule that some types of endpoint need not obey."""

    renamed: ClassVar[Mapping[str, str]] = {"except": "except_kinds"}

    except_kinds: Annotated[Many[EndpointKind], Field(alias="except")] = ()
    """The types of endpoint that it does not judge; default none."""
