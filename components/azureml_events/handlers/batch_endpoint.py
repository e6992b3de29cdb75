"""A batch endpoint of Azure Machine Learning whose deployment is a pipeline component: one that retrains, for example.

Sources: Azure Machine Learning's pages on jobs and input data of batch endpoints (a job is made by a POST to the
endpoint's scoring URI with a Microsoft Entra token for `https://ml.azure.com`; the header `azureml-model-deployment`
chooses a deployment; literal inputs stand below `properties.InputData` with `JobInputType` and `Value`, and only
pipeline components take them) and on authorization of batch endpoints (the job runs under the caller's identity, which
needs the role). The job goes on by itself: the call only starts it. No key is documented by which a repeated call could
be recognised; an input that takes the event's `id` lets the job tell. Which status a started job is answered with is
UNVERIFIED: 200, 201 and 202 with the job's `name`, which the SDK azure-ai-ml reads from the answer, count.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import PlainValidator, WithJsonSchema

from azureml_events.base.arm_ids import OfType, parse_arm_id, read_reference
from azureml_events.base.mistakes import show
from azureml_events.base.names import NameForm
from azureml_events.base.values import Deferred, Reference, derive
from azureml_events.handlers.endpoint import Role
from azureml_events.handlers.workflow_handler import Bridge, LookUp, ParameterRules, shown_name
from azureml_events.workflows.actions import Http
from azureml_events.workflows.expressions import text
from azureml_events.workflows.parameters import BridgedSubscription, parameter_texts
from azureml_events.workflows.workflow import SECONDS, Taken, Target, parameter

ENDPOINT_TYPE = "Microsoft.MachineLearningServices/workspaces/batchEndpoints"
AUDIENCE = "https://ml.azure.com"
_URI = re.compile(r"(https://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.inference\.ml\.azure\.com)(?:/jobs)?/?")


def _jobs_uri(uri: str) -> str:
    """Return where jobs are made; only a host of Azure Machine Learning gets the workflow's token."""
    read = _URI.fullmatch(uri)
    if read is None:
        form = "https://<endpoint>.<region>.inference.ml.azure.com/jobs"
        raise ValueError(f"{show(uri)} is not the scoring URI of a batch endpoint; expected {form}")
    return f"{read[1]}/jobs"


class BatchEndpoint(Bridge):
    """A job of an Azure Machine Learning batch endpoint for each event, retraining for example."""

    hints: ClassVar[Mapping[str, str]] = {**Bridge.hints, "resourceId": "write 'endpointId', the batch endpoint's id"}

    role = Role("AzureML Data Scientist", "f6c7c914-8db3-469d-8ca1-694a8f32e121")
    """The least built-in role that may start jobs of batch endpoints: Azure Machine Learning's page on their
    authorization, which also lists the actions for a role of one's own; then write `grants: assume`."""

    type: Literal["BatchEndpoint"] = "BatchEndpoint"
    """A batch endpoint of Azure Machine Learning, deployed from a pipeline component."""

    endpoint_id: Annotated[Reference, OfType(ENDPOINT_TYPE)]
    """The batch endpoint's ARM id, required."""

    deployment_name: Annotated[str, NameForm(r"[A-Za-z0-9][\w-]{2,31}", "3 to 32 letters, digits, _ -")] | None = None
    """The deployment that takes the job; default the endpoint's default deployment."""

    scoring_uri: (
        Annotated[
            Reference,
            PlainValidator(lambda value: read_reference(value, _jobs_uri)),
            WithJsonSchema({"type": "string", "pattern": f"^{_URI.pattern}$"}),
        ]
        | None
    ) = None
    """Its scoring URI, `https://<endpoint>.<region>.inference.ml.azure.com/jobs`; default looked up at deployment."""

    @property
    def scope(self) -> Reference:
        """The endpoint's workspace: a job is made there."""
        return derive(self.endpoint_id, lambda known: parse_arm_id(known, ENDPOINT_TYPE).parent)

    @property
    def look_up(self) -> LookUp | None:
        """The scoring URI, where it is not declared."""
        if self.scoring_uri is not None:
            return None
        function = "azure-native:machinelearningservices:getBatchEndpoint"
        names, member = ("workspaceName", "endpointName"), ("properties", "scoringUri")
        return LookUp(function, names, self.endpoint_id, member, "endpointId")

    def found(self, value: Deferred) -> Self:
        """Return the endpoint with the scoring URI that was found."""
        return self.model_copy(update={"scoring_uri": Deferred(value.value, _jobs_uri)})

    @property
    def parameter_rules(self) -> ParameterRules:
        """The names of a job's inputs."""
        return ParameterRules(NameForm(r"[A-Za-z_]\w{0,254}", "letters, digits, _, no digit first"), None)

    def target(self, subscription: BridgedSubscription) -> Target:
        """Return one call, which starts the job and does not wait for it."""
        headers = {"azureml-model-deployment": self.deployment_name} if self.deployment_name else {}
        return Target(
            steps=lambda fields: [
                Http(
                    name="Start_job",
                    method="POST",
                    uri=text(parameter("scoringUri")),
                    timeout_seconds=SECONDS,
                    audience=AUDIENCE,
                    headers=headers,
                    body_to_send={
                        "properties": {
                            "InputData": {
                                name: {"JobInputType": "Literal", "Value": value}
                                for name, value in parameter_texts(subscription, fields).items()
                            }
                        }
                    },
                )
            ],
            parameters={"scoringUri": self.scoring_uri},
            taken=Taken((200, 201, 202), "name"),
        )

    def describe(self) -> str:
        """Describe which endpoint gets a job."""
        where = f" on deployment {self.deployment_name}" if self.deployment_name else ""
        return f"starts a job of batch endpoint {shown_name(self.endpoint_id)}{where}"
