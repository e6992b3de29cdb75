"""The members of subscriptions, and the documents of other tools, in which the rules' examples stand."""

from __future__ import annotations

import json

WORKSPACE = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers"
    "/Microsoft.MachineLearningServices/workspaces/ml-dev"
)
HUB = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers"
    "/Microsoft.EventHub/namespaces/n1/eventhubs/eh1"
)
ACTION_GROUP = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ops/providers"
    "/Microsoft.Insights/actionGroups/ag-ml"
)

TOPIC = f"""{{
      "type": "Microsoft.EventGrid/systemTopics", "apiVersion": "2022-06-15",
      "name": "ml-events", "location": "westeurope",
      "properties": {{"source": "{WORKSPACE}", "topicType": "Microsoft.MachineLearningServices.Workspaces"}}
    }}"""
WITH_IDENTITY = TOPIC.replace('"location"', '"identity": {"type": "SystemAssigned"}, "location"')
_DESTINATION = f""""destination": {{"endpointType": "EventHub", "properties": {{"resourceId": "{HUB}"}}}}"""
_FILTER = """"filter": {
          "includedEventTypes": ["Microsoft.MachineLearningServices.ModelRegistered"],
          "subjectBeginsWith": "models/churn:"
        }"""
OF_TOPIC = f"""{{
      "type": "Microsoft.EventGrid/systemTopics/eventSubscriptions", "apiVersion": "2022-06-15",
      "name": "ml-events/models",
      "properties": {{
        {_DESTINATION},
        {_FILTER}
      }}
    }}"""
BY_IDENTITY = OF_TOPIC.replace(
    _DESTINATION,
    f'"deliveryWithResourceIdentity": {{"identity": {{"type": "SystemAssigned"}}, {_DESTINATION}}}',
)
WITH_RETRY = OF_TOPIC.replace(_FILTER, f'{_FILTER},\n        "retryPolicy": {{"maxDeliveryAttempts": 10}}')
EXTENSION = OF_TOPIC.replace("systemTopics/eventSubscriptions", "eventSubscriptions").replace(
    '"ml-events/models"', f'"models", "scope": "{WORKSPACE}"'
)


def filtered(event_type: str, *filters: str) -> str:
    """Write the members of a subscription with advanced filters.

    Args:
        event_type: Its event type.
        filters: Its filters, as YAML.
    """
    written = "".join(f"  - {each}\n" for each in filters)
    return f"includedEventTypes: [{event_type}]\nadvancedFilters:\n{written}"


MODELS = "includedEventTypes: [ModelRegistered]\n"
FAILED_RUNS = filtered("RunStatusChanged", "{operatorType: StringIn, key: data.runStatus, values: [Failed]}")


def template(*resources: str) -> str:
    """Write an ARM template.

    Args:
        resources: Its resources.
    """
    return '{\n  "contentVersion": "1.0.0.0",\n  "resources": [\n    ' + ",\n    ".join(resources) + "\n  ]\n}\n"


def preview(*, waits: bool) -> str:
    """Write what a program registers, as `azureml-events preview --json` prints it.

    Args:
        waits: Whether its subscription waits for its topic.
    """
    topic, name = "urn:pulumi:dev::ml::azure-native:eventgrid:SystemTopic::ml-events", "systemTopicName"
    return f"""{{
  "stack": "dev",
  "resources": [
    {{
      "urn": "{topic}", "type": "azure-native:eventgrid:SystemTopic", "name": "ml-events",
      "inputs": {{"{name}": "ml-events", "source": "{WORKSPACE}"}}
    }},
    {{
      "urn": "urn:pulumi:dev::ml::azure-native:eventgrid:SystemTopicEventSubscription::models",
      "type": "azure-native:eventgrid:SystemTopicEventSubscription", "name": "models",
      "dependencies": {json.dumps([topic] if waits else [])},
      "inputs": {{
        "{name}": "ml-events", "eventSubscriptionName": "models",
        "destination": {{"endpointType": "EventHub", "resourceId": "{HUB}"}},
        {_FILTER}
      }}
    }}
  ]
}}
"""
