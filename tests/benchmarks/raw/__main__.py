"""The same resources as `../ours`, declared with azure-native alone, as its documentation shows it."""

from typing import Any

import pulumi
from azureml_events.base.values import Deferred
from azureml_events.handlers.endpoint import Role
from azureml_events.handlers.storage import DEAD_LETTER_ROLE
from azureml_events.resources.dead_letter import account_name_of
from azureml_events.resources.grants import assignment_guid, role_definition_id
from pulumi_azure_native import authorization, eventgrid, storage

AZURE_SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
GROUP = "rg-ml"
AZURE = f"/subscriptions/{AZURE_SUBSCRIPTION}/resourceGroups/{GROUP}/providers"
HUB = f"{AZURE}/Microsoft.EventHub/namespaces/evhns-ml/eventhubs/ml-events"
SENDER = Role("Azure Event Hubs Data Sender", "2b629674-e913-4c01-ae53-ef4638d8f975")
IDENTITY = eventgrid.EventSubscriptionIdentityArgs(type="SystemAssigned")

config = pulumi.Config("benchmark")
count, most = config.require_int("subscriptions"), config.require_int("mostInOneWorkspace")
further = range(config.require_int("filters") - 2)


def grant(
    name: str, role: Role, scope: pulumi.Input[str], identity: pulumi.Output[Any]
) -> authorization.RoleAssignment:
    """A role of a topic's identity on a resource."""
    principal_id = identity.apply(lambda known: known.principal_id or pulumi.UNKNOWN)
    return authorization.RoleAssignment(
        name,
        role_assignment_name=pulumi.Output.all(scope, principal_id).apply(
            lambda known: assignment_guid(known[0], known[1], role)
        ),
        scope=scope,
        role_definition_id=role_definition_id(scope if isinstance(scope, str) else Deferred(scope), role),
        principal_id=principal_id,
        principal_type="ServicePrincipal",
    )


account = storage.StorageAccount(
    "dead-letters",
    account_name=account_name_of(AZURE_SUBSCRIPTION, GROUP, "westeurope", pulumi.get_project(), pulumi.get_stack()),
    resource_group_name=GROUP,
    location="westeurope",
    kind="StorageV2",
    sku=storage.SkuArgs(name="Standard_LRS"),
    allow_shared_key_access=False,
    allow_blob_public_access=False,
    minimum_tls_version="TLS1_2",
    enable_https_traffic_only=True,
    network_rule_set=storage.NetworkRuleSetArgs(bypass="AzureServices", default_action="Allow"),
)
storage.ManagementPolicy(
    "dead-letters",
    management_policy_name="default",
    account_name=account.name,
    resource_group_name=GROUP,
    policy=storage.ManagementPolicySchemaArgs(
        rules=[
            storage.ManagementPolicyRuleArgs(
                name="delete-old-dead-letters",
                enabled=True,
                type="Lifecycle",
                definition=storage.ManagementPolicyDefinitionArgs(
                    actions=storage.ManagementPolicyActionArgs(
                        base_blob=storage.ManagementPolicyBaseBlobArgs(
                            delete=storage.DateAfterModificationArgs(days_after_modification_greater_than=30)
                        )
                    ),
                    filters=storage.ManagementPolicyFilterArgs(blob_types=["blockBlob"]),
                ),
            )
        ]
    ),
)

for first in range(0, count, most):
    workspace = f"ml-{first // most}"
    topic = eventgrid.SystemTopic(
        workspace,
        system_topic_name=f"{workspace}-events",
        resource_group_name=GROUP,
        location="westeurope",
        source=f"{AZURE}/Microsoft.MachineLearningServices/workspaces/{workspace}",
        topic_type="Microsoft.MachineLearningServices.Workspaces",
        identity=eventgrid.IdentityInfoArgs(type="SystemAssigned"),
    )
    container = storage.BlobContainer(
        workspace,
        container_name=f"dead-letters-{workspace}",
        account_name=account.name,
        resource_group_name=GROUP,
        public_access="None",
    )
    grants = [
        grant(f"{workspace}-events", SENDER, HUB, topic.identity),
        grant(f"{workspace}-dead-letters", DEAD_LETTER_ROLE, account.id, topic.identity),
    ]
    for number in range(first, min(first + most, count)):
        eventgrid.SystemTopicEventSubscription(
            f"{workspace}-failed-{number}",
            event_subscription_name=f"failed-{number}",
            resource_group_name=GROUP,
            system_topic_name=topic.name,
            delivery_with_resource_identity=eventgrid.DeliveryWithResourceIdentityArgs(
                identity=IDENTITY,
                destination=eventgrid.EventHubEventSubscriptionDestinationArgs(
                    endpoint_type="EventHub", resource_id=HUB
                ),
            ),
            dead_letter_with_resource_identity=eventgrid.DeadLetterWithResourceIdentityArgs(
                identity=IDENTITY,
                dead_letter_destination=eventgrid.StorageBlobDeadLetterDestinationArgs(
                    endpoint_type="StorageBlob", resource_id=account.id, blob_container_name=container.name
                ),
            ),
            filter=eventgrid.EventSubscriptionFilterArgs(
                included_event_types=["Microsoft.MachineLearningServices.RunStatusChanged"],
                is_subject_case_sensitive=False,
                enable_advanced_filtering_on_arrays=False,
                advanced_filters=[
                    eventgrid.StringInAdvancedFilterArgs(
                        operator_type="StringIn", key="data.experimentName", values=[f"train-{number}"]
                    ),
                    eventgrid.StringInAdvancedFilterArgs(
                        operator_type="StringIn", key="data.runStatus", values=["Failed"]
                    ),
                    *(
                        eventgrid.StringInAdvancedFilterArgs(
                            operator_type="StringIn", key=f"data.runTags.tag{n:02}", values=["x"]
                        )
                        for n in further
                    ),
                ],
            ),
            event_delivery_schema="EventGridSchema",
            retry_policy=eventgrid.RetryPolicyArgs(max_delivery_attempts=30, event_time_to_live_in_minutes=1440),
            opts=pulumi.ResourceOptions(depends_on=grants),
        )
