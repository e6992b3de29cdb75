"""A pipeline of Azure DevOps.

Sources: the REST API of Azure DevOps, `Runs - Run Pipeline`, version 7.1 (a queued run is answered with 200 and its
`id`), and its page on service principals and managed identities (the audience, and that an identity is added to the
organisation and given permissions there). A token that it does not take is answered with its sign-in page and 203. The
call takes no key by which a repetition could be recognised. UNVERIFIED are the least access level and permissions with
which an identity can queue a run, and a limit on the number of template parameters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal
from urllib.parse import quote

from pydantic import BeforeValidator

from azureml_events.base.model import Between
from azureml_events.base.names import NameForm
from azureml_events.handlers.workflow_handler import Bridge, ParameterRules
from azureml_events.workflows.actions import Http
from azureml_events.workflows.expressions import text
from azureml_events.workflows.parameters import BridgedSubscription, parameter_texts
from azureml_events.workflows.workflow import SECONDS, Taken, Target

API_VERSION = "7.1"
AUDIENCE = "499b84ac-1321-427f-aa17-267ca6975798"
"""Azure DevOps, as Entra names it."""


_URL = re.compile(
    r"https://(?:dev\.azure\.com/(?P<path>[A-Za-z0-9-]{1,50})|(?P<host>[A-Za-z0-9-]{1,50})\.visualstudio\.com)(?:/.*)?",
    re.ASCII | re.IGNORECASE,
)


def _no_url(value: object) -> object:
    """Refuse the address of an organisation with its name."""
    found = _URL.fullmatch(value) if isinstance(value, str) else None
    if found:
        raise ValueError(f"expected the organisation's name, got its address; write {found['path'] or found['host']}")
    return value


class AzureDevOpsPipeline(Bridge):
    """A run of an Azure DevOps pipeline for each event, with an Entra token and no personal one."""

    hints: ClassVar[Mapping[str, str]] = {
        **Bridge.hints,
        **dict.fromkeys(("token", "personalAccessToken"), "the workflow's identity calls; leave it out"),
    }

    type: Literal["AzureDevOpsPipeline"] = "AzureDevOpsPipeline"
    """An Azure DevOps pipeline."""

    organization: Annotated[
        str,
        NameForm(r"[A-Za-z0-9]([A-Za-z0-9-]{0,48}[A-Za-z0-9])?", "1 to 50 letters, digits, -"),
        BeforeValidator(_no_url),
    ]
    """The organisation, as in `https://dev.azure.com/<organization>`, required."""

    project: Annotated[
        str,
        NameForm(
            r"(?!_)[^\x00-\x1f/:\\~&%;@'\x22?<>|#$*}{,+=\[\]]{0,63}[^\x00-\x1f/:\\~&%;@'\x22?<>|#$*}{,+=\[\].]",
            "1 to 64 characters without \\ / : * ? \" ' < > | ; # $ { } , + = [ ] @ & % ~, no _ first, no . last",
        ),
    ]
    """The project, by name or id, required."""

    pipeline_id: Annotated[int, Between(1, 2**31 - 1)]
    """The pipeline's number, as `definitionId` in its URL, required."""

    branch: Annotated[str, NameForm(r"[^\s~^:?*\[\\]{1,250}", "a branch or a full ref, as main or refs/tags/v1")] | (
        None
    ) = None
    """The branch, or full ref, that the pipeline runs on; default the pipeline's own."""

    @property
    def parameter_rules(self) -> ParameterRules:
        """Names as template parameters have them."""
        return ParameterRules(NameForm(r"[A-Za-z_]\w*", "letters, digits, _, no digit first"), None)

    @property
    def prerequisites(self) -> tuple[str, ...]:
        """The rights that the organisation must grant: Azure roles do not reach into it."""
        pipeline = f"pipeline {self.pipeline_id} of project {self.project}"
        return (
            f"a user of Azure DevOps organisation {self.organization} with access level Basic",
            f"the permissions 'View builds' and 'Queue builds' on {pipeline}",
        )

    def target(self, subscription: BridgedSubscription) -> Target:
        """Return one call that queues the run."""
        uri = text(
            f"https://dev.azure.com/{quote(self.organization, safe='')}/{quote(self.project, safe='')}"
            f"/_apis/pipelines/{self.pipeline_id}/runs?api-version={API_VERSION}"
        )
        return Target(
            steps=lambda fields: [
                Http(
                    name="Run_pipeline",
                    method="POST",
                    uri=uri,
                    timeout_seconds=SECONDS,
                    audience=AUDIENCE,
                    body_to_send={
                        **self._resources(),
                        "templateParameters": parameter_texts(subscription, fields),
                    },
                )
            ],
            taken=Taken((200,), "id"),
        )

    def describe(self) -> str:
        """Describe which pipeline runs."""
        return f"runs pipeline {self.pipeline_id} of {self.organization}/{self.project}{self._at()}"

    def _resources(self) -> dict[str, object]:
        if self.branch is None:
            return {}
        ref = self.branch if self.branch.startswith("refs/") else f"refs/heads/{self.branch}"
        return {"resources": {"repositories": {"self": {"refName": ref}}}}

    def _at(self) -> str:
        return f" at {self.branch}" if self.branch else ""
