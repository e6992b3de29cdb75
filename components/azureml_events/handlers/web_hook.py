"""Webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, WithJsonSchema

from azureml_events.base.arm_ids import Guid
from azureml_events.base.constraints import Together
from azureml_events.base.urls import Url, url_without_keys
from azureml_events.handlers.endpoint import (
    DeliveryAttributes,
    Endpoint,
    MaxEventsPerBatch,
    PreferredBatchSizeInKilobytes,
)


def _unquoted_version(value: object) -> object:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(float(value))
    return value


class WebHook(Endpoint):
    """Delivery to an https endpoint that answers Event Grid's validation handshake."""

    noun = "webhook"
    authorization = True
    secret_fields = ("endpointUrl",)
    shown_as: ClassVar[Mapping[str, str]] = {"endpointUrl": "endpointBaseUrl"}
    answered = ("maxEventsPerBatch", "preferredBatchSizeInKilobytes")
    constraints = (
        Together(
            ("azureActiveDirectoryTenantId", "azureActiveDirectoryApplicationIdOrUri"),
            "required, but missing: '{given}' goes with it",
        ),
    )

    type: Literal["WebHook"] = "WebHook"
    """An https endpoint."""

    endpoint_url: Url
    """Where to deliver, https only. A URL with a key in it is a secret:
    `pulumi config set --path --secret 'azureml-events:handlers.<name>.endpointUrl'`."""

    max_events_per_batch: MaxEventsPerBatch = 1
    """Events in one call, 1 to 5000; default 1."""

    preferred_batch_size_in_kilobytes: PreferredBatchSizeInKilobytes = 64
    """The size that a call should not exceed, 1 to 1024 kilobytes; default 64."""

    azure_active_directory_tenant_id: Guid | None = None
    """The Microsoft Entra tenant that issues Event Grid's token, a GUID; together with the application."""

    azure_active_directory_application_id_or_uri: Annotated[str, Field(min_length=1)] | None = None
    """The application that the token is for, by id or URI; together with the tenant."""

    minimum_tls_version_allowed: Annotated[
        Literal["1.0", "1.1", "1.2"],
        BeforeValidator(_unquoted_version),
        WithJsonSchema({"enum": ["1.0", "1.1", "1.2", 1.0, 1.1, 1.2]}),
    ] = "1.2"
    """The least TLS version, `1.0`, `1.1` or `1.2`; default `1.2`."""

    delivery_attribute_mappings: DeliveryAttributes = ()
    """Headers added to each call, at most 10."""

    def describe(self) -> str:
        """Describe the endpoint by its host alone: all that follows it may be a key."""
        if not isinstance(self.endpoint_url, str):
            return self._described([repr(self.endpoint_url)])
        return self._described([urlsplit(self.endpoint_url).hostname or ""])

    @classmethod
    def place_members(cls) -> tuple[str, ...]:
        """Return the member that holds the URL."""
        return ("endpointUrl",)

    @classmethod
    def describe_place(cls, members: Mapping[str, str]) -> str | None:
        """Describe the endpoint by its URL without the query and long parts of the path, which may be keys."""
        url = members.get("endpointUrl", "")
        return url_without_keys(url) or (url if "?" not in url else None)
