"""Many subscriptions, declared with this package's components as a stack file declares them."""

import json

import pulumi
from azureml_events import declare_stack

OWN = "00000000-0000-0000-0000-000000000001"
AZURE = f"/subscriptions/{OWN}/resourceGroups/rg-ml/providers"
HUB = f"{AZURE}/Microsoft.EventHub/namespaces/evhns-ml/eventhubs/ml-events"

config = pulumi.Config("benchmark")
count, most = config.require_int("subscriptions"), config.require_int("mostInOneWorkspace")
further = range(config.require_int("filters") - 2)
workspaces = [f"ml-{number}" for number in range((count - 1) // most + 1)]
sections = {
    "workspaces": {
        name: {"resourceId": f"{AZURE}/Microsoft.MachineLearningServices/workspaces/{name}", "location": "westeurope"}
        for name in workspaces
    },
    "handlers": {"hub": {"type": "EventHub", "resourceId": HUB}},
    "defaults": {"accessDelaySeconds": 0},
    "subscriptions": {
        f"failed-{number}": {
            "handler": "hub",
            "workspaces": workspaces[number // most],
            "includedEventTypes": ["RunStatusChanged"],
            "advancedFilters": [
                {"operatorType": "StringIn", "key": "data.experimentName", "values": [f"train-{number}"]},
                {"operatorType": "StringIn", "key": "data.runStatus", "values": ["Failed"]},
                *({"operatorType": "StringIn", "key": f"data.runTags.tag{n:02}", "values": ["x"]} for n in further),
            ],
        }
        for number in range(count)
    },
}
settings = {f"azureml-events:{name}": json.dumps(section) for name, section in sections.items()}
pulumi.runtime.set_all_config({**settings, "azure-native:subscriptionId": OWN})
declare_stack()
