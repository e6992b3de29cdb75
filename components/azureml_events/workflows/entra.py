"""Entra-protected delivery to a workflow: who may call it, in place of a signature in its URL."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import AfterValidator, Field

from azureml_events.base.arm_ids import GUID_PATTERN, is_guid
from azureml_events.base.mistakes import show
from azureml_events.base.model import Declaration
from azureml_events.base.names import NameForm

_SIGNATURE = {"sp", "sv", "sig"}
"""The members of a callback URL's query that sign it."""


def without_signature(url: str) -> str:
    """Take the signature out of a workflow's callback URL: with one beside a token the call is refused.

    Source: Azure Logic Apps' page on securing access and data.

    Args:
        url: The callback URL.
    """
    parts = urlsplit(url)
    kept = [row for row in parts.query.split("&") if row.partition("=")[0] not in _SIGNATURE]
    return urlunsplit(parts._replace(query="&".join(kept)))


def _guid(text: str) -> str:
    if not is_guid(text):
        raise ValueError(f"{show(text)} is not a GUID")
    return text.lower()


class Entra(Declaration):
    """The application that Event Grid's token is for.

    It is registered by hand: whoever deploys needs an app role of it, and Event Grid's own service principal one too.
    """

    tenant_id: Annotated[str, AfterValidator(_guid), Field(json_schema_extra={"pattern": f"^{GUID_PATTERN}$"})]
    """The tenant of the application, a GUID."""

    audience: Annotated[
        str,
        NameForm(
            rf"{GUID_PATTERN}|(?=.{{1,150}}$)[A-Za-z][A-Za-z0-9+.-]*:\S+",
            "the application's client id, a GUID, which tokens of both versions name; or an id URI of at most 150 "
            "characters, as api://events, which stands in tokens of version 1 only",
        ),
    ]
    """The application: best its client id, a GUID, which tokens of both versions name; or an id URI, as `api://events`,
    which stands in tokens of version 1 only; required."""

    def authorization_policies(self) -> dict[str, Any]:
        """Make the `openAuthenticationPolicies` of the workflow: tokens of either version of Entra's endpoints.

        They differ in how they name the issuer, and tokens of version 2 name the application by its client id always.
        The 150 characters of a claim's value are from Azure Logic Apps' page on limits.
        """
        issuers = {
            "v1": f"https://sts.windows.net/{self.tenant_id}/",
            "v2": f"https://login.microsoftonline.com/{self.tenant_id}/v2.0",
        }
        return {
            "policies": {
                f"event-grid-{version}": {
                    "type": "AAD",
                    "claims": [
                        {"name": "iss", "value": issuer},
                        {"name": "aud", "value": self.audience},
                    ],
                }
                for version, issuer in issuers.items()
            }
        }
