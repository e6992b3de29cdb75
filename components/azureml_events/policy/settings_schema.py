"""The JSON Schema of how a rule is used: what the policy file may say of it."""

from __future__ import annotations

from typing import Any

from azureml_events.policy.exemption import Exemption
from azureml_events.policy.rule import Rule
from azureml_events.stackfile.schema import declaration_schema

ENFORCEMENT_LEVELS = ("mandatory", "advisory", "disabled")
"""The levels of the policy file; Pulumi's `remediate` is refused, for no rule changes what is declared."""


def rule_schema(rule: Rule) -> dict[str, Any]:
    """Make the JSON Schema of a rule's entry in the policy file: `enforcementLevel`, its settings and `exempt`.

    It has no defaults: Pulumi's engine would fill them in, and a rule that is off until a setting is given could not
    tell. Each setting's description says its own.

    Args:
        rule: The rule.
    """
    settings = declaration_schema(rule.settings).get("properties", {})
    for each in settings.values():
        each.pop("default", None)
    level = {"description": "What a violation is.", "enum": [*ENFORCEMENT_LEVELS]}
    exempt = {
        "description": "What may pass, until when, and why.",
        "type": "array",
        "items": declaration_schema(Exemption),
    }
    return {
        "description": rule.text,
        "type": "object",
        "properties": {"enforcementLevel": level, **settings, "exempt": exempt},
        "additionalProperties": False,
    }
