"""What is declared, answered by Azure and adopted again, declares the same wire inputs."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from adopt.documents import TOPIC, WORKSPACE, answer, topic
from arm_bodies import body_of
from azureml_events.adopt.adoption import Adoption, adopt
from azureml_events.adopt.gathered import Given
from azureml_events.adopt.stack_text import stack_text
from azureml_events.arm.event_subscription import event_subscription_body
from azureml_events.base.values import Secret
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.handlers.namespace_topic import NamespaceTopic
from azureml_events.offline.preview_json import preview_json
from azureml_events.offline.program import preview_stack
from azureml_events.stack.dead_letter import DeadLetterContainer
from azureml_events.stack.stack import Stack
from azureml_events.stack.subscription import Subscription
from azureml_events.stackfile.reader import parse_stack_file
from azureml_events.stackfile.stack_file import checked_stack, sections
from declaration_strategies import SUBSCRIPTIONS
from e2e.stand_in.kinds import KINDS
from e2e.stand_in.subscriptions import subscription_outputs
from e2e.stand_in.wire import imported
from golden import ROOT
from hypothesis import assume, given
from upgrade import KEPT

KIND = KINDS["azure-native:eventgrid:SystemTopicEventSubscription"]
ID = f"{TOPIC}/eventSubscriptions/failed"


def is_taken(subscription: Subscription) -> bool:
    """Whether Event Grid takes it: a namespace topic takes CloudEvents only."""
    return isinstance(subscription.to, NamespaceTopic) <= (subscription.event_delivery_schema == "CloudEventSchemaV1_0")


def plain(value: Any) -> Any:
    """A body as it stands on the wire, without marks of secrets."""
    if isinstance(value, Secret):
        return "https://example.com/hook" if value.value is None else value.value
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def stack_of(adoption: Adoption) -> Stack:
    """The stack that the text of an adopted stack file declares."""
    return checked_stack(sections(parse_stack_file(stack_text(adoption)).config))


def wire_of(stack: Stack) -> dict[str, Any]:
    """The wire inputs of a stack's only subscription, without names."""
    (delivery,) = stack.deliveries
    handler, place = delivery.handler, delivery.dead_letter
    assert isinstance(handler, Endpoint)
    account, name = place.storage_account_id, place.blob_container_name
    container = DeadLetterContainer(resource_id=account, blob_container_name=name) if account and name else None
    return event_subscription_body(delivery, stack.topics[delivery.workspace].identity, handler, container)


def without_secrets(value: Any) -> Any:
    """A body without what no read returns, and without the version that Azure may not answer."""
    if isinstance(value, dict):
        hidden = {"endpointUrl", "endpointBaseUrl"} | ({"value"} if value.get("isSecret") else set())
        return {name: without_secrets(inner) for name, inner in value.items() if name not in hidden}
    return [without_secrets(inner) for inner in value] if isinstance(value, list) else value


@given(SUBSCRIPTIONS)
def test_what_azure_answers_is_declared_as_an_import_reads_it(subscription: Subscription) -> None:
    """Then the first `up` changes nothing but secrets."""
    assume(is_taken(subscription))
    outputs = subscription_outputs(plain(body_of(subscription)), TOPIC.lower())
    found = {"id": ID, "name": "failed", "type": "Microsoft.EventGrid/systemTopics/eventSubscriptions", **outputs}

    adoption = adopt([Given("topics.json", [topic()]), Given("subscriptions.json", answer(found))])

    assert adoption.complete, adoption.remarks
    read = imported(KIND, ID, outputs)
    there = {name: value for name, value in read.items() if name not in KIND.parameters}
    assert without_secrets(wire_of(stack_of(adoption))) == without_secrets(there)


