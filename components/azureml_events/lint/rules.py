"""The table of lint's rules, and what all of them need to report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from azureml_events.base.mistakes import Path, dotted, show
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
    """

    name: str
    level: Level
    text: str


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
    path: Path
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
        Rule("never-event-type", "error", "A workspace raises none of the event types."),
        Rule("never-subject", "error", "None of the event types can have such a subject."),
        Rule("never-contradiction", "error", "The filters on one key exclude each other."),
        Rule("never-missing-key", "error", "None of the event types carries the key."),
        Rule("never-dotted-name", "error", "A name with a dot in it cannot be a filter's key."),
        Rule("never-unreachable-key", "error", "Filters cannot reach the key under the delivery schema."),
        Rule("never-value-type", "error", "The key never holds a value of the operator's type."),
        Rule("never-value", "error", "The key never holds such a value."),
        Rule(
            "never-monitor-failed",
            "error",
            "The tag of a model monitor never comes with status Failed, because the run that carries it ends normally.",
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
        Rule("unknown-rule", "warning", "An `allow` names no rule, so it silences nothing."),
        Rule("legacy-event-type", "note", "The event type is legacy."),
        Rule("casing", "note", "The casing is not that of delivered events."),
        Rule("recased-name", "note", "Capitals in the names of tags and properties arrive in another casing."),
    )
}
"""The lint rules by name."""


def finding(rule: str, subscription: RoutedSubscription, path: Path, message: str, fix: str) -> Finding:
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
        AdvancedFilter.model_construct(operator_type=comparison.row.name, key="subject", values=(text,))
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
