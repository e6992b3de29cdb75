"""The mail service of an `EmailAlert` that creates one: what it is made of, and what its workflows get of it."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from azureml_events import CreateEmailAlert, EmailAlert, Subscription, WorkspaceEvents, run_failed
from azureml_events.offline.preview_json import preview_json
from resources.mocks import Azure, Monitor, run
from resources.stacks import OTHER, arm, preview

WORKSPACE = arm("Microsoft.MachineLearningServices/workspaces", "ml")
SERVICE = arm("Microsoft.Communication/communicationServices", "acs")
DOMAIN = arm("Microsoft.Communication/emailServices", "acs") + "/domains/AzureManagedDomain"


class Cloud(Azure):
    """A domain with an address, and a service with a host."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """The id and the outputs of a resource."""
        made, outputs = super().new_resource(args)
        if args.typ == "azure-native:communication:EmailService":
            outputs |= {"name": outputs["emailServiceName"]}
        if args.typ == "azure-native:communication:Domain":
            return DOMAIN, {**outputs, "fromSenderDomain": "1234.azurecomm.net"}
        if args.typ == "azure-native:communication:CommunicationService":
            return SERVICE, {**outputs, "hostName": "acs.europe.communication.azure.com"}
        if args.typ == "azure-native:logic:Workflow":
            outputs |= {"name": outputs["workflowName"], "identity": {"type": "SystemAssigned", "principalId": "p"}}
        return made, outputs


def declared(workspace_id: str = WORKSPACE, **create: Any) -> tuple[Monitor, WorkspaceEvents]:
    """A workspace whose two subscriptions share a mail with a service of its own."""
    mail = EmailAlert(
        to=("ops@contoso.com",),
        create=CreateEmailAlert(**{"resource_group": "rg-mail", "data_location": "Europe", **create}),
    )
    kept: list[WorkspaceEvents] = []

    def program() -> None:
        subscriptions = {name: Subscription(run_failed(), to="mail") for name in ("one", "two")}
        kept.append(
            WorkspaceEvents(
                "ml",
                workspace_id=workspace_id,
                location="westeurope",
                handlers={"mail": mail},
                subscriptions=subscriptions,
            )
        )

    return run(program, Cloud(listWorkflowTriggerCallbackUrl={"value": "https://prod.invalid/invoke"})), kept[0]


def test_a_service_with_a_connected_domain_of_azures_is_declared_without_keys() -> None:
    monitor, events = declared(name="acs")
    placed = {"resourceGroupName": "rg-mail", "location": "Global"}
    assert monitor.inputs("EmailService", "ml/handlers/mail") == {
        **placed,
        "emailServiceName": "acs",
        "dataLocation": "Europe",
    }
    assert monitor.inputs("Domain", "ml/handlers/mail") == {
        **placed,
        "domainName": "AzureManagedDomain",
        "emailServiceName": "acs",
        "domainManagement": "AzureManaged",
        "userEngagementTracking": "Disabled",
    }
    assert monitor.inputs("CommunicationService", "ml/handlers/mail") == {
        **placed,
        "communicationServiceName": "acs",
        "dataLocation": "Europe",
        "linkedDomains": [DOMAIN],
        "disableLocalAuth": True,
    }
    assert list(events.mail_services) == ["mail"]


def test_it_stands_below_the_workspace_once_for_all_subscriptions() -> None:
    monitor, _ = declared()
    assert monitor.names("MailService") == ["ml/handlers/mail"]
    assert monitor.request("MailService", "ml/handlers/mail").parent.endswith("WorkspaceEvents::ml")
    assert monitor.request("Domain", "ml/handlers/mail").parent.endswith("MailService::ml/handlers/mail")


@pytest.mark.parametrize("subscription", ["one", "two"])
def test_each_workflow_sends_by_it_from_its_address_and_may(subscription: str) -> None:
    monitor, _ = declared()
    definition = monitor.inputs("Workflow", f"ml/{subscription}/workflow")["definition"]
    given = {name: row["defaultValue"] for name, row in definition["parameters"].items()}
    assert given["sender"] == "DoNotReply@1234.azurecomm.net"
    assert given["endpoint"] == "https://acs.europe.communication.azure.com"
    scopes = [monitor.inputs("RoleAssignment", name)["scope"] for name in monitor.names("RoleAssignment")]
    assert scopes.count(SERVICE) == 2


def name_of(monitor: Monitor) -> str:
    """The name of the service, which is that of its email service."""
    name = monitor.inputs("CommunicationService", "ml/handlers/mail")["communicationServiceName"]
    assert name == monitor.inputs("EmailService", "ml/handlers/mail")["emailServiceName"]
    return str(name)


def test_its_name_is_unique_by_azure_subscription_and_resource_group() -> None:
    name = name_of(declared()[0])
    assert name.startswith("acs-mail-")
    assert name_of(declared()[0]) == name
    elsewhere = arm("Microsoft.MachineLearningServices/workspaces", "ml", subscription=OTHER)
    names = {name, name_of(declared(elsewhere)[0]), name_of(declared(resource_group="rg-other")[0])}
    assert len(names) == 3


@pytest.mark.parametrize("protect", [False, True])
def test_it_can_be_protected(protect: bool) -> None:
    monitor, _ = declared(protect=protect)
    for kind in ("EmailService", "Domain", "CommunicationService"):
        assert monitor.request(kind, "ml/handlers/mail").protect is protect


def test_a_stack_declares_it_once_for_all_workspaces() -> None:
    workspace = {"resourceId": WORKSPACE, "location": "westeurope"}
    create = {"resourceGroup": "rg-mail", "dataLocation": "UK"}
    shown = preview_json(
        preview(
            workspaces={"ml": workspace, "ml2": {**workspace, "resourceId": f"{WORKSPACE}2"}},
            handlers={"mail": {"type": "EmailAlert", "to": ["ops@contoso.com"], "create": create}},
            subscriptions={"failed": {"handler": "mail", "when": "runFailed"}},
        )
    )
    made = [each["name"] for each in shown["resources"] if each["type"].startswith("azure-native:communication:")]
    assert made == ["handlers/mail"] * 3
    workflows = [each["inputs"] for each in shown["resources"] if each["type"] == "azure-native:logic:Workflow"]
    senders = [each["definition"]["parameters"]["sender"]["defaultValue"] for each in workflows]
    assert senders == ["<unknown>"] * 2