@given(SUBSCRIPTIONS)
def test_what_a_program_of_ours_registers_is_declared_again_as_it_is(subscription: Subscription) -> None:
    assume(is_taken(subscription))
    body = plain(body_of(subscription))
    component = "urn:pulumi:dev::azureml-events::azureml-events:index:WorkspaceEvents$azure-native:eventgrid:"
    at = {"systemTopicName": "ml-dev-events", "resourceGroupName": "rg-ml"}
    preview = {
        "stack": "dev",
        "resources": [
            {
                "urn": f"{component}SystemTopic::ml_dev/system-topic",
                "type": "azure-native:eventgrid:SystemTopic",
                "inputs": {
                    **at,
                    "source": WORKSPACE,
                    "topicType": "Microsoft.MachineLearningServices.Workspaces",
                    "location": "westeurope",
                    "identity": {"type": "SystemAssigned"},
                },
            },
            {
                "urn": f"{component}SystemTopicEventSubscription::ml_dev/failed",
                "type": "azure-native:eventgrid:SystemTopicEventSubscription",
                "inputs": {**at, "eventSubscriptionName": "failed", **body},
            },
        ],
    }

    adoption = adopt([Given("preview.json", preview)])

    assert adoption.complete, adoption.remarks
    stack = stack_of(adoption)
    assert list(stack.workspaces) == ["ml_dev"]
    assert list(stack.subscriptions) == ["failed"]
    assert without_secrets(wire_of(stack)) == without_secrets(body)
    assert yaml.safe_load(stack_text(adoption))


def deployed(stack: str) -> Any:
    """The state of an example stack, as the real engine had it."""
    return json.loads((KEPT / f"{stack}.state.json").read_text("utf-8"))


def seen(value: Any) -> Any:
    """What a state shows of a value to whoever has its key."""
    if isinstance(value, dict) and "plaintext" in value:
        return seen(json.loads(value["plaintext"]))
    if isinstance(value, dict):
        return {name: seen(inner) for name, inner in value.items() if name != "azureApiVersion"}
    return [seen(inner) for inner in value] if isinstance(value, list) else value


def of_event_grid(resources: Any) -> dict[str, Any]:
    """The inputs of topics and subscriptions, but a subscription's topic, by URN without project and stack."""
    return {
        each["urn"].partition("azureml-events:index:")[2]: without_secrets(
            {
                name: value
                for name, value in seen(each["inputs"]).items()
                if not (name == "systemTopicName" and each["type"].endswith("Subscription"))
            }
        )
        for each in resources
        if ":eventgrid:" in each["type"]
    }


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_the_state_of_an_example_stack_declares_the_same_again(stack: str) -> None:
    """With what is created in it by id; what a state encrypts as a whole comes from Azure's answer beside it."""
    state = deployed(stack)
    resources = state["deployment"]["resources"]
    events = [each for each in resources if each["type"].endswith(":SystemTopicEventSubscription")]
    answers = [{"id": each["id"], "name": each["outputs"]["name"], **seen(each["outputs"])} for each in events]

    adoption = adopt([Given("state.json", state), Given("answers.json", answer(*answers))])

    left = [each for each in adoption.remarks if each.kind == "not expressed"]
    assert all(each.text.startswith("its Pulumi stack makes it") for each in left), left
    assert "hush" not in str(adoption)
    config = parse_stack_file(stack_text(adoption)).config
    recording = preview_stack(ROOT, project="azureml-events", stack="e2e", config=config)
    assert of_event_grid(preview_json(recording)["resources"]) == of_event_grid(resources)


def test_what_a_state_encrypts_and_a_preview_cannot_know_is_said_with_the_way_out() -> None:
    state = [each.text for each in adopt([Given("s", deployed("prod"))]).remarks if each.kind == "not expressed"]
    golden = json.loads((ROOT / "tests" / "golden" / "prod.json").read_text("utf-8"))
    preview = [each.text for each in adopt([Given("p", golden)]).remarks if each.kind == "not expressed"]

    encrypted = [each for each in state if each.startswith("destination is encrypted in the state; ")]
    assert len(encrypted) == 3
    assert all("az rest --method get --url 'https" in each for each in encrypted)
    assert {each.partition(", ")[0] for each in preview} == {
        "it delivers to what its program makes",
        "its system topic is one that the program looks up",
    }
    assert all("pulumi stack export" in each for each in preview)
