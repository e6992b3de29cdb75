"""The table of lint's rules, and what all of them need to report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from azureml_events.base.mistakes import MemberPath, dotted, show
from azureml_events.event_grid.filters import AdvancedFilter
from azureml_events.routing.match import subject_conditions
from azureml_events.routing.subscription import RoutedSubscription

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Rule:
    """One lint rule.

    Attributes:
        name: Its name, by which a subscription's `allow` silences it.
        level: The severity of its findings.
        text: The reason for a finding, in one sentence.
        fact: What an error is proven from, and where that stands: Event Grid's contract, or a fact on which Microsoft's
            documents and recorded events agree.
    """

    name: str
    level: Level
    text: str
    fact: str = ""


@dataclass(frozen=True)
class Finding:
    """One rule's finding in one place.

    Attributes:
        rule: The rule.
        workspace: The workspace of the subscription.
        subscription: The subscription's name.
        path: The place in the document.
        message: The reason, in one sentence.
        fix: The advice.
    """

    rule: Rule
    workspace: str
    subscription: str
    path: MemberPath
    message: str
    fix: str

    @property
    def level(self) -> Level:
        """The severity."""
        return self.rule.level

    def __str__(self) -> str:
        return f"{dotted(self.path)}: {self.message}; {self.fix} ({self.rule.name})"


RULES: dict[str, Rule] = {
    row.name: row
    for row in (
        Rule(
            "never-event-type",
            "error",
            "A workspace raises none of the event types.",
            "A system topic takes the event types of its source's provider only: Event Grid's contract.",
        ),
        Rule(
            "never-subject",
            "error",
            "None of the event types can have such a subject.",
            "Subjects have the forms of the schema page, which recorded events show; a disputed one is warned of.",
        ),
        Rule(
            "never-contradiction",
            "error",
            "The filters on one key exclude each other.",
            "Filters are ANDed, and the filtering page says what each operator lets pass.",
        ),
        Rule(
            "never-missing-key",
            "error",
            "None of the event types carries the key.",
            "The contract of the events, the schema page and recorded events have the same fields for each event type.",
        ),
        Rule(
            "never-dotted-name",
            "error",
            "A name with a dot in it cannot be a filter's key.",
            "A dot steps into a map and cannot be escaped: the filtering page; tags and properties are texts in the"
            " events' contract as in recorded events.",
        ),
        Rule(
            "never-unreachable-key",
            "error",
            "Filters cannot reach the key under the delivery schema.",
            "The filtering page lists the keys of the Event Grid schema, in which a workspace's events are published"
            " too; what it leaves open is warned of.",
        ),
        Rule(
            "never-value-type",
            "error",
            "The key never holds a value of the operator's type.",
            "Fields have one type in the events' contract and in recorded events; operators ignore other types: the"
            " filtering page.",
        ),
        Rule(
            "never-value",
            "error",
            "The key never holds such a value.",
            "The event type and the workspace's id are what the event type and the source of the subscription say:"
            " Event Grid's contract.",
        ),
        Rule(
            "never-monitor-failed",
            "error",
            "The tag of a model monitor never comes with status Failed, because the run that carries it ends normally.",
            "Microsoft's monitoring component sets the tag and ends normally; its page says to filter RunCompleted.",
        ),
        Rule(
            "not-delivering",
            "error",
            "The subscription has ended, so it delivers nothing.",
            "A subscription ends at its expirationTimeUtc, and none is made with one that has passed: Event Grid's"
            " contract.",
        ),
        Rule(
            "disputed-subject",
            "warning",
            "Microsoft's page and recorded events disagree about the subject, and the filter takes one form only.",
        ),
        Rule("dead-event-type", "warning", "Some of the event types can never pass the filter."),
        Rule("unknown-event-type", "warning", "The catalogue does not know the event type."),
        Rule("unknown-key", "warning", "The catalogue does not know the key."),
        Rule("unknown-value", "warning", "The catalogue does not know the value."),
        Rule("undocumented-key", "warning", "It is not documented whether filters reach the key."),
        Rule("envelope-key", "warning", "The key depends on the schema; a filter of its own says the same."),
        Rule("text-as-number", "warning", "A number operator looks at what delivered events carry as text."),
        Rule("inexact-number", "warning", "The number has more digits than Event Grid's double can hold."),
        Rule("quoted-operand", "warning", "An operand is written with quotes or brackets that belong to it."),
        Rule("wildcard", "warning", "A star is taken literally; filters have no wildcards."),
        Rule("open-model-prefix", "warning", "A model's name as subject prefix also takes longer names."),
        Rule("experiment-name-in-subject", "warning", "Run subjects carry the experiment's id, not its name."),
        Rule("drops-missing", "warning", "A negated operator drops events that lack the key."),
        Rule("every-status", "warning", "Every change of a run's status is delivered."),
        Rule("monitor-every-status", "warning", "A breached monitor is delivered once for each change of status."),
        Rule("always-true", "warning", "The filter lets every event of the types pass."),
        Rule("redundant-filter", "warning", "Another filter of the subscription already says it."),
        Rule("redundant-subscription", "warning", "Another subscription sends these events to the same handler."),
        Rule("duplicate-subscription", "warning", "Two subscriptions send the same events to the same handler."),
        Rule("other-cloud", "warning", "The workspace lies in another cloud than the one whose facts are checked."),
        Rule("unused-workspace", "warning", "No subscription chooses the workspace."),
        Rule("unused-handler", "warning", "No subscription delivers to the handler."),
        Rule("unknown-location", "warning", "No region of Azure that is known has this name."),
        Rule("unknown-rule", "warning", "An `allow` names no rule, so it silences nothing."),
        Rule("legacy-event-type", "note", "The event type is legacy."),
        Rule("casing", "note", "The casing is not that of delivered events."),
        Rule("recased-name", "note", "Capitals in the names of tags and properties arrive in another casing."),
    )
}
"""The lint rules by name."""


def finding(rule: str, subscription: RoutedSubscription, path: MemberPath, message: str, fix: str) -> Finding:
    """Make a finding of a rule about a subscription.

    Args:
        rule: The rule's name.
        subscription: The subscription.
        path: The place in the document.
        message: The reason.
        fix: The advice.
    """
    return Finding(RULES[rule], subscription.workspace, subscription.name, path, message, fix)


def subject_filters(subscription: RoutedSubscription) -> list[AdvancedFilter]:
    """Return the subject's prefix and suffix as advanced filters, which ignore case.

    Args:
        subscription: The subscription.
    """
    return [
        AdvancedFilter.model_construct(
            operator_type=comparison.row.name,  # type: ignore[arg-type]  # a row's name is an operator's
            key="subject",
            values=(text,),
        )
        for comparison, text in subject_conditions(subscription.filter)
    ]


def format_filter(item: AdvancedFilter) -> str:
    """Format a filter for a message, without its key: `StringIn ['Failed', 'Canceled']`.

    Args:
        item: The filter.
    """
    operands = ", ".join(map(_format_operand, item.operands))
    return f"{item.operator_type} [{operands}]" if operands else item.operator_type


def _format_operand(each: object) -> str:
    return f"[{', '.join(map(show, each))}]" if isinstance(each, tuple) else show(each)
