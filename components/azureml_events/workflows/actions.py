"""Typed actions of a workflow: one refers to another only if that exists.

Source of the forms: Azure Logic Apps' schema reference for trigger and action types, Consumption workflows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from azureml_events.workflows.expressions import Expression, Text, call, render

Status = Literal["Succeeded", "Failed", "Skipped", "TimedOut"]
"""The ways in which an action ends."""

SUCCEEDED: tuple[Status, ...] = ("Succeeded",)
ENDED: tuple[Status, ...] = ("Succeeded", "Failed", "Skipped", "TimedOut")


@dataclass(frozen=True, kw_only=True, eq=False)
class Action:
    """One action.

    Attributes:
        name: Its name, unique in the workflow.
        after: The actions that it waits for, each with the ways of ending that let it start.
    """

    name: str
    after: Mapping[Action, tuple[Status, ...]] = field(default_factory=dict)

    @property
    def outputs(self) -> Expression:
        """Its result."""
        return call("outputs", self.name)

    @property
    def body(self) -> Expression:
        """The body of what it gave."""
        return call("body", self.name)

    def rendered(self) -> dict[str, Any]:
        """Write the action as it stands in a definition."""
        waits = {action.name: list(statuses) for action, statuses in self.after.items()}
        return {**self._own(), "runAfter": waits}

    def _own(self) -> dict[str, Any]:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True, eq=False)
class Http(Action):
    """A call to a service, tried once and not awaited beyond its first answer.

    Event Grid is who tries again, so the action does not; work that the service goes on with is not polled.

    Attributes:
        method: The HTTP method.
        uri: Where to.
        timeout_seconds: Seconds until it counts as timed out.
        headers: The headers.
        body_to_send: The JSON body; None for none.
        audience: The audience of the managed identity's token that it carries; None for no such token.
        secure: What the run history does not show.
    """

    method: Literal["GET", "POST"]
    uri: Text
    timeout_seconds: int
    headers: Mapping[str, object] = field(default_factory=dict)
    body_to_send: Mapping[str, object] | None = None
    audience: str | None = None
    secure: tuple[Literal["inputs", "outputs"], ...] = ()

    def _own(self) -> dict[str, Any]:
        inputs: dict[str, Any] = {"method": self.method, "uri": render(self.uri)}
        if self.headers:
            inputs["headers"] = render(self.headers)
        if self.body_to_send is not None:
            inputs["body"] = render(self.body_to_send)
        if self.audience:
            inputs["authentication"] = {"type": "ManagedServiceIdentity", "audience": self.audience}
        inputs["retryPolicy"] = {"type": "none"}
        secured = {"runtimeConfiguration": {"secureData": {"properties": list(self.secure)}}}
        return {
            "type": "Http",
            "inputs": inputs,
            "limit": {"timeout": f"PT{self.timeout_seconds}S"},
            "operationOptions": "DisableAsyncPattern",
            **(secured if self.secure else {}),
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class Compose(Action):
    """A value that later actions use.

    Attributes:
        value: The value.
    """

    value: object

    def _own(self) -> dict[str, Any]:
        return {"type": "Compose", "inputs": render(self.value)}


@dataclass(frozen=True, kw_only=True, eq=False)
class If(Action):
    """A choice between two sequences of actions.

    Attributes:
        condition: A boolean.
        then: The actions where it is true.
        otherwise: The actions where it is false.
    """

    condition: Expression
    then: Sequence[Action]
    otherwise: Sequence[Action] = ()

    def _own(self) -> dict[str, Any]:
        return {
            "type": "If",
            "expression": {"and": [{"equals": [render(self.condition), True]}]},
            "actions": rendered_actions(self.then),
            "else": {"actions": rendered_actions(self.otherwise)},
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class Foreach(Action):
    """The same actions for each element of a list, one element after the other.

    Attributes:
        elements: The list.
        actions: The actions.
    """

    elements: Expression
    actions: Sequence[Action]

    def _own(self) -> dict[str, Any]:
        return {
            "type": "Foreach",
            "foreach": render(self.elements),
            "actions": rendered_actions(self.actions),
            "operationOptions": "Sequential",
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class Counter(Action):
    """A whole-number variable of the workflow, beginning at 0.

    Attributes:
        variable: Its name.
    """

    variable: str

    @property
    def value(self) -> Expression:
        """Its value."""
        return call("variables", self.variable)

    def _own(self) -> dict[str, Any]:
        declared = {"name": self.variable, "type": "integer", "value": 0}
        return {"type": "InitializeVariable", "inputs": {"variables": [declared]}}


@dataclass(frozen=True, kw_only=True, eq=False)
class Count(Action):
    """One more on a counter.

    Attributes:
        counter: The counter.
    """

    counter: Counter

    def _own(self) -> dict[str, Any]:
        return {"type": "IncrementVariable", "inputs": {"name": self.counter.variable, "value": 1}}


@dataclass(frozen=True, kw_only=True, eq=False)
class Response(Action):
    """The answer to the caller.

    Attributes:
        status_code: Its HTTP status.
        content: Its JSON body.
    """

    status_code: int
    content: Mapping[str, object]

    def _own(self) -> dict[str, Any]:
        inputs = {
            "statusCode": self.status_code,
            "headers": {"Content-Type": "application/json"},
            "body": render(self.content),
        }
        return {"type": "Response", "kind": "Http", "inputs": inputs}


@dataclass(frozen=True, kw_only=True, eq=False)
class Fail(Action):
    """The end of the run, as failed.

    Attributes:
        code: A word for the failure, that alerts can look for.
        message: What happened.
    """

    code: str
    message: str

    def _own(self) -> dict[str, Any]:
        error = {"code": self.code, "message": self.message}
        return {"type": "Terminate", "inputs": {"runStatus": "Failed", "runError": error}}


def in_order(*actions: Action) -> dict[Action, tuple[Status, ...]]:
    """Return the `runAfter` of an action that starts once others have succeeded.

    Args:
        actions: The others.
    """
    return dict.fromkeys(actions, SUCCEEDED)


def rendered_actions(actions: Sequence[Action]) -> dict[str, Any]:
    """Write actions as they stand in a definition, by name."""
    return {action.name: action.rendered() for action in actions}
