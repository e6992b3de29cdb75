"""Many subscriptions, declared with this package's components."""

import pulumi
from azureml_events import AdvancedFilter, EventHub, Subscription, WorkspaceEvents

AZURE = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers"
HUB = f"{AZURE}/Microsoft.EventHub/namespaces/evhns-ml/eventhubs/ml-events"

config = pulumi.Config("benchmark")
count, most = config.require_int("subscriptions"), config.require_int("mostInOneWorkspace")
hub = EventHub(resource_id=HUB)

for first in range(0, count, most):
    workspace = f"ml-{first // most}"
    WorkspaceEvents(
        workspace,
        workspace_id=f"{AZURE}/Microsoft.MachineLearningServices/workspaces/{workspace}",
        location="westeurope",
        subscriptions={
            f"failed-{number}": Subscription(
                to=hub,
                included_event_types=("RunStatusChanged",),
                advanced_filters=(
                    AdvancedFilter(operator_type="StringIn", key="data.experimentName", values=(f"train-{number}",)),
                    AdvancedFilter(operator_type="StringIn", key="data.runStatus", values=("Failed",)),
                ),
            )
            for number in range(first, min(first + most, count))
        },
    )
