"""What a type checker accepts: every public class with the values that people give."""

from __future__ import annotations

import pulumi
from azureml_events import (
    AdvancedFilter,
    AzureDevOpsPipeline,
    AzureFunction,
    Constant,
    CreateDeadLetter,
    CreateEventHub,
    CreateServiceBusQueue,
    CreateServiceBusTopic,
    CreateStorageQueue,
    DataFactoryPipeline,
    DeadLetter,
    Defaults,
    DefaultSystemTopic,
    DeliveryAttributeMapping,
    EmailAlert,
    Entra,
    EventHub,
    GitHubWorkflow,
    HybridConnection,
    LogicApp,
    NamespaceTopic,
    RetryPolicy,
    ServiceBusQueue,
    ServiceBusTopic,
    StorageQueue,
    Subscription,
    SystemTopic,
    UserAssigned,
    WebHook,
    WorkspaceEvents,
    drift_detected,
    model_deployed,
    model_registered,
    monitor_breached,
    run_completed,
    run_failed,
    run_status_changed,
)

some_id: pulumi.Output[str] = pulumi.Output.from_input("/subscriptions/…")
some_region: pulumi.Output[str | None] = pulumi.Output.from_input("westeurope")
"""As azure-native's `Workspace.location` is typed."""

handlers = {
    "hub": EventHub(resource_id=some_id, identity=False, grants="assume"),
    "new-hub": EventHub(create=CreateEventHub(resource_group="rg", partition_count=4, sku="Basic", protect=True)),
    "bus": ServiceBusQueue(create=CreateServiceBusQueue(resource_group="rg", location=some_id, queue_name="work")),
    "news": ServiceBusTopic(create=CreateServiceBusTopic(resource_group="rg", namespace_id=some_id)),
    "queue": StorageQueue(create=CreateStorageQueue(resource_group="rg"), queue_message_time_to_live_in_seconds=-1),
    "function": AzureFunction(
        resource_id=pulumi.Output.concat(some_id, "/functions/on-event"), max_events_per_batch=10
    ),
    "relay": HybridConnection(resource_id="/subscriptions/…"),
    "topic": NamespaceTopic(resource_id=some_id),
    "hook": WebHook(
        endpoint_url=pulumi.Output.secret("https://host/?code=key"),
        minimum_tls_version_allowed="1.2",
        delivery_attribute_mappings=[
            DeliveryAttributeMapping(name="X-Team", type="Static", value="ml"),
            DeliveryAttributeMapping(name="X-Run", type="Dynamic", source_field="data.runId"),
        ],
    ),
    "mail": EmailAlert(
        communication_service_id=some_id,
        sender="alerts@example.com",
        to=["ops@example.com"],
        entra=Entra(tenant_id="00000000-0000-0000-0000-000000000001", audience="api://events"),
    ),
    "pipeline": DataFactoryPipeline(factory_id=some_id, pipeline_name="retrain"),
    "devops": AzureDevOpsPipeline(organization="contoso", project="ml", pipeline_id=12),
    "github": GitHubWorkflow(repository="contoso/ml", event_type="model", token_secret_id=some_id),
    "flow": LogicApp(resource_id=some_id, trigger="manual"),
}

intents = [
    run_failed(experiment_name="train-churn", run_tags={"stage": ["prod", "test"]}),
    run_completed(run_type=["azureml.PipelineRun"]),
    run_status_changed(status="Canceled"),
    model_registered(model_name=["churn", "pricing"], tags={"stage": "production"}),
    model_deployed(service_name="scoring"),
    drift_detected(minimum_coefficient=0.7),
    monitor_breached(signal="drift"),
]

subscriptions = {
    "positional": Subscription(run_failed(), to="hub"),
    "by-name": Subscription(when=run_failed(), to=handlers["hub"]),
    "regional": Subscription(all_events=True, to={"*-weu": "hub", "*-uks": "bus"}, workspaces=["a", "b"]),
    "whole": Subscription(
        included_event_types=["ModelRegistered"],
        to=EventHub(resource_id=some_id),
        subject_begins_with="models/churn:",
        subject_ends_with="1",
        is_subject_case_sensitive=True,
        advanced_filters=[
            AdvancedFilter(operator_type="StringIn", key="data.modelName", values=["churn"]),
            AdvancedFilter(operator_type="NumberInRange", key="data.x", values=[(0, 1), (2, 3)]),
            AdvancedFilter(operator_type="BoolEquals", key="data.y", value=True),
            AdvancedFilter(operator_type="IsNotNull", key="data.z"),
        ],
        enable_advanced_filtering_on_arrays=True,
        event_delivery_schema="CloudEventSchemaV1_0",
        retry_policy=RetryPolicy(max_delivery_attempts=5, event_time_to_live_in_minutes=60),
        labels=["tier-1"],
        expiration_time_utc="2099-01-31T12:00:00Z",
        dead_letter=DeadLetter(disabled="the archive has them all"),
        parameters={"model": "data.modelName", "stage": Constant(value="prod")},
        name="arm-name",
        import_="/subscriptions/…",
        disabled="no code yet",
        allow={"unknown-key": "a preview field"},
    ),
}

WorkspaceEvents(
    "ml",
    workspace_id=some_id,
    subscriptions=subscriptions,
    handlers=handlers,
    location=some_region,
    system_topic=SystemTopic(
        name="ml-events", identity=UserAssigned(user_assigned=some_id, principal_id=some_id), existing=True
    ),
    dead_letter=DeadLetter(create=CreateDeadLetter(account_name="mine", sku="Standard_ZRS", protect=True)),
    grants="create",
    tags={"team": "ml"},
    defaults=Defaults(
        tags={"env": "prod"},
        system_topic=DefaultSystemTopic(identity="SystemAssigned"),
        dead_letter=DeadLetter(storage_account_id=some_id, blob_container_name="dead"),
        access_delay_seconds=60,
    ),
    opts=pulumi.ResourceOptions(protect=True),
)
WorkspaceEvents(
    "imported", workspace_id="/…", subscriptions={}, system_topic=SystemTopic(import_="/…", identity="None")
)
