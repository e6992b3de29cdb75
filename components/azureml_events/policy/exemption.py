"""An exemption: what a rule lets pass, until when, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from azureml_events.base.mistakes import show
from azureml_events.base.model import Declaration
from azureml_events.policy.judge import Violated
from azureml_events.policy.settings import Name

_SHORTEST = 10
"""Characters of a reason, without the spaces around it."""


def _day(given: object) -> date:
    try:
        day = datetime.strptime(str(given), "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        day = None
    if day is None or not isinstance(given, (str, date)) or day.isoformat() != str(given):
        raise ValueError(f"{show(given)} is no date; expected one as '2027-03-31'")
    return day


def _reason(text: str) -> str:
    if len(text.strip()) < _SHORTEST:
        raise ValueError(f"{show(text)} is no reason; say why in at least {_SHORTEST} characters")
    return text


class Exemption(Declaration):
    """What the policy file lets pass: one rule's findings about some resources."""

    hints: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("expires", "expiry", "end", "date"), "its last day is 'until'"),
        **dict.fromkeys(("owner", "approvedBy", "author"), "who accepts it is 'by'"),
        **dict.fromkeys(("subscription", "workspace", "name"), "what it is for is 'resource'"),
        "detail": "what a finding has as detail is 'finding' here",
    }

    resource: Name
    """The Pulumi name of the resource, `workspace/subscription` of ours; `*` stands for any text."""

    reason: Annotated[str, AfterValidator(_reason), Field(json_schema_extra={"minLength": _SHORTEST})]
    """Why it may pass, in at least 10 characters."""

    until: Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
    """The last day on which it holds, as `2027-03-31`, UTC."""

    by: Name | None = None
    """Who accepts it; default nobody named."""

    finding: Name | None = None
    """The one finding of several about the resource that it is for, as a role's or an attribute's name; default all."""

    def is_for(self, violated: Violated) -> bool:
        """Tell whether it is for a violation of its rule, whatever the day.

        Args:
            violated: The violation.
        """
        return self.names(violated.resource.name) and self.finding in (None, violated.violation.detail)

    def names(self, resource: str) -> bool:
        """Tell whether it is for a resource.

        Args:
            resource: The resource's name.
        """
        if "*" not in self.resource:
            return resource == self.resource
        pattern = ".*".join(map(re.escape, self.resource.split("*")))
        return re.fullmatch(pattern, resource, re.DOTALL) is not None

    def holds(self, day: date) -> bool:
        """Tell whether it holds on a day.

        Args:
            day: The day, UTC.
        """
        return day <= self.until
