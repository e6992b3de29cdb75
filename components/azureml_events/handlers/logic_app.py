"""An existing Logic App workflow."""

from __future__ import annotations

from typing import Annotated, Literal

from azureml_events.base.arm_ids import OfType
from azureml_events.base.names import NameForm
from azureml_events.base.values import Reference
from azureml_events.handlers.workflow_handler import ExistingWorkflow, WorkflowHandler, shown_name

WORKFLOW_TYPE = "Microsoft.Logic/workflows"
"""The resource type of Consumption workflows."""


class LogicApp(WorkflowHandler):
    """Delivery to an existing Consumption workflow with a Request trigger.

    It gets the events as Event Grid sends them, in a list, and answers them itself; a workflow of this plan is reported
    to answer Event Grid's handshake without a step for it.
    """

    type: Literal["LogicApp"] = "LogicApp"
    """An existing Logic App workflow."""

    resource_id: Annotated[Reference, OfType(WORKFLOW_TYPE)]
    """The workflow's ARM id, required."""

    trigger: Annotated[str, NameForm(r"[\w .()-]{1,80}", "1 to 80 letters, digits, spaces, _ - . ( )")] = "manual"
    """The name of its Request trigger; default `manual`."""

    @property
    def existing_workflow(self) -> ExistingWorkflow:
        """The workflow."""
        return ExistingWorkflow(self.resource_id, self.trigger)

    def describe(self) -> str:
        """Describe which workflow starts."""
        return f"starts workflow {shown_name(self.resource_id)} by its trigger {self.trigger}"
