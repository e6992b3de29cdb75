"""A stack with a handler of each kind, and its subscriptions with local targets."""

from __future__ import annotations

from pathlib import Path

from azureml_events.delivery.parcel import Parcel, pack
from azureml_events.delivery.subscription import LocalSubscription, local_subscriptions
from azureml_events.delivery.targets import parse_targets
from azureml_events.event_grid.samples import SAMPLE_WORKSPACE, sample
from azureml_events.routing.event import Event
from azureml_events.stack.stack import Stack
from azureml_events.stackfile.stack_file import load_stack_file

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers"
TEXT = f"""\
config:
  azureml-events:workspaces:
    ml-a: {{resourceId: {SAMPLE_WORKSPACE}, location: westeurope}}
  azureml-events:handlers:
    hook:
      type: WebHook
      endpointUrl: https://real.example.com/hook
      deliveryAttributeMappings:
        - {{name: X-Team, type: Static, value: ml}}
        - {{name: X-Run, type: Dynamic, sourceField: data.runId}}
        - {{name: X-Key, type: Static, isSecret: true, value: {{secure: "v1:aaaa:bbbb"}}}}
    batches: {{type: WebHook, endpointUrl: "https://real.example.com/b", maxEventsPerBatch: 3}}
    cloud: {{type: WebHook, endpointUrl: "https://real.example.com/c"}}
    many-cloud: {{type: WebHook, endpointUrl: "https://real.example.com/m", maxEventsPerBatch: 5}}
    fn: {{type: AzureFunction, resourceId: {GROUP}/Microsoft.Web/sites/app/functions/onRun}}
    hub:
      type: EventHub
      resourceId: {GROUP}/Microsoft.EventHub/namespaces/ns/eventhubs/h
      deliveryAttributeMappings:
        - {{name: PartitionKey, type: Dynamic, sourceField: subject}}
        - {{name: team, type: Static, value: ml}}
    bus:
      type: ServiceBusQueue
      resourceId: {GROUP}/Microsoft.ServiceBus/namespaces/ns/queues/q
      deliveryAttributeMappings: [{{name: SessionId, type: Dynamic, sourceField: data.runId}}]
    queue: {{type: StorageQueue, resourceId: {GROUP}/Microsoft.Storage/storageAccounts/stfoo, queueName: runs}}
  azureml-events:subscriptions:
    to-hook: {{handler: hook, allEvents: true, retryPolicy: {{maxDeliveryAttempts: 4}}}}
    to-batches: {{handler: batches, allEvents: true}}
    to-cloud: {{handler: cloud, allEvents: true, eventDeliverySchema: CloudEventSchemaV1_0}}
    to-many-cloud: {{handler: many-cloud, allEvents: true, eventDeliverySchema: CloudEventSchemaV1_0}}
    to-fn: {{handler: fn, includedEventTypes: [RunCompleted]}}
    to-hub: {{handler: hub, allEvents: true}}
    to-bus: {{handler: bus, includedEventTypes: [RunCompleted]}}
    to-queue: {{handler: queue, includedEventTypes: [RunCompleted]}}
    off: {{handler: hook, allEvents: true, disabled: "not yet"}}
    lossy: {{handler: fn, includedEventTypes: [ModelRegistered], deadLetter: {{disabled: "may be lost"}}}}
"""
URL = "http://localhost:9/x"
TARGETS = ("hook", "batches", "cloud", "many-cloud", "fn")


def write(directory: Path) -> Path:
    """Write the stack file, and a project around it."""
    (directory / "Pulumi.yaml").write_text("name: p\nruntime: python\nstackConfigDir: stacks\n", encoding="utf-8")
    path = directory / "stacks" / "Pulumi.t.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(TEXT, encoding="utf-8")
    return path


def load(directory: Path) -> Stack:
    """The stack."""
    return load_stack_file(write(directory)).stack


def subscriptions(directory: Path) -> dict[str, LocalSubscription]:
    """Its subscriptions by name, each with a target that nothing answers at."""
    stack = load(directory)
    folders = [f"{name}={directory / name}" for name in ("hub", "bus")]
    texts = [f"{name}={URL}" for name in TARGETS]
    queue = ["queue=queue://localhost:9/devstoreaccount1/runs"]
    targets = parse_targets([*texts, *folders, *queue], stack.handlers, ())
    return {each.routed.name: each for each in local_subscriptions(stack, targets)}


def parcel(subscription: LocalSubscription, event_type: str = "RunCompleted", id_: str = "1") -> Parcel:
    """A sample on its way."""
    return pack(subscription, Event({**sample(event_type), "id": id_}))
