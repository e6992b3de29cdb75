"""The JSON Schema of how a rule is used: what the policy file may say of it."""

from __future__ import annotations

from typing import Any

from azureml_events.policy.exemption import Exemption
from azureml_events.policy.rule import Rule
from azureml_events.policy.rules import RULES
from azureml_events.stackfile.schema import declaration_schema

ENFORCEMENT_LEVELS = ("mandatory", "advisory", "disabled")
"""The levels of the policy file; Pulumi's `remediate` is refused, for no rule changes what is declared."""

_LEVEL = {"description": "What a violation is.", "enum": [*ENFORCEMENT_LEVELS]}


def policy_schema() -> dict[str, Any]:
    """Make the JSON Schema of the policy file, for editors."""
    all_rules = {"type": "object", "properties": {"enforcementLevel": _LEVEL}, "additionalProperties": False}
    entries = {"all": all_rules, **{name: rule_schema(rule) for name, rule in RULES.items()}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Policy file of azureml-events",
        "type": "object",
        "properties": {name: {"anyOf": [_LEVEL, entry]} for name, entry in entries.items()},
        "additionalProperties": False,
    }


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
    exempt = {
        "description": "What may pass, until when, and why.",
        "type": "array",
        "items": declaration_schema(Exemption),
    }
    return {
        "description": rule.text,
        "type": "object",
        "properties": {"enforcementLevel": _LEVEL, **settings, "exempt": exempt},
        "additionalProperties": False,
    }
