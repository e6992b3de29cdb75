"""The frame that every bridge shares: Event Grid's call on one side, the target's on the other.

How an event ends is decided here, for every target:

| the target | the answer to Event Grid | what Event Grid does |
| --- | --- | --- |
| took it, with the answer that it documents for that | 200 | nothing more |
| refused it for good: 400, 405, 410, 413, 414, 415, 422, 431 | 400 | dead-letters it at once |
| failed: anything else, or no answer in time | 503 | delivers it again |

203, a redirect and an answer without what the target documents are failures: a sign-in page comes so. 401, 403 and 404
count as failures, not as refusals: a role that has not spread yet, a pipeline that is deployed after the subscription.
An event of another workspace, or of a type that the subscription does not take, is refused. A batch is handled one
event after the other; if one of them fails the whole batch comes again, so deliveries to a bridge hold one event. Event
Grid waits 30 seconds for the answer; the calls together are given 25. Whatever else goes wrong in the workflow leaves
the call without an answer of ours, which Logic Apps turns into 502: Event Grid delivers it again.

That `limit.timeout` ends a call is documented for asynchronous ones only. Should it not, a target that answers after 26
to 120 seconds acts, Event Grid delivers again, and it acts twice; nothing is lost. Whether redirects are followed is
not documented; a target whose answer has a member is safe either way.

Sources: Event Grid's pages on delivery and on endpoint validation (which statuses are tried again, 30 seconds, the
handshake's 200); Azure Logic Apps' pages on securing access and data (Entra policies, trigger conditions, secure data).
What a caller is answered whose call the trigger condition refuses is UNVERIFIED; the run does not start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from azureml_events.base.values import Reference
from azureml_events.workflows.actions import (
    ENDED,
    Action,
    Count,
    Counter,
    Fail,
    Foreach,
    If,
    Response,
    in_order,
    rendered_actions,
)
from azureml_events.workflows.entra import Entra
from azureml_events.workflows.event_fields import EventFields
from azureml_events.workflows.expressions import Expression, call, render, text
from azureml_events.workflows.parameters import BridgedSubscription

TRIGGER = "manual"
"""The name of the trigger, as Azure's own Request triggers have it."""

SCHEMA = "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#"


def parameter(name: str) -> Expression:
    """Return the value of a parameter of the workflow.

    Args:
        name: Its name, one of those given to `definition`.
    """
    return call("parameters", name)


def definition(
    trigger: Mapping[str, Any],
    parameters: Mapping[str, Reference | None],
    actions: Sequence[Action],
) -> dict[str, Any]:
    """Make a workflow definition.

    Args:
        trigger: The trigger, which is called `TRIGGER`.
        parameters: The workflow's parameters, all texts, with their values; None for one that is set on the resource.
            A deferred value stands in the definition as it is.
        actions: The outermost actions.
    """
    declared = {
        name: {"type": "String", **({} if value is None else {"defaultValue": value})}
        for name, value in parameters.items()
    }
    return {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": declared,
        "triggers": {TRIGGER: dict(trigger)},
        "actions": rendered_actions(actions),
        "outputs": {},
    }


HANDSHAKE = "Microsoft.EventGrid.SubscriptionValidationEvent"
"""The type of the event with which Event Grid asks whether the endpoint wants its events."""

REFUSED = (400, 405, 410, 413, 414, 415, 422, 431)
"""Statuses of a target that the same call will get again."""

SECONDS = 25
"""Seconds that the calls for one event may take together."""

WORKSPACE_ID = "workspaceId"


@dataclass(frozen=True)
class Taken:
    """The answer by which a target says that it took a call, as its documentation has it.

    Attributes:
        statuses: The HTTP statuses.
        member: The member of the JSON body that it then has; None where the status says it all.
    """

    statuses: tuple[int, ...]
    member: str | None = None


