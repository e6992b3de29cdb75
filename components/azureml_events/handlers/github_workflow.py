"""A GitHub Actions workflow, by a `repository_dispatch` or a `workflow_dispatch`.

Sources: GitHub's REST API description, version 2022-11-28: `repository_dispatch` takes an event type of at most 100
characters and a payload of at most 10 members and 64 KB, and is answered with 204, as is `workflow_dispatch`, in newer
descriptions also with 200. `workflow_dispatch` takes inputs that are all texts, at most 10 by older descriptions and 25
by newer ones: more than 10 are refused here, as a GitHub that takes 10 would refuse each event for good. GitHub takes
no key by which a repeated call could be recognised; a parameter that takes the event's `id` lets the workflow tell. A
payload that is too large is refused by GitHub with 422, and the event goes to the dead letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal
from urllib.parse import quote

from azureml_events.base.constraints import ExactlyOne, Needs
from azureml_events.base.mistakes import Mistake
from azureml_events.base.names import NameForm
from azureml_events.base.values import Reference, derive
from azureml_events.handlers.key_vault import SECONDS_FOR_SECRET, SECRETS_USER, SecretId, read_secret, secret_url
from azureml_events.handlers.workflow_handler import Bridge, ParameterRules, shown_name
from azureml_events.workflows.actions import Http, in_order
from azureml_events.workflows.event_fields import EventFields
from azureml_events.workflows.expressions import call, text
from azureml_events.workflows.parameters import BridgedSubscription, parameter_texts, parameter_values
from azureml_events.workflows.workflow import SECONDS, Taken, Target

API = "https://api.github.com"
API_VERSION = "2022-11-28"


class GitHubWorkflow(Bridge):
    """A `repository_dispatch` or `workflow_dispatch` for each event; the token is read from Key Vault at run time."""

    hints: ClassVar[Mapping[str, str]] = {
        **Bridge.hints,
        **dict.fromkeys(("token", "personalAccessToken"), "keep it in a Key Vault secret and write 'tokenSecretId'"),
    }

    constraints = (
        ExactlyOne(
            ("eventType", "workflow"),
            Mistake(("eventType",), "required, but missing: 'eventType', or 'workflow' and 'ref'"),
            Mistake(("workflow",), "either 'eventType' or 'workflow'; not both"),
        ),
        Needs("workflow", "ref", "required, but missing: 'workflow' goes with it"),
        Needs("ref", "workflow", "goes with 'workflow'; a repository_dispatch runs on the default branch", at="ref"),
    )

    role = SECRETS_USER

    type: Literal["GitHubWorkflow"] = "GitHubWorkflow"
    """A GitHub workflow."""

    repository: Annotated[
        str,
        NameForm(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}", "<owner>/<repository>"),
    ]
    """The repository, as `contoso/churn`, required."""

    event_type: Annotated[str, NameForm(r"[^\x00-\x1f]{1,100}", "1 to 100 characters")] | None = None
    """The type of a `repository_dispatch`, which workflows of the default branch name under `on`."""

    workflow: (
        Annotated[
            str,
            NameForm(r"[\w .-]+\.ya?ml|\d+", "a file name, as retrain.yml, or a workflow's number"),
        ]
        | None
    ) = None
    """The workflow that a `workflow_dispatch` starts, by file name or number; with `ref`, instead of `eventType`."""

    ref: Annotated[str, NameForm(r"[^\s~^:?*\[\\]{1,250}", "a branch or tag")] | None = None
    """The branch or tag that it runs on; with `workflow`."""

    token_secret_id: SecretId
    """The ARM id of the Key Vault secret that holds the token, required. A fine-grained token needs `Contents: write`
    for `repository_dispatch`, `Actions: write` for `workflow_dispatch`."""

    @property
    def scope(self) -> Reference:
        """The secret alone, not its vault."""
        return self.token_secret_id

    @property
    def parameter_rules(self) -> ParameterRules:
        """10 members of a payload; 10 inputs, which every description of GitHub's allows."""
        limit = "members of client_payload" if self.event_type else "inputs"
        return ParameterRules(NameForm(r"[A-Za-z_][\w-]{0,99}", "letters, digits, _ -, no digit first"), 10, limit)

    def target(self, subscription: BridgedSubscription) -> Target:
        """Return the token, then one dispatch with it."""
        return Target(
            steps=lambda fields: self._steps(subscription, fields),
            parameters={"tokenSecretUrl": derive(self.token_secret_id, secret_url)},
            taken=Taken((200, 204)),
        )

    def describe(self) -> str:
        """Describe what is dispatched."""
        if self.event_type:
            return f"dispatches {self.event_type} to {self.repository}"
        return f"starts workflow {self.workflow} of {self.repository} at {self.ref}"

    @property
    def prerequisites(self) -> tuple[str, ...]:
        """The permissions that the token must have."""
        need = "Contents: write" if self.event_type else "Actions: write"
        return (f"the token in secret {shown_name(self.token_secret_id)} needs {need} on {self.repository}",)

    def _steps(self, subscription: BridgedSubscription, fields: EventFields) -> list[Http]:
        token = read_secret("Read_token", "tokenSecretUrl")
        dispatch = Http(
            name="Dispatch",
            method="POST",
            uri=text(f"{API}/repos/{self.repository}/{self._path()}"),
            timeout_seconds=SECONDS - SECONDS_FOR_SECRET,
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": text("Bearer ", call("trim", token.body.member("value"))),
                "User-Agent": "azureml-events",
                "X-GitHub-Api-Version": API_VERSION,
            },
            body_to_send=self._body(subscription, fields),
            secure=("inputs",),
            after=in_order(token),
        )
        return [token, dispatch]

    def _path(self) -> str:
        if self.workflow is None:
            return "dispatches"
        return f"actions/workflows/{quote(self.workflow, safe='')}/dispatches"

    def _body(self, subscription: BridgedSubscription, fields: EventFields) -> dict[str, object]:
        if self.event_type:
            payload = parameter_values(subscription, fields)
            return {"event_type": self.event_type, "client_payload": payload}
        return {"ref": self.ref, "inputs": parameter_texts(subscription, fields)}
