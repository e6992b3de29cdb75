"""What whoever deploys must be allowed to do, by the type of resource.

Sources: Azure's pages on built-in roles and on the permissions of each resource provider; Event Grid's page on security
and authorization (the write access to destinations).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from azureml_events.handlers.email_alert import EmailAlert
from azureml_events.handlers.endpoint import Role

READER = Role("Reader", "acdd72a7-3385-48ef-bd42-f606fba81ae7")
IDENTITY_OPERATOR = Role("Managed Identity Operator", "f1a07417-d97a-45cb-824c-7a7467783830")
MONITORING_CONTRIBUTOR = Role("Monitoring Contributor", "749f88d5-cbae-40b8-bcfc-e573ddc772fa")
CRYPTO_USER = Role("Key Vault Crypto User", "12338af0-0e69-4776-bea7-57ae8d297424")

SUBSCRIBER_APP_ROLE = "AzureEventGridSecureWebhookSubscriber"
"""The app role that an Entra application which receives events must give to who subscribes it."""

ASSIGNMENT_ACTIONS = tuple(f"Microsoft.Authorization/roleAssignments/{verb}" for verb in ("read", "write", "delete"))
IDENTITY_ACTIONS = ("Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",)
WORKSPACE_ACTIONS = ("Microsoft.MachineLearningServices/workspaces/read",)
LOG_WORKSPACE_ACTIONS = ("Microsoft.OperationalInsights/workspaces/sharedKeys/action",)
"""UNVERIFIED that linking a diagnostic setting to a log workspace needs it."""
ACTION_GROUP_ACTIONS = ("Microsoft.Insights/actionGroups/read",)

_EVENT_GRID = Role("EventGrid Contributor", "1e241071-0855-49ea-94dc-649edcd759de")
_STORAGE = Role("Storage Account Contributor", "17d1049b-9a84-46fb-8f53-869881c3d3ab")
_LOGIC = Role("Logic App Contributor", "87a39d53-fc1b-424a-814c-f7e04687dc9e")
_IDENTITY = Role("Managed Identity Contributor", "e40ec5ca-96e0-45a2-b4ff-59039f2c2b59")
_MAIL = EmailAlert.role


@dataclass(frozen=True)
class Deployed:
    """What deploying a type of resource needs.

    Attributes:
        arm_type: Its ARM type.
        role: The built-in role that holds the actions and least beside; None where none does without access to data.
        further: What is needed beside reading, writing and deleting it.
    """

    arm_type: str
    role: Role | None
    further: tuple[str, ...] = ()

    @property
    def provider(self) -> str:
        """The resource provider that must be registered."""
        return self.arm_type.partition("/")[0]

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions."""
        return (*(f"{self.arm_type}/{verb}" for verb in ("read", "write", "delete")), *self.further)


@dataclass(frozen=True)
class LookedUp:
    """What looking up a resource that exists needs.

    Attributes:
        arm_type: Its ARM type.
        names: The function's arguments that hold the names in its ARM id, outermost first.
        role: The built-in role that holds the action and least beside.
        action: The action, behind the type.
    """

    arm_type: str
    names: tuple[str, ...]
    role: Role = READER
    action: str = "read"


_SUBSCRIPTIONS = "Microsoft.EventGrid/systemTopics/eventSubscriptions"
_WORKFLOWS = "Microsoft.Logic/workflows"
_CALLBACK_URL = "triggers/listCallbackUrl/action"

DEPLOYED: Mapping[str, Deployed] = {
    "eventgrid:SystemTopic": Deployed("Microsoft.EventGrid/systemTopics", _EVENT_GRID),
    "eventgrid:SystemTopicEventSubscription": Deployed(
        _SUBSCRIPTIONS,
        _EVENT_GRID,
        (
            f"{_SUBSCRIPTIONS}/getFullUrl/action",
            f"{_SUBSCRIPTIONS}/getDeliveryAttributes/action",
            "Microsoft.EventGrid/systemTopics/read",  # one that exists is looked up
        ),
    ),
    "eventgrid:EventSubscription": Deployed("Microsoft.EventGrid/eventSubscriptions", _EVENT_GRID),
    "storage:StorageAccount": Deployed("Microsoft.Storage/storageAccounts", _STORAGE),
    "storage:BlobContainer": Deployed("Microsoft.Storage/storageAccounts/blobServices/containers", _STORAGE),
    "storage:ManagementPolicy": Deployed("Microsoft.Storage/storageAccounts/managementPolicies", _STORAGE),
    "storage:Queue": Deployed("Microsoft.Storage/storageAccounts/queueServices/queues", _STORAGE),
    "eventhub:Namespace": Deployed("Microsoft.EventHub/namespaces", None),
    "eventhub:EventHub": Deployed("Microsoft.EventHub/namespaces/eventhubs", None),
    "servicebus:Namespace": Deployed("Microsoft.ServiceBus/namespaces", None),
    "servicebus:Queue": Deployed("Microsoft.ServiceBus/namespaces/queues", None),
    "servicebus:Topic": Deployed("Microsoft.ServiceBus/namespaces/topics", None),
    "relay:HybridConnection": Deployed("Microsoft.Relay/namespaces/hybridConnections", None),
    "logic:Workflow": Deployed(_WORKFLOWS, _LOGIC, (f"{_WORKFLOWS}/{_CALLBACK_URL}",)),
    "communication:EmailService": Deployed("Microsoft.Communication/emailServices", _MAIL),
    "communication:Domain": Deployed("Microsoft.Communication/emailServices/domains", _MAIL),
    "communication:CommunicationService": Deployed("Microsoft.Communication/communicationServices", _MAIL),
    "managedidentity:UserAssignedIdentity": Deployed(
        "Microsoft.ManagedIdentity/userAssignedIdentities", _IDENTITY, IDENTITY_ACTIONS
    ),
    "monitor:DiagnosticSetting": Deployed("Microsoft.Insights/diagnosticSettings", MONITORING_CONTRIBUTOR),
    "monitor:MetricAlert": Deployed("Microsoft.Insights/metricAlerts", MONITORING_CONTRIBUTOR),
}
"""By azure-native's type without package and version."""

_ML_WORKSPACES = "Microsoft.MachineLearningServices/workspaces"

LOOKED_UP: Mapping[str, LookedUp] = {
    "logic:listWorkflowTriggerCallbackUrl": LookedUp(_WORKFLOWS, ("workflowName",), _LOGIC, _CALLBACK_URL),
    "machinelearningservices:getBatchEndpoint": LookedUp(
        f"{_ML_WORKSPACES}/batchEndpoints", ("workspaceName", "endpointName")
    ),
    "machinelearningservices:getWorkspace": LookedUp(_ML_WORKSPACES, ("workspaceName",)),
    "communication:getCommunicationService": LookedUp(
        "Microsoft.Communication/communicationServices", ("communicationServiceName",)
    ),
}
"""By azure-native's function without package and version."""