TAKEN = Taken((200, 201, 202, 204))
"""The answer of a target that documents no more than success: what HTTP means by success, without 203, which a target
does not say itself."""


@dataclass(frozen=True)
class Repetition:
    """How to tell a call that is refused as a repetition from one that is refused for what it asks.

    Attributes:
        statuses: The statuses of the last call that a repetition may get.
        questions: The actions, in their order, that ask the target about the earlier call.
        acted: Whether their answer says that the earlier call has acted, a boolean however they end.
    """

    statuses: tuple[int, ...]
    questions: Sequence[Action]
    acted: Expression


@dataclass(frozen=True)
class Target:
    """The target that a bridge calls.

    Attributes:
        steps: From the event's fields to the actions, in their order, of which the last one acts.
        parameters: The workflow's parameters that the calls use, with their values; None for one that is set on the
            resource.
        allowed: Whether the last step may act, a boolean that an earlier step gives; where it may not, the event counts
            as failed. None where it always may.
        taken: The answer to the last call that says that the target took the event.
        repetition: How to tell whether an earlier delivery has acted already; None where the target cannot tell.
    """

    steps: Callable[[EventFields], Sequence[Action]]
    parameters: Mapping[str, Reference | None] = field(default_factory=dict)
    allowed: Expression | None = None
    taken: Taken = TAKEN
    repetition: Repetition | None = None


def workflow(subscription: BridgedSubscription, target: Target, entra: Entra | None) -> dict[str, Any]:
    """Make a bridge's workflow definition.

    Args:
        subscription: The event subscription that delivers to it.
        target: What it calls.
        entra: How calls are authorised; None for the signature in the URL.
    """
    handled = Counter(name="Count_handled", variable="handled")
    refused = Counter(name="Count_refused", variable="refused", after=in_order(handled))
    handshake = If(
        name="Is_handshake",
        condition=_is_handshake(),
        after=in_order(refused),
        then=[_answer_handshake()],
        otherwise=_handle_events(subscription, target, handled, refused),
    )
    parameters = {WORKSPACE_ID: subscription.workspace_id, **target.parameters}
    return definition(_trigger(entra), parameters, [handled, refused, handshake])


def _trigger(entra: Entra | None) -> dict[str, Any]:
    """Make the Request trigger; a run is found by the id of its event, made safe for the header that carries it on."""
    event_id = _first_event().member("id")
    tracking_id = text(call("uriComponent", call("string", call("coalesce", event_id, call("guid")))))
    trigger: dict[str, Any] = {
        "type": "Request",
        "kind": "Http",
        "inputs": {"method": "POST", "schema": {}},
        "correlation": {"clientTrackingId": render(tracking_id)},
    }
    if entra is None:
        return trigger
    header = call("triggerOutputs").member("headers", "Authorization")
    bearer = call("startsWith", call("coalesce", header, ""), "Bearer ")
    return {
        **trigger,
        "conditions": [{"expression": render(bearer)}],
        "operationOptions": "IncludeAuthorizationHeadersInOutputs",
        "runtimeConfiguration": {"secureData": {"properties": ["outputs"]}},
    }


def _first_event() -> Expression:
    return call("first", call("triggerBody"))


def _is_handshake() -> Expression:
    return call("equals", _first_event().member("eventType"), HANDSHAKE)


def _answer_handshake() -> Response:
    code = _first_event().member("data", "validationCode")
    return Response(name="Answer_handshake", status_code=200, content={"validationResponse": code})


