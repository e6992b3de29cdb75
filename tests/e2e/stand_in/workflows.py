"""Logic App workflows: their URLs, and whether one answers Event Grid's handshake."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from e2e.stand_in.cloud import Cloud, Existing, LateError, Properties

HOST = "prod.logic.invalid"
SIGNATURE = "hush-signature"
"""What every signature begins with: it must be found nowhere but in what Event Grid gets."""


def access_endpoint(workflow_id: str) -> str:
    """Return where a workflow is called, without a trigger."""
    return f"https://{HOST}:443{workflow_id}"


def signed_url(workflow_id: str, trigger: str) -> str:
    """Return the callback URL of a workflow's trigger."""
    run = f"%2Ftriggers%2F{trigger}%2Frun"
    name = workflow_id.rpartition("/")[2]
    query = f"api-version=2016-10-01&sp={run}&sv=1.0&sig={SIGNATURE}-{name}"
    return f"{access_endpoint(workflow_id)}/triggers/{trigger}/paths/invoke?{query}"


def triggers_of(workflow: Existing) -> Properties:
    """Return the triggers of a workflow by name."""
    return dict(workflow.inputs.get("definition", {}).get("triggers", {}))


FAILED_HANDSHAKE = ("Url validation", "The attempt to validate the provided endpoint failed.")
"""How Event Grid fails after it accepted a webhook that does not answer (Azure/azure-cli#21006)."""


def require_handshake(cloud: Cloud, destination: Properties) -> None:
    """Fail for a webhook that is a workflow's trigger and does not answer the handshake.

    Args:
        cloud: What exists.
        destination: The webhook.
    """
    url = urlsplit(destination["endpointUrl"])
    if url.hostname != HOST:
        return
    workflow_id, _, rest = url.path.partition("/triggers/")
    workflow = cloud.get(workflow_id)
    if workflow is None or rest.partition("/")[0] not in triggers_of(workflow):
        raise LateError(*FAILED_HANDSHAKE)
    policies = workflow.inputs.get("accessControl", {}).get("triggers", {}).get("openAuthenticationPolicies")
    signed = parse_qs(url.query).get("sig") == [f"{SIGNATURE}-{workflow_id.rpartition('/')[2]}"]
    token = "azureActiveDirectoryTenantId" in destination
    if signed == token or (token and not policies):
        raise LateError(*FAILED_HANDSHAKE)
