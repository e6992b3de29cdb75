"""What a type checker refuses: each line that ends in `# refused` is wrong, and no other."""

from __future__ import annotations

from azureml_events import (
    AdvancedFilter,
    CreateDeadLetter,
    CreateEventHub,
    DeadLetter,
    Defaults,
    EventHub,
    RetryPolicy,
    Subscription,
    SystemTopic,
    WorkspaceEvents,
    run_failed,
)

HUB = "/subscriptions/…"

EventHub(HUB)  # refused
EventHub(resource_id=5)  # refused
EventHub(resourceid=HUB)  # refused
EventHub(resource_id=HUB, grants="given")  # refused
EventHub(create=CreateEventHub())  # refused
EventHub(create=CreateEventHub(resource_group="rg", sku="Gold"))  # refused
Subscription(run_failed())  # refused
Subscription(run_failed(), handler="hub")  # refused
Subscription(run_failed(), EventHub(resource_id=HUB))  # refused
Subscription("runFailed", to="hub")  # refused
Subscription(run_failed(), to=5)  # refused
Subscription(run_failed(), to="hub", allow=["unknown-key"])  # refused
Subscription(all_events=False, to="hub")  # refused
Subscription(run_failed(), to="hub", event_delivery_schema="CustomInputSchema")  # refused
Subscription(run_failed(), to="hub", retry_policy={"maxDeliveryAttempts": 3})  # refused
Subscription(run_failed(), to="hub", advanced_filters=[{"key": "subject"}])  # refused
run_failed("train")  # refused
run_failed(experiment="train")  # refused
AdvancedFilter(operator_type="StringEquals", key="subject", values=["x"])  # refused
AdvancedFilter(operator_type="StringIn", values=["x"])  # refused
RetryPolicy(max_delivery_attempts="3")  # refused
DeadLetter(create=True)  # refused
DeadLetter(create=CreateDeadLetter(retention_days="30"))  # refused
Defaults(tags="team")  # refused
SystemTopic(identity="UserAssigned")  # refused
WorkspaceEvents("ml", workspace_id=HUB, subscriptions=[Subscription(run_failed(), to="hub")])  # refused
WorkspaceEvents("ml", workspace_id=HUB, subscriptions={"all": EventHub(resource_id=HUB)})  # refused
WorkspaceEvents("ml", workspace_id=HUB, subscriptions={}, handlers={"hub": HUB})  # refused
WorkspaceEvents("ml", workspace_id=HUB, subscriptions={}, tags="team")  # refused
WorkspaceEvents("ml", workspace_id=HUB, subscriptions={}, grants="given")  # refused
WorkspaceEvents("ml", subscriptions={})  # refused
