"""Rules on the stores and handlers that receive events."""

from __future__ import annotations

from azureml_events.policy.rule import Rule

STORE_RULES: tuple[Rule, ...] = ()