def _handle_events(
    subscription: BridgedSubscription, target: Target, handled: Counter, refused: Counter
) -> list[Action]:
    event = call("items", "Each_event")
    fields = EventFields(event, parameter(WORKSPACE_ID))
    expected = If(
        name="Is_expected",
        condition=_is_expected(event, subscription),
        then=_handle_one(target, fields, handled, refused),
        otherwise=[Count(name="Refuse_foreign_event", counter=refused)],
    )
    each = Foreach(name="Each_event", elements=call("triggerBody"), actions=[expected])
    count = call("length", call("triggerBody"))
    answered = If(
        name="All_handled",
        after={each: ("Succeeded", "Failed", "TimedOut")},
        condition=call("equals", handled.value, count),
        then=[Response(name="Answer_delivered", status_code=200, content={"result": "delivered"})],
        otherwise=[
            If(
                name="All_decided",
                condition=call("equals", call("add", handled.value, refused.value), count),
                then=_fail("refused", 400, "TargetRefused", "the target refused an event for good"),
                otherwise=_fail("failed", 503, "TargetFailed", "the target failed; Event Grid delivers again"),
            )
        ],
    )
    return [each, answered]


def _is_expected(event: Expression, subscription: BridgedSubscription) -> Expression:
    """Tell whether an event is of this workspace and of a type that the subscription takes."""
    topic = call("toLower", call("string", call("coalesce", event.member("topic"), "")))
    ours = call("equals", topic, call("toLower", parameter(WORKSPACE_ID)))
    if not subscription.event_types:
        return ours
    types = call("createArray", *(name.lower() for name in subscription.event_types))
    kind = call("toLower", call("string", call("coalesce", event.member("eventType"), "")))
    return call("and", ours, call("contains", types, kind))


def _handle_one(target: Target, fields: EventFields, handled: Counter, refused: Counter) -> list[Action]:
    """Make the calls, and say how the last one's answer counts; each answer counts at most once."""
    *before, last = target.steps(fields)
    status = call("coalesce", last.outputs.member("statusCode"), 0)
    asked = target.repetition.statuses if target.repetition else ()
    counted: list[Action] = [
        If(
            name="Is_taken",
            condition=_among(status, target.taken.statuses),
            then=_count_taken(last, target.taken, handled),
            after={last: ENDED},
        ),
        If(
            name="Is_refusal",
            condition=_among(status, tuple(each for each in REFUSED if each not in asked)),
            then=[Count(name="Refuse", counter=refused)],
            after={last: ENDED},
        ),
    ]
    if target.repetition:
        counted.append(_settle_repetition(target.repetition, last, handled, refused))
    if target.allowed is None:
        return [*before, last, *counted]
    guard = If(name="Is_allowed", condition=target.allowed, then=[last, *counted], after=in_order(before[-1]))
    return [*before, guard]


def _count_taken(last: Action, taken: Taken, handled: Counter) -> list[Action]:
    done = Count(name="Handled", counter=handled)
    if taken.member is None:
        return [done]
    value = call("string", call("coalesce", last.body.member(taken.member), ""))
    return [If(name=f"Has_{taken.member}", condition=call("not", call("empty", value)), then=[done])]


def _settle_repetition(repetition: Repetition, last: Action, handled: Counter, refused: Counter) -> If:
    status = last.outputs.member("statusCode")
    refusal = If(
        name="Is_refused_for_good",
        condition=_among(status, REFUSED),
        then=[Count(name="Refuse_for_good", counter=refused)],
    )
    settled = If(
        name="Has_acted_before",
        condition=repetition.acted,
        then=[Count(name="Handled_before", counter=handled)],
        otherwise=[refusal],
        after={repetition.questions[-1]: ENDED},
    )
    return If(
        name="Is_perhaps_repeated",
        condition=_among(call("coalesce", status, 0), repetition.statuses),
        then=[*repetition.questions, settled],
        after={last: ENDED},
    )


def _among(status: Expression, statuses: tuple[int, ...]) -> Expression:
    return call("contains", call("createArray", *statuses), status)


def _fail(result: str, status_code: int, code: str, message: str) -> list[Action]:
    answer = Response(name=f"Answer_{result}", status_code=status_code, content={"result": result})
    return [answer, Fail(name=f"Run_{result}", code=code, message=message, after=in_order(answer))]
