"""Runs a workflow definition as Azure Logic Apps would: Event Grid's call in, the answer and the calls of services out.

It reads the definition alone. Services are a function from a call to a reply; time passes only in their replies.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.wdl import Failed, evaluate

EVENT_GRID_WAITS = 30


@dataclass(frozen=True)
class Call:
    """A call of a service.

    Attributes:
        action: The action that made it.
        method: Its method.
        uri: Where to.
        headers: Its headers.
        body: Its JSON body.
        authentication: How it was authenticated.
    """

    action: str
    method: str
    uri: str
    headers: Mapping[str, str]
    body: Any
    authentication: Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """A service's reply.

    203 is a success, whatever page comes with it. A redirect is none: it is not followed. What a redirect that is
    followed ends as is a reply like any other.

    Attributes:
        status: The HTTP status.
        body: The JSON body, or the text of another one.
        seconds: How long it took.
    """

    status: int = 200
    body: Any = None
    seconds: float = 0.1


Service = Callable[[Call], Reply]


@dataclass
class Run:
    """What happened.

    Attributes:
        calls: The calls of services, in their order.
        status: The answer's HTTP status; None where no run started, 502 where no action answered.
        body: The answer's body.
        seconds: When the answer was given.
        tracking_id: The run's name.
        failed: Whether the run is shown as failed.
        history: What the run history shows of each action.
    """

    calls: list[Call] = field(default_factory=list)
    status: int | None = None
    body: Any = None
    seconds: float = 0.0
    tracking_id: str | None = None
    failed: bool = False
    history: list[Any] = field(default_factory=list)


class _Ended(Exception):  # noqa: N818, no error but the end of a run
    pass


def run(
    definition: Mapping[str, Any],
    body: Any,
    service: Service,
    headers: Mapping[str, str] | None = None,
    parameters: Mapping[str, str] | None = None,
) -> Run:
    """Call a workflow's trigger.

    Args:
        definition: The workflow definition.
        body: The call's JSON body: a list of events.
        service: What the services reply.
        headers: The call's headers.
        parameters: Values of the workflow's parameters, set on the resource.
    """
    return _Workflow(definition, body, service, headers or {}, parameters or {}).run()


class _Workflow:
    def __init__(
        self,
        definition: Mapping[str, Any],
        body: Any,
        service: Service,
        headers: Mapping[str, str],
        parameters: Mapping[str, str],
    ) -> None:
        self.definition = definition
        self.service = service
        self.clock = 0.0
        self.result = Run()
        self.outputs: dict[str, Any] = {}
        self.statuses: dict[str, str] = {}
        self.variables: dict[str, Any] = {}
        self.elements: dict[str, Any] = {}
        self.headers = headers
        declared = definition["parameters"]
        values = {name: parameters.get(name, row.get("defaultValue")) for name, row in declared.items()}
        self.lookup: dict[str, Callable[..., Any]] = {
            "triggerBody": lambda: body,
            "triggerOutputs": lambda: {"headers": self._trigger_headers(), "body": body},
            "parameters": values.__getitem__,
            "variables": self.variables.__getitem__,
            "items": self.elements.__getitem__,
            "outputs": self.outputs.get,
            "body": lambda name: (self.outputs.get(name) or {}).get("body"),
        }

    def run(self) -> Run:
        """Run the workflow."""
        trigger = self.definition["triggers"]["manual"]
        assert trigger["type"] == "Request"
        assert trigger["inputs"]["method"] == "POST"
        assert "splitOn" not in trigger
        for condition in trigger.get("conditions", []):
            if evaluate(condition["expression"], self.lookup) is not True:
                return self.result
        tracking = trigger["correlation"]["clientTrackingId"]
        self.result.tracking_id = evaluate(tracking, self.lookup)
        if "outputs" not in _secured(trigger):
            self.result.history.append(self.lookup["triggerOutputs"]())
        with contextlib.suppress(_Ended):
            self._actions(self.definition["actions"])
        if self.result.status is None:
            self.result.status, self.result.failed = 502, True
        return self.result

    def _trigger_headers(self) -> dict[str, str]:
        trigger = self.definition["triggers"]["manual"]
        if trigger.get("operationOptions") == "IncludeAuthorizationHeadersInOutputs":
            return dict(self.headers)
        return {name: value for name, value in self.headers.items() if name != "Authorization"}

    def _actions(self, actions: Mapping[str, Any]) -> str:
        left = dict(actions)
        while left:
            name = next(name for name, action in left.items() if not set(action["runAfter"]) & set(left))
            action = left.pop(name)
            waits = action["runAfter"].items()
            if all(self.statuses[awaited] in allowed for awaited, allowed in waits):
                self.statuses[name] = self._action(name, action)
            else:
                self._skip(name, action)
        awaited_by_some = {awaited for action in actions.values() for awaited in action["runAfter"]}
        ends = [self._end(name, actions) for name in actions if name not in awaited_by_some]
        return "Failed" if {"Failed", "TimedOut"} & set(ends) else "Succeeded"

    def _end(self, name: str, actions: Mapping[str, Any]) -> str:
        """How a branch ended: a skipped action counts as those before it."""
        status = self.statuses[name]
        before = actions[name]["runAfter"]
        if status == "Skipped" and before:
            ends = [self._end(awaited, actions) for awaited in before]
            return "Failed" if {"Failed", "TimedOut"} & set(ends) else "Succeeded"
        return status

    def _skip(self, name: str, action: Mapping[str, Any]) -> None:
        self.statuses[name] = "Skipped"
        self.outputs.pop(name, None)
        for branch in (action.get("actions", {}), action.get("else", {}).get("actions", {})):
            for inner, row in branch.items():
                self._skip(inner, row)

    def _action(self, name: str, action: Mapping[str, Any]) -> str:
        self.outputs.pop(name, None)
        kind = action["type"]
        if kind == "Foreach":
            return self._foreach(name, action)
        try:
            inputs = evaluate(action.get("inputs"), self.lookup)
            condition = evaluate(action.get("expression"), self.lookup)
        except Failed as error:
            self.result.history.append({name: str(error)})
            return "Failed"
        shown = {} if "inputs" in _secured(action) else {"inputs": inputs}
        self.result.history.append({name: shown})
        if kind == "If":
            [[one, two]] = [pair["equals"] for pair in condition["and"]]
            then, otherwise = action["actions"], action["else"]["actions"]
            taken, left = (then, otherwise) if one == two else (otherwise, then)
            for inner, row in left.items():
                self._skip(inner, row)
            return self._actions(taken)
        ended: str = getattr(self, f"_{kind.lower()}")(name, action, inputs)
        return ended

    def _foreach(self, name: str, action: Mapping[str, Any]) -> str:
        assert action["operationOptions"] == "Sequential"
        ends = set()
        for element in evaluate(action["foreach"], self.lookup):
            self.elements[name] = element
            ends.add(self._actions(action["actions"]))
        return "Failed" if "Failed" in ends else "Succeeded"

    def _http(self, name: str, action: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        assert inputs["retryPolicy"] == {"type": "none"}
        assert action["operationOptions"] == "DisableAsyncPattern"
        headers = inputs.get("headers", {})
        for value in (inputs["uri"], *headers.values()):
            assert re.fullmatch(r"[\x20-\x7e]*", value), f"not fit for HTTP: {value!r}"
        call = Call(
            name,
            inputs["method"],
            inputs["uri"],
            headers,
            inputs.get("body"),
            inputs.get("authentication", {}),
        )
        self.result.calls.append(call)
        reply = self.service(call)
        [limit] = re.findall(r"PT(\d+)S", action["limit"]["timeout"])
        self.clock += min(reply.seconds, int(limit))
        if reply.seconds > int(limit):
            return "TimedOut"
        self.outputs[name] = {"statusCode": reply.status, "headers": {}, "body": reply.body}
        if "outputs" not in _secured(action):
            self.result.history.append({name: self.outputs[name]})
        return "Succeeded" if 200 <= reply.status < 300 else "Failed"

    def _compose(self, name: str, action: Mapping[str, Any], inputs: Any) -> str:
        del action
        self.outputs[name] = inputs
        return "Succeeded"

    def _initializevariable(self, name: str, action: Mapping[str, Any], inputs: Any) -> str:
        del name, action
        for variable in inputs["variables"]:
            self.variables[variable["name"]] = variable["value"]
        return "Succeeded"

    def _incrementvariable(self, name: str, action: Mapping[str, Any], inputs: Any) -> str:
        del name, action
        self.variables[inputs["name"]] += inputs["value"]
        return "Succeeded"

    def _response(self, name: str, action: Mapping[str, Any], inputs: Any) -> str:
        del name, action
        assert self.result.status is None, "answered twice"
        self.result.status, self.result.body = inputs["statusCode"], inputs["body"]
        self.result.seconds = self.clock
        return "Succeeded"

    def _terminate(self, name: str, action: Mapping[str, Any], inputs: Any) -> str:
        del name, action
        self.result.failed = inputs["runStatus"] == "Failed"
        raise _Ended


def _secured(action: Mapping[str, Any]) -> list[str]:
    configuration = action.get("runtimeConfiguration", {})
    return list(configuration.get("secureData", {}).get("properties", []))
