"""The table of policy rules, a family a file."""

from __future__ import annotations

from azureml_events.policy.rule import Rule
from azureml_events.policy.rules.changes import CHANGE_RULES
from azureml_events.policy.rules.conventions import CONVENTION_RULES
from azureml_events.policy.rules.delivery import DELIVERY_RULES
from azureml_events.policy.rules.destinations import DESTINATION_RULES
from azureml_events.policy.rules.exemptions import EXEMPTION_RULES
from azureml_events.policy.rules.filters import FILTER_RULES
from azureml_events.policy.rules.grants import GRANT_RULES
from azureml_events.policy.rules.identity import IDENTITY_RULES
from azureml_events.policy.rules.stores import STORE_RULES
from azureml_events.policy.rules.topics import TOPIC_RULES
from azureml_events.policy.rules.webhooks import WEBHOOK_RULES

RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        *WEBHOOK_RULES,
        *DESTINATION_RULES,
        *IDENTITY_RULES,
        *DELIVERY_RULES,
        *FILTER_RULES,
        *TOPIC_RULES,
        *STORE_RULES,
        *GRANT_RULES,
        *CONVENTION_RULES,
        *EXEMPTION_RULES,
        *CHANGE_RULES,
    )
}
"""The policy rules by name, in the order of their page."""
