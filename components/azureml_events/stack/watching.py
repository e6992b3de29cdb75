"""What is watched of a workspace's events: the log of failed deliveries, and alerts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, ValidationInfo, ValidatorFunctionWrapHandler, WithJsonSchema, WrapValidator

from azureml_events.base.arm_ids import OfType
from azureml_events.base.mistakes import DeclarationError, show
from azureml_events.base.model import Between, Declaration, is_from_document, refuse
from azureml_events.base.values import Reference
from azureml_events.event_grid.metrics import CONDITIONS, DELIVERY_FAILURES, SILENT_WINDOWS

LOG_ANALYTICS = "Microsoft.OperationalInsights/workspaces"
"""The resource type of Log Analytics workspaces."""

ACTION_GROUP = "Microsoft.Insights/actionGroups"
"""The resource type of action groups."""


def _or(kind: type[Declaration], members: str, *plain: bool) -> WrapValidator:
    """Make the validator of a declaration that a plain value may stand in place of.

    Args:
        kind: The declaration.
        members: What a map of it holds, for errors.
        plain: The values.
    """
    words = " or ".join("true" if each else "false" for each in plain)

    def read(value: object, union: ValidatorFunctionWrapHandler, info: ValidationInfo) -> object:
        if value is None or isinstance(value, kind) or any(value is each for each in plain):
            return union(value)
        from_document = is_from_document(info)
        if isinstance(value, Mapping) and from_document:
            try:
                return kind.parse(value)
            except DeclarationError as error:
                refuse(error.mistakes)
        wanted = f"a map of {members}" if from_document else f"{kind.__name__}(…)"
        raise ValueError(f"expected {wanted}, or {words}, got {show(value)}")

    return WrapValidator(read)


def _window(hours: int) -> int:
    if hours not in SILENT_WINDOWS:
        windows = ", ".join(map(str, SILENT_WINDOWS))
        raise ValueError(
            f"{show(hours)} is refused; allowed: {windows}, the hours that a metric alert of Azure can look back on; "
            "for others there is the log search alert, and no log has the events that matched"
        )
    return hours


class Diagnostics(Declaration):
    """The log of failed deliveries of a system topic, kept in a Log Analytics workspace."""

    hints: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(
            ("category", "categories", "logs", "categoryGroup"),
            f"a system topic has one category, {DELIVERY_FAILURES}, which is kept; leave it out",
        ),
        "metrics": "alerts read the topic's metrics where they are; leave it out",
    }

    workspace_id: Annotated[Reference, OfType(LOG_ANALYTICS)]
    """The Log Analytics workspace's ARM id; required."""


class Failing(Declaration):
    """How many attempts to deliver may fail before somebody is told."""

    threshold: Annotated[int, Between(0, 1_000_000)] = CONDITIONS["failing"].threshold
    """The failed attempts in an hour, for each event subscription, that are still no alert, 0 to 1000000; default 10.
    One event alone is tried some seven times in its first hour."""


class Silent(Declaration):
    """For how long a subscription may match no event before somebody is told."""

    hours: Annotated[int, AfterValidator(_window), WithJsonSchema({"type": "integer", "enum": [*SILENT_WINDOWS]})]
    """The hours, 1, 6, 12 or 24; required."""


class DefaultAlerts(Declaration):
    """Defaults of every workspace's alerts."""

    hints: ClassVar[Mapping[str, str]] = {
        "silent": "write it in each workspace: it names subscriptions",
        "threshold": "write failing: {threshold: …}",
        "workspaceId": "write it below 'diagnostics'",
    }

    action_group_id: Annotated[Reference, OfType(ACTION_GROUP)] | None = None
    """The ARM id of the action group that is told; required with any alert, here or in the defaults."""

    dropped: bool | None = None
    """Whether events that are lost are an alert, of severity 1; default true."""

    dead_lettered: bool | None = None
    """Whether events that become dead letters are an alert, of severity 2; default true."""

    failing: Annotated[bool | Failing | None, _or(Failing, "threshold", True, False)] = None
    """Whether failing deliveries are an alert, of severity 3, and how many of them; default true."""

    publish_failing: bool | None = None
    """Whether it is an alert, of severity 3, that Azure Machine Learning cannot publish events, which only Microsoft
    can mend; default false."""

    workflows: bool | None = None
    """Whether failed runs of the workflows before handlers are an alert, of severity 3; default true."""


class Alerts(DefaultAlerts):
    """The alerts of a workspace: metric alerts on its system topic, for each event subscription, and on workflows."""

    hints: ClassVar[Mapping[str, str]] = {
        **{name: hint for name, hint in DefaultAlerts.hints.items() if name != "silent"},
        "hours": "write silent: {<subscription>: {hours: …}}",
    }

    silent: dict[str, Silent] | None = None
    """The subscriptions, by key, for which it is an alert, of severity 3, that no event matches for some hours."""

    def over(self, defaults: DefaultAlerts) -> Alerts:
        """Merge with the defaults, field by field.

        Args:
            defaults: The settings that hold where there are none here.
        """
        own = {name for name in type(self).model_fields if getattr(self, name) is not None}
        inherited = {name: getattr(defaults, name) for name in DefaultAlerts.model_fields if name not in own}
        return self.model_copy(update=inherited)

    @property
    def threshold(self) -> int | None:
        """The failed attempts that are still no alert; None where they never are one."""
        if self.failing is False:
            return None
        return self.failing.threshold if isinstance(self.failing, Failing) else Failing().threshold


WorkspaceDiagnostics = Annotated[Diagnostics | Literal[False] | None, _or(Diagnostics, "workspaceId", False)]
"""The log of a workspace; false for none."""

WorkspaceAlerts = Annotated[Alerts | Literal[False] | None, _or(Alerts, "actionGroupId and what is watched", False)]
"""The alerts of a workspace; false for none."""

EveryonesAlerts = Annotated[
    DefaultAlerts | Literal[False] | None, _or(DefaultAlerts, "actionGroupId and what is watched", False)
]
"""The alerts of every workspace; false for none."""
