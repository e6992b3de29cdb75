"""A pipeline of Azure Data Factory.

Source: Data Factory's REST API, `Pipelines - Create Run`, version 2018-06-01: names, that the body holds the
parameters, and that a started run is answered with 200 and its `runId`. It takes no key by which it could recognise a
repeated call, so an event that is delivered twice starts two runs; a parameter that takes the event's `id` lets the
pipeline tell. What it does with a parameter that the pipeline does not declare is UNVERIFIED.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal
from urllib.parse import quote

from azureml_events.base.arm_ids import OfType
from azureml_events.base.names import NameForm
from azureml_events.base.values import Reference
from azureml_events.handlers.endpoint import Role
from azureml_events.handlers.workflow_handler import Bridge, ParameterRules, shown_name
from azureml_events.workflows.actions import Http
from azureml_events.workflows.expressions import text
from azureml_events.workflows.parameters import BridgedSubscription, parameter_values
from azureml_events.workflows.workflow import SECONDS, Taken, Target, parameter

API_VERSION = "2018-06-01"
RESOURCE_MANAGER = "https://management.azure.com"


class DataFactoryPipeline(Bridge):
    """A run of a Data Factory pipeline for each event."""

    hints: ClassVar[Mapping[str, str]] = {**Bridge.hints, "resourceId": "write 'factoryId', the factory's id"}

    role = Role("Data Factory Contributor", "673868aa-7521-48a0-acc6-0f60742d39f5")
    """The least built-in role with `Microsoft.DataFactory/factories/pipelines/createRun/action`: Azure's page on
    built-in roles. A role of one's own with that action alone is enough; then write `grants: assume`."""

    type: Literal["DataFactoryPipeline"] = "DataFactoryPipeline"
    """A Data Factory pipeline."""

    factory_id: Annotated[Reference, OfType("Microsoft.DataFactory/factories")]
    """The factory's ARM id, required."""

    pipeline_name: Annotated[
        str,
        NameForm(r"[A-Za-z0-9_][^<>*#.%&:\\+?/]{0,259}", r"1 to 260 characters without < > * # . % & : \ + ? /"),
    ]
    """The published pipeline's name, required."""

    @property
    def scope(self) -> Reference:
        """The factory."""
        return self.factory_id

    @property
    def parameter_rules(self) -> ParameterRules:
        """Names as Data Factory's page on naming rules has them; 50 parameters by its page on limits."""
        return ParameterRules(NameForm(r"[A-Za-z]\w{0,259}", "letters, digits, _, a letter first"), 50)

    def target(self, subscription: BridgedSubscription) -> Target:
        """Return one createRun, which starts the pipeline and does not wait for it."""
        uri = text(
            RESOURCE_MANAGER,
            parameter("factoryId"),
            f"/pipelines/{quote(self.pipeline_name, safe='')}/createRun?api-version={API_VERSION}",
        )
        return Target(
            steps=lambda fields: [
                Http(
                    name="Create_run",
                    method="POST",
                    uri=uri,
                    timeout_seconds=SECONDS,
                    audience=f"{RESOURCE_MANAGER}/",
                    body_to_send=parameter_values(subscription, fields),
                )
            ],
            parameters={"factoryId": self.factory_id},
            taken=Taken((200,), "runId"),
        )

    def describe(self) -> str:
        """Describe which pipeline starts."""
        return f"starts pipeline {self.pipeline_name} of factory {shown_name(self.factory_id)}"
