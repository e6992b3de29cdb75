"""The resource types that the stand-in knows: their ids and their wire properties.

Paths are Azure Resource Manager's, property names and API versions those of pulumi-azure-native 3.29.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers"
_PARAMETER = re.compile(r"\{(\w+)\}")
_UNESCAPED = "$&+:=@"
_SCOPES = ("scope", "resourceUri")
"""The path parameters that are ids of other resources."""
_VERSIONS = {
    "authorization": "2022-04-01",
    "communication": "2026-03-18",
    "datafactory": "2018-06-01",
    "eventgrid": "2025-02-15",
    "eventhub": "2024-01-01",
    "keyvault": "2024-11-01",
    "logic": "2019-05-01",
    "machinelearningservices": "2025-12-01",
    "monitor": "2018-03-01",
    "monitor:DiagnosticSetting": "2021-05-01-preview",
    "servicebus": "2026-01-01",
    "storage": "2024-01-01",
    "web": "2016-06-01",
}
_EVERY_OUTPUT = "name provisioningState systemData type"


@dataclass(frozen=True)
class Kind:
    """One resource type.

    Attributes:
        token: Pulumi's name of the type.
        path: The id, with the path parameters in braces.
        properties: The other inputs that it takes.
        required: Those of them that it must have.
        create_only: Those of them of which the provider knows that a change replaces (x-ms-mutability and
            gen/replacement.go).
        outputs: What it returns besides; the provider says in a preview that it does not know them.
        read_only: Names below its properties that are returned and cannot be set (x-ms-readOnly).
    """

    token: str
    path: str
    properties: frozenset[str]
    required: frozenset[str] = field(default_factory=frozenset)
    create_only: frozenset[str] = frozenset({"location"})
    outputs: frozenset[str] = frozenset()
    read_only: frozenset[str] = frozenset()

    @property
    def version(self) -> str:
        """The API version that the provider takes by default."""
        _, module, name = self.token.split(":")
        return _VERSIONS.get(f"{module}:{name}", _VERSIONS[module])

    @property
    def parameters(self) -> tuple[str, ...]:
        """The path parameters that are inputs of the resource."""
        names = _PARAMETER.findall(self.path)
        return tuple(name for name in names if name != "subscriptionId")

    @property
    def arm_type(self) -> str:
        """The type as ARM writes it: `Microsoft.EventGrid/systemTopics`."""
        provider, *steps = self.path.rsplit("/providers/", 1)[1].split("/")
        return "/".join([provider, *steps[::2]])

    def id(self, inputs: Mapping[str, object], subscription: str) -> str:
        """Return the id of the resource with these inputs, escaped but for the scope (client_azcore.go)."""
        values = {**inputs, "subscriptionId": subscription}
        path = self.path
        for scope in _SCOPES:
            path = path.replace(f"{{{scope}}}", str(values.get(scope, "")).strip("/"))
        return _PARAMETER.sub(lambda found: quote(str(values[found[1]]), _UNESCAPED), path)

    def parse(self, resource_id: str) -> dict[str, str] | None:
        """Find the path parameters in an id, or None where the id is of another type."""
        pattern = re.escape(self.path)
        for scope in _SCOPES:
            pattern = pattern.replace(rf"\{{{scope}\}}", f"(?P<{scope}>.+)")
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", pattern)
        found = re.fullmatch(pattern, resource_id, re.IGNORECASE)
        return found.groupdict() if found else None


def _kind(
    token: str,
    path: str,
    properties: str,
    required: str = "",
    create_only: str = "location",
    *,
    outputs: str = "",
    read_only: str = "endpointBaseUrl principalId tenantId",
) -> Kind:
    return Kind(
        f"azure-native:{token}",
        path,
        frozenset(properties.split()),
        frozenset(required.split()),
        frozenset(create_only.split()),
        frozenset(f"{_EVERY_OUTPUT} {outputs}".split()),
        frozenset(read_only.split()),
    )


_TOPIC = f"{_GROUP}/Microsoft.EventGrid/systemTopics/{{systemTopicName}}"
_ACCOUNT = f"{_GROUP}/Microsoft.Storage/storageAccounts/{{accountName}}"
_HUBS = f"{_GROUP}/Microsoft.EventHub/namespaces/{{namespaceName}}"
_MAIL = f"{_GROUP}/Microsoft.Communication/emailServices/{{emailServiceName}}"
_BUS = f"{_GROUP}/Microsoft.ServiceBus/namespaces/{{namespaceName}}"

KINDS = {
    kind.token: kind
    for kind in (
        _kind(
            "machinelearningservices:Workspace",
            f"{_GROUP}/Microsoft.MachineLearningServices/workspaces/{{workspaceName}}",
            "location identity tags",
        ),
        _kind(
            "eventgrid:SystemTopic",
            _TOPIC,
            "identity location source tags topicType",
            "location source topicType",
            outputs="metricResourceId",
            read_only="",  # its principalId and tenantId are not read-only in the specification
        ),
        _kind(
            "eventgrid:SystemTopicEventSubscription",
            f"{_TOPIC}/eventSubscriptions/{{eventSubscriptionName}}",
            "deadLetterDestination deadLetterWithResourceIdentity deliveryWithResourceIdentity"
            " destination eventDeliverySchema expirationTimeUtc filter labels retryPolicy",
            outputs="topic",
        ),
        _kind(
            "authorization:RoleAssignment",
            "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
            "principalId principalType roleDefinitionId condition conditionVersion description"
            " delegatedManagedIdentityResourceId",
            "principalId roleDefinitionId",
            "principalId",
        ),
        _kind(
            "storage:StorageAccount",
            _ACCOUNT,
            "kind sku location tags identity accessTier allowBlobPublicAccess"
            " allowCrossTenantReplication allowSharedKeyAccess defaultToOAuthAuthentication"
            " enableHttpsTrafficOnly encryption isHnsEnabled isLocalUserEnabled isSftpEnabled"
            " minimumTlsVersion networkRuleSet publicNetworkAccess",
            "kind sku location",
            "location isHnsEnabled",
            outputs="primaryEndpoints",
        ),
        _kind(
            "storage:BlobContainer",
            f"{_ACCOUNT}/blobServices/default/containers/{{containerName}}",
            "metadata publicAccess",
        ),
        _kind(
            "storage:Queue",
            f"{_ACCOUNT}/queueServices/default/queues/{{queueName}}",
            "metadata",
        ),
        _kind(
            "storage:ManagementPolicy",
            f"{_ACCOUNT}/managementPolicies/{{managementPolicyName}}",
            "policy",
            "policy",
        ),
        _kind(
            "eventhub:Namespace",
            _HUBS,
            "location sku tags identity disableLocalAuth isAutoInflateEnabled kafkaEnabled"
            " maximumThroughputUnits minimumTlsVersion publicNetworkAccess zoneRedundant",
            "location",
        ),
        _kind(
            "eventhub:EventHub",
            f"{_HUBS}/eventhubs/{{eventHubName}}",
            "messageRetentionInDays partitionCount retentionDescription status userMetadata",
        ),
        _kind(
            "servicebus:Namespace",
            _BUS,
            "location sku tags identity disableLocalAuth minimumTlsVersion"
            " premiumMessagingPartitions publicNetworkAccess zoneRedundant",
            "location",
        ),
        _kind(
            "servicebus:Queue",
            f"{_BUS}/queues/{{queueName}}",
            "deadLetteringOnMessageExpiration defaultMessageTimeToLive enablePartitioning"
            " lockDuration maxDeliveryCount maxSizeInMegabytes requiresDuplicateDetection"
            " requiresSession status",
            create_only="enablePartitioning requiresDuplicateDetection requiresSession",
        ),
        _kind(
            "servicebus:Topic",
            f"{_BUS}/topics/{{topicName}}",
            "defaultMessageTimeToLive enablePartitioning maxSizeInMegabytes"
            " requiresDuplicateDetection status supportOrdering",
            create_only="enablePartitioning requiresDuplicateDetection",
        ),
        _kind(
            "logic:Workflow",
            f"{_GROUP}/Microsoft.Logic/workflows/{{workflowName}}",
            "accessControl definition identity location parameters state tags",
            "location",
            outputs="accessEndpoint",
        ),
        _kind(
            "monitor:DiagnosticSetting",
            "/{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
            "eventHubAuthorizationRuleId eventHubName logAnalyticsDestinationType logs marketplacePartnerId metrics"
            " serviceBusRuleId storageAccountId workspaceId",
            create_only="",
        ),
        _kind(
            "monitor:MetricAlert",
            f"{_GROUP}/Microsoft.Insights/metricAlerts/{{ruleName}}",
            "actions autoMitigate criteria description enabled evaluationFrequency location scopes severity tags"
            " targetResourceRegion targetResourceType windowSize",
            "criteria enabled evaluationFrequency location scopes severity windowSize",
            outputs="isMigrated lastUpdatedTime",
        ),
        _kind(
            "machinelearningservices:BatchEndpoint",
            f"{_GROUP}/Microsoft.MachineLearningServices/workspaces/{{workspaceName}}/batchEndpoints/{{endpointName}}",
            "identity kind location properties sku tags",
        ),
        _kind(
            "communication:EmailService",
            _MAIL,
            "dataLocation location tags",
            "dataLocation location",
        ),
        _kind(
            "communication:Domain",
            f"{_MAIL}/domains/{{domainName}}",
            "domainManagement location tags userEngagementTracking",
            "domainManagement location",
        ),
        _kind(
            "communication:CommunicationService",
            f"{_GROUP}/Microsoft.Communication/communicationServices/{{communicationServiceName}}",
            "dataLocation disableLocalAuth identity linkedDomains location tags",
            "dataLocation location",
        ),
        _kind(
            "datafactory:Factory",
            f"{_GROUP}/Microsoft.DataFactory/factories/{{factoryName}}",
            "identity location publicNetworkAccess tags",
        ),
        _kind(
            "keyvault:Vault",
            f"{_GROUP}/Microsoft.KeyVault/vaults/{{vaultName}}",
            "location properties tags",
        ),
        _kind(
            "keyvault:Secret",
            f"{_GROUP}/Microsoft.KeyVault/vaults/{{vaultName}}/secrets/{{secretName}}",
            "properties tags",
        ),
        _kind(
            "web:Connection",
            f"{_GROUP}/Microsoft.Web/connections/{{connectionName}}",
            "location properties tags",
        ),
    )
}


def parsed(resource_id: str) -> tuple[Kind, dict[str, str]] | None:
    """Find the kind of an id and the path parameters in it, or None for a kind not listed here."""
    for kind in KINDS.values():
        parameters = kind.parse(resource_id)
        if parameters is not None:
            return kind, parameters
    return None


def parents(resource_id: str) -> Iterator[str]:
    """Yield the ids of what a resource lies in, from the inside out, without groups and subscriptions."""
    steps = resource_id.split("/")
    provider = len(steps) - 1 - steps[::-1].index("providers") if "providers" in steps else 0
    for end in range(len(steps) - 2, provider + 3, -2):
        if not (steps[end - 2].endswith("Services") and steps[end - 1] == "default"):
            yield "/".join(steps[:end])


def location(value: object) -> str:
    """Return a region as ARM compares it: `West Europe` and `westeurope` are one."""
    return str(value).replace(" ", "").lower()
