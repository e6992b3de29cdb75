"""A GitHub Actions workflow, by a `repository_dispatch` or a `workflow_dispatch`.

Sources: GitHub's REST API description, version 2022-11-28: `repository_dispatch` takes an event type of at most 100
characters and a payload of at most 10 members and 64 KB, and is answered with 204, as is `workflow_dispatch`, in newer
descriptions also with 200; Key Vault's REST API, `Get Secret`, version 7.4. `workflow_dispatch` takes inputs that are
all texts, at most 10 by older descriptions and 25 by newer ones: more than 10 are refused here, as a GitHub that takes
10 would refuse each event for good. GitHub takes no key by which a repeated call could be recognised; a parameter that
takes the event's `id` lets the workflow tell. A payload that is too large is refused by GitHub with 422, and the event
goes to the dead letter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import quote

from pydantic import AfterValidator

from azureml_events.base.arm_ids import OfType, parse_arm_id
from azureml_events.base.constraints import ExactlyOne, Needs
from azureml_events.base.mistakes import Mistake, show
from azureml_events.base.names import NameForm
from azureml_events.base.values import Deferred, Reference
from azureml_events.handlers.endpoint import Role
from azureml_events.handlers.workflow_handler import Bridge, ParameterRules, parameters_of, shown_name
from azureml_events.workflows.actions import Http, in_order
from azureml_events.workflows.event_fields import EventFields
from azureml_events.workflows.expressions import call, text
from azureml_events.workflows.parameters import (
    filled,
    parameter_texts,
    parameter_values,
    with_parameters,
)
from azureml_events.workflows.workflow import SECONDS, BridgedSubscription, Taken, Target, parameter

API = "https://api.github.com"
API_VERSION = "2022-11-28"
SECRET_TYPE = "Microsoft.KeyVault/vaults/secrets"  # noqa: S105, a resource type
VAULT_AUDIENCE = "https://vault.azure.net"
VAULT_API_VERSION = "7.4"
SECONDS_FOR_TOKEN = 8


def secret_url(secret_id: str) -> str:
    """Where Key Vault gives a secret's value, its newest version, in Azure's public cloud.

    Args:
        secret_id: The secret's ARM id.

    Raises:
        ValueError: It is not the ARM id of a secret.
    """
    vault, secret = parse_arm_id(secret_id, SECRET_TYPE).names
    if not re.fullmatch(r"[A-Za-z0-9-]{3,24}", vault):
        raise ValueError(f"{show(vault)} is not the name of a vault; allowed: 3 to 24 letters, digits, -")
    if not re.fullmatch(r"[A-Za-z0-9-]{1,127}", secret):
        raise ValueError(f"{show(secret)} is not the name of a secret; allowed: 1 to 127 letters, digits, -")
    return f"https://{vault}.vault.azure.net/secrets/{secret}?api-version={VAULT_API_VERSION}"


def _url_of(secret_id: Reference) -> Reference:
    if isinstance(secret_id, str):
        return secret_url(secret_id)
    return Deferred(secret_id.value if isinstance(secret_id, Deferred) else secret_id, secret_url)


def _checked(secret_id: Reference) -> Reference:
    if isinstance(secret_id, str):
        secret_url(secret_id)
    return secret_id


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

    role = Role("Key Vault Secrets User", "4633458b-17de-408a-b874-0445c86b69e6")
    """The role that reads a secret's value: Azure's page on built-in roles. The vault must use Azure roles, not access
    policies."""

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

    token_secret_id: Annotated[Reference, OfType(SECRET_TYPE), AfterValidator(_checked)]
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
        """The token, then one dispatch with it."""
        return Target(
            steps=lambda fields: self._steps(subscription, fields),
            parameters={"tokenSecretUrl": _url_of(self.token_secret_id)},
            taken=Taken((200, 204)),
        )

    def describe(self) -> str:
        """Describe what is dispatched."""
        if self.event_type:
            return f"dispatches {self.event_type} to {self.repository}"
        return f"starts workflow {self.workflow} of {self.repository} at {self.ref}"

    def describe_effect(self, event: Mapping[str, Any], subscription: BridgedSubscription) -> str:
        """Describe what is dispatched, with which parameters."""
        values = filled(parameters_of(subscription), subscription.event_types, event)
        return f"{self.describe()}{with_parameters(values)}"

    @property
    def prerequisites(self) -> tuple[str, ...]:
        """The permissions that the token must have."""
        need = "Contents: write" if self.event_type else "Actions: write"
        return (f"the token in secret {shown_name(self.token_secret_id)} needs {need} on {self.repository}",)

    def _steps(self, subscription: BridgedSubscription, fields: EventFields) -> list[Http]:
        token = Http(
            name="Read_token",
            method="GET",
            uri=text(parameter("tokenSecretUrl")),
            timeout_seconds=SECONDS_FOR_TOKEN,
            audience=VAULT_AUDIENCE,
            secure=("outputs",),
        )
        dispatch = Http(
            name="Dispatch",
            method="POST",
            uri=text(f"{API}/repos/{self.repository}/{self._path()}"),
            timeout_seconds=SECONDS - SECONDS_FOR_TOKEN,
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
        parameters, event_types = parameters_of(subscription), subscription.event_types
        if self.event_type:
            payload = parameter_values(parameters, event_types, fields)
            return {"event_type": self.event_type, "client_payload": payload}
        return {"ref": self.ref, "inputs": parameter_texts(parameters, event_types, fields)}
