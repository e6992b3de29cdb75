"""Rules on what raw programs register: classes and dicts, versioned tokens, literal ids and outputs."""

from __future__ import annotations

from datetime import date

import pytest
from azureml_events.base.mistakes import dotted
from azureml_events.policy.judge import RuleUse, judge
from azureml_events.policy.of_recording import resources_of_recording
from azureml_events.policy.rules import RULES
from small_programs import Run, run

AZURE_SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
PROGRAM = """
import pulumi
import pulumi_azure_native as azure

MODELS = ["Microsoft.MachineLearningServices.ModelRegistered"]
topic = azure.eventgrid.SystemTopic(
    "topic", resource_group_name="rg", topic_type="Microsoft.MachineLearningServices.Workspaces",
    source="/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers"
    "/Microsoft.MachineLearningServices/workspaces/ml",
)
of_classes = azure.eventgrid.SystemTopicEventSubscription(
    "of-classes", resource_group_name="rg", system_topic_name=topic.name,
    destination=azure.eventgrid.WebHookEventSubscriptionDestinationArgs(
        endpoint_type="WebHook", endpoint_url="http://hooks.example.net/in?code=s3cr3t", max_events_per_batch=1,
        delivery_attribute_mappings=[
            azure.eventgrid.StaticDeliveryAttributeMappingArgs(name="api-key", type="Static", value="s3cr3t")
        ],
    ),
    filter=azure.eventgrid.EventSubscriptionFilterArgs(
        included_event_types=MODELS, subject_begins_with="/models/"
    ),
    retry_policy=azure.eventgrid.RetryPolicyArgs(max_delivery_attempts=1),
)
of_dicts = azure.eventgrid.SystemTopicEventSubscription(
    "of-dicts", resource_group_name="rg", system_topic_name=topic.name,
    delivery_with_resource_identity={
        "identity": {"type": "SystemAssigned"},
        "destination": {
            "endpointType": "EventHub",
            "resourceId": "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg/providers"
            "/Microsoft.EventHub/namespaces/n/eventhubs/h",
        },
    },
    expiration_time_utc="2026-11-01T00:00:00Z",
    filter={"included_event_types": ["Microsoft.Storage.BlobCreated"]},
)
pulumi.CustomResource(
    "azure-native:eventgrid/v20220615:EventSubscription", "of-older-token",
    {
        "scope": topic.source, "eventSubscriptionName": "hook",
        "destination": {"endpointType": "WebHook", "endpointUrl": topic.name.apply(lambda name: f"https://{name}/in")},
    },
)
workflow = azure.logic.Workflow("workflow", resource_group_name="rg")
azure.eventgrid.SystemTopicEventSubscription(
    "to-workflow", resource_group_name="rg", system_topic_name=topic.name,
    destination={
        "endpoint_type": "WebHook",
        "endpoint_url": workflow.name.apply(
            lambda name: azure.logic.list_workflow_trigger_callback_url(
                resource_group_name="rg", workflow_name=name, trigger_name="events"
            ).value
        ),
    },
    filter={"included_event_types": MODELS},
)
"""
NOT_ALLOWED = """\
webhook-https: of-classes: destination.endpointUrl
webhook-entra: of-classes: destination
webhook-entra: to-workflow: destination
webhook-entra: of-older-token: destination
webhook-tls: of-classes: destination.minimumTlsVersionAllowed
webhook-tls: to-workflow: destination.minimumTlsVersionAllowed
webhook-tls: of-older-token: destination.minimumTlsVersionAllowed
webhook-url-secret: of-classes: destination.endpointUrl
webhook-url-secret: to-workflow: destination.endpointUrl
destination-subscription: of-dicts: deliveryWithResourceIdentity.destination.resourceId
attribute-secret: of-classes: destination.deliveryAttributeMappings[0]
dead-letter: of-classes: deadLetterDestination
dead-letter: of-dicts: deadLetterDestination
dead-letter: to-workflow: deadLetterDestination
dead-letter: of-older-token: deadLetterDestination
retry-bounds: of-classes: retryPolicy.maxDeliveryAttempts
expired: of-dicts: expirationTimeUtc
never-matches: of-classes: filter.subjectBeginsWith
never-matches-by-topic: of-dicts: filter.includedEventTypes
all-events: of-older-token: filter
"""
UNDECIDED = """\
webhook-https: of-older-token: destination.endpointUrl
webhook-url-secret: of-older-token: destination.endpointUrl
"""
OWN = {line.partition(":")[0] for line in NOT_ALLOWED.splitlines()}

__all__ = ["run"]


@pytest.fixture
def uses() -> list[RuleUse]:
    return [RuleUse.by_default(rule) for rule in RULES.values() if rule.name in OWN]


def test_rules_judge_a_raw_program(run: Run, uses: list[RuleUse]) -> None:
    resources = resources_of_recording(run(PROGRAM), AZURE_SUBSCRIPTION)

    judgement = judge(resources, uses, date(2026, 11, 26))

    found = [
        f"{each.use.rule.name}: {each.resource.name}: {dotted(each.violation.member)}" for each in judgement.violated
    ]
    assert found == NOT_ALLOWED.splitlines()
    assert "s3cr3t" not in "".join(each.violation.message + each.fix for each in judgement.violated)
    undecided = [f"{each.use.rule.name}: {each.resource.name}: {dotted(each.member)}" for each in judgement.undecided]
    assert undecided == UNDECIDED.splitlines()
