"""The rules on changes between two versions: `review --base` finds them, and no resource by itself breaks one."""

from __future__ import annotations

from azureml_events.base.model import Many
from azureml_events.lint.rule import Example
from azureml_events.policy.rule import Rule, Settings, Severity
from azureml_events.policy.settings import EndpointKind


class Kinds(Settings):
    """The settings of a rule on what reaches a destination."""

    kinds: Many[EndpointKind] | None = None
    """The types of endpoint for which the level that the file sets holds; others keep the rule's own. Default all."""


def _row(
    name: str,
    severity: Severity,
    texts: tuple[str, str, str],
    example: tuple[str, str],
    settings: type[Settings] = Settings,
) -> Rule:
    text, why, fix = texts
    return Rule(
        name,
        text,
        why,
        severity,
        "warning",
        (),
        lambda _: (),
        fix,
        Example(*example),
        settings,
        reads_others=True,
        review_only=True,
    )


_EVERYTHING = "subscriptions:\n  all: {handler: hook, allEvents: true}\n"
_FAILED = "subscriptions:\n  failed: {handler: hook, when: {runFailed: {experimentName: train-churn}}}\n"
_NOTHING = "subscriptions: {}\n"
_HUB = "handlers:\n  archive: {type: EventHub, resourceId: /subscriptions/…/eventhubs/ml-events%s}\n"
_TOPIC = "workspaces:\n  ml-prod: {systemTopic: {name: %s}}\n"
_DEAD = "defaults:\n  deadLetter: %s\n"
_EXEMPT = '{"webhook-host": {"exempt": [%s]}}\n'
_ENTRY = '{"resource": "ml-prod/hook", "reason": "moves in March", "until": "2027-03-31"}'

CHANGE_RULES = (
    _row(
        "change-newly-delivered",
        "low",
        (
            "A destination receives no event that it did not receive before.",
            "Who receives events learns what is trained and deployed, and acts on it.",
            "Narrow the filter, or accept the change.",
        ),
        (_EVERYTHING, _FAILED),
        settings=Kinds,
    ),
    _row(
        "change-no-longer-delivered",
        "medium",
        (
            "A destination still receives every event that it received before.",
            "What waits for the events does nothing any more, and nobody is told.",
            "Widen the filter, or accept the change.",
        ),
        (_FAILED, _EVERYTHING),
        settings=Kinds,
    ),
    _row(
        "change-delivered-differently",
        "low",
        (
            "The same events are delivered in the same way.",
            "Another schema, attribute, batch or number of copies is another input for the handler.",
            "Change the handler with it, or accept the change.",
        ),
        (
            "subscriptions:\n  failed: {eventDeliverySchema: CloudEventSchemaV1_0}\n",
            "subscriptions:\n  failed: {eventDeliverySchema: EventGridSchema}\n",
        ),
        settings=Kinds,
    ),
    _row(
        "change-may-differ",
        "low",
        (
            "It is certain that the same events are delivered.",
            "Event Grid's documents are silent, or a value is encrypted, so that nothing can be proven.",
            "Look at the example, or deploy and try.",
        ),
        (
            "subscriptions:\n  all: {allEvents: true}\n",
            "subscriptions:\n  all: {includedEventTypes: [ModelRegistered, ModelDeployed, RunCompleted, …]}\n",
        ),
        settings=Kinds,
    ),
    _row(
        "change-new-grant",
        "medium",
        (
            "No identity gets a role that it did not have.",
            "A role outlives what it was given for, and lets its holder write.",
            "Use a role that is there, or accept the change.",
        ),
        (_HUB % "", _HUB % ", grants: assume"),
    ),
    _row(
        "change-removed-grant",
        "low",
        (
            "No identity loses a role.",
            "Deliveries that need the role stop, unless somebody else grants it.",
            "See that nothing needs the role, or that it is granted elsewhere.",
        ),
        (_HUB % ", grants: assume", _HUB % ""),
    ),
    _row(
        "change-replaced",
        "medium",
        (
            "Nothing that holds or delivers events is replaced.",
            "A replaced topic takes its subscriptions with it, a replaced queue or hub the events in it.",
            "Keep the member that cannot be changed in place, or accept the loss.",
        ),
        (_TOPIC % "evgt-other", _TOPIC % "evgt-prod"),
    ),
    _row(
        "change-dead-letter-removed",
        "medium",
        (
            "Events that cannot be delivered are still kept.",
            "Without a dead letter they are lost after the last attempt.",
            "Leave the dead letter, or accept the loss.",
        ),
        (_DEAD % "{disabled: nobody reads them}", _DEAD % "{create: {}}"),
        settings=Kinds,
    ),
    _row(
        "change-exemption",
        "medium",
        (
            "The policy file lets nothing pass that it did not let pass.",
            "An exemption in the same change as what it excuses is easily overlooked.",
            "Mend what is found, or let the file's owner accept the exemption.",
        ),
        (_EXEMPT % _ENTRY, _EXEMPT % ""),
    ),
    _row(
        "change-level-lowered",
        "medium",
        (
            "No rule has a lower level than before.",
            "A rule that warns stops nothing, one that is off says nothing.",
            "Leave the level, or exempt single resources.",
        ),
        ('{"webhook-https": "advisory"}\n', '{"webhook-https": "mandatory"}\n'),
    ),
)
"""The rules on changes, in the order of reports."""
