"""Workflow definitions from typed actions.

Source of the form: Azure Logic Apps' schema reference for the Workflow Definition Language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from azureml_events.base.deferred import Reference
from azureml_events.workflows.actions import Action, rendered_actions
from azureml_events.workflows.expressions import Expression, call

TRIGGER = "manual"
"""The name of the trigger, as Azure's own Request triggers have it."""

SCHEMA = "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#"


def parameter(name: str) -> Expression:
    """The value of a parameter of the workflow.

    Args:
        name: Its name, one of those given to `definition`.
    """
    return call("parameters", name)


def definition(
    trigger: Mapping[str, Any],
    parameters: Mapping[str, Reference | None],
    actions: Sequence[Action],
) -> dict[str, Any]:
    """A workflow definition.

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
