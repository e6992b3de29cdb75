"""Mail services that are created: each sends from a domain that Azure manages."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pulumi
from pulumi_azure_native import communication

from azureml_events.base.values import Deferred
from azureml_events.handlers.created import own_name
from azureml_events.handlers.email_alert import CreateEmailAlert, EmailAlert
from azureml_events.handlers.workflow_handler import WorkflowHandler
from azureml_events.resources.azure_native import declare
from azureml_events.resources.unique_names import unique_name

_LOCATION = "Global"
_DOMAIN = "AzureManagedDomain"
"""The only name that Azure gives a domain which it manages."""


class MailService(pulumi.ComponentResource):
    """A Communication Services resource with an email service and its Azure-managed domain, connected and without keys.

    Args:
        name: Its Pulumi name.
        create: What is to be created.
        arm_name: The name in Azure of the service and of its email service.
        tags: Tags of all three resources.
        opts: Pulumi's options.

    Attributes:
        email_service: The email service.
        domain: Its domain.
        service: The Communication Services resource, which the domain is connected to.
        sender: The address that it sends from.
    """

    def __init__(
        self,
        name: str,
        create: CreateEmailAlert,
        *,
        arm_name: pulumi.Input[str],
        tags: dict[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("azureml-events:index:MailService", name, {}, opts)
        below = pulumi.ResourceOptions(parent=self, protect=create.protect or None)
        placed = {"resourceGroupName": create.resource_group, "location": _LOCATION, "tags": tags or None}
        self.email_service: communication.EmailService = declare(
            communication.EmailService,
            name,
            {"emailServiceName": arm_name, "dataLocation": create.data_location, **placed},
            below,
        )
        self.domain: communication.Domain = declare(
            communication.Domain,
            name,
            {
                "domainName": _DOMAIN,
                "emailServiceName": self.email_service.name,
                "domainManagement": "AzureManaged",
                "userEngagementTracking": "Disabled",
                **placed,
            },
            below,
        )
        self.service: communication.CommunicationService = declare(
            communication.CommunicationService,
            name,
            {
                "communicationServiceName": arm_name,
                "dataLocation": create.data_location,
                "linkedDomains": [self.domain.id],
                "disableLocalAuth": True,
                **placed,
            },
            below,
        )
        self.sender: pulumi.Output[str] = self.domain.from_sender_domain.apply(lambda domain: f"DoNotReply@{domain}")
        self.register_outputs({"service": self.service, "sender": self.sender})


def create_mail_services(
    name: str,
    handlers: Mapping[str, WorkflowHandler],
    *,
    tags: dict[str, str],
    subscription_id: Callable[[], pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> tuple[dict[str, WorkflowHandler], dict[str, MailService]]:
    """Create the mail services of the handlers that want one.

    Args:
        name: What the services' Pulumi names begin with.
        handlers: The handlers by name; those that create nothing stay as they are.
        tags: Tags of what is created.
        subscription_id: Gives the Azure subscription that they are created in, which stands in the names that are
            derived.
        opts: Pulumi's options.

    Returns:
        The handlers, those that wanted a service with theirs, and the services, both by the handlers' names.
    """
    resolved = dict(handlers)
    services: dict[str, MailService] = {}
    for key, handler in handlers.items():
        if isinstance(handler, EmailAlert) and handler.create:
            service = services[key] = MailService(
                f"{name}/{key}",
                handler.create,
                arm_name=_arm_name(f"{name}/{key}", key, handler.create, subscription_id),
                tags=tags,
                opts=opts,
            )
            host, sender = Deferred(service.service.host_name), Deferred(service.sender)
            resolved[key] = handler.at(Deferred(service.service.id), host, sender)
    return resolved, services


def _arm_name(
    name: str, key: str, create: CreateEmailAlert, subscription_id: Callable[[], pulumi.Input[str]]
) -> pulumi.Input[str]:
    """Give the name of a service: the one that is written, or a unique one."""
    if create.name is not None:
        return create.name
    return unique_name(
        lambda suffix: own_name(key, "acs", suffix),
        subscription_id(),
        create.resource_group,
        pulumi.get_project(),
        pulumi.get_stack(),
        name,
    )
