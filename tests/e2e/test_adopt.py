"""What exists is taken over by the stack file that `adopt` writes, and nothing but secrets changes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from adopt.documents import ACCOUNT, HUB, IDENTITY, PRINCIPAL, SUBSCRIPTION, TOPIC, nested
from azureml_events.adopt.adoption import Adoption, adopt
from azureml_events.adopt.gathered import Given
from azureml_events.adopt.stack_text import stack_text
from e2e.configs import BARE, config_of, secrets_in
from e2e.conftest import REPOSITORY
from e2e.engine import PROGRAM, Project
from e2e.runs import Run
from e2e.stand_in import azure
from e2e.stand_in.cloud import Cloud, Existing
from e2e.stand_in.subscription_body import EVENT_TYPES
from e2e.surroundings import furnish

WORKSPACE = f"{SUBSCRIPTION}/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/ml-prod"
FUNCTION = f"{SUBSCRIPTION}/resourceGroups/rg-fn/providers/Microsoft.Web/sites/app/functions/on-run"
BY_SYSTEM = {"type": "SystemAssigned"}
BY_USER = {"type": "UserAssigned", "userAssignedIdentity": IDENTITY}
EVENT_HUB = {"endpointType": "EventHub", "resourceId": HUB}
STORE = {"endpointType": "StorageBlob", "resourceId": ACCOUNT, "blobContainerName": "dead"}
LONG_AGO = "2020-01-01T00:00:00Z"

BODIES: Mapping[str, dict[str, Any]] = {
    "Of-Portal": {
        "destination": {"endpointType": "EventHub", "resourceId": HUB.lower()},
        "filter": {"includedEventTypes": list(reversed(EVENT_TYPES)), "enableAdvancedFilteringOnArrays": True},
    },
    "all-there-are": {"destination": EVENT_HUB},
    "by-identities": {
        "deliveryWithResourceIdentity": {
            "identity": BY_SYSTEM,
            "destination": {
                **EVENT_HUB,
                "deliveryAttributeMappings": [
                    {"name": "z", "type": "Dynamic", "sourceField": "data.runId"},
                    {"name": "a", "type": "Static", "value": "ml", "isSecret": False},
                ],
            },
        },
        "deadLetterWithResourceIdentity": {"identity": BY_USER, "deadLetterDestination": STORE},
        "filter": {
            "includedEventTypes": [EVENT_TYPES[3]],
            "isSubjectCaseSensitive": True,
            "advancedFilters": [
                {"operatorType": "StringIn", "key": "data.runStatus", "values": ["Failed", "Canceled"]},
                {"operatorType": "NumberInRange", "key": "data.x", "values": [[1.0, 2.5]]},
                {"operatorType": "BoolEquals", "key": "data.b", "value": False},
            ],
        },
        "labels": ["b", "a", "b"],
        "retryPolicy": {"maxDeliveryAttempts": 3},
    },
    "function_1": {
        "destination": {"endpointType": "AzureFunction", "resourceId": FUNCTION, "maxEventsPerBatch": 2},
        "deadLetterDestination": STORE,
        "filter": {"subjectBeginsWith": "/models/never"},
        "eventDeliverySchema": "CloudEventSchemaV1_0",
    },
    "ended": {"destination": EVENT_HUB, "expirationTimeUtc": LONG_AGO},
    "queue": {
        "destination": {"endpointType": "StorageQueue", "resourceId": ACCOUNT.upper(), "queueName": "q-1"},
        "expirationTimeUtc": "2099-01-01T00:00:00Z",
    },
    "hook": {
        "destination": {
            "endpointType": "WebHook",
            "endpointUrl": "https://hooks.example.com/services/hush",
            "minimumTlsVersionAllowed": "1.1",
        },
    },
    "secret-key": {
        "destination": {
            **EVENT_HUB,
            "deliveryAttributeMappings": [{"name": "k", "type": "Static", "value": "hush", "isSecret": True}],
        },
    },
}
"""What was once PUT, by the names of the event subscriptions."""

KEYS = {name: name.replace("_", "-") for name in BODIES}
SECRET = ("hook", "secret-key")


BOTH = {
    "type": "SystemAssigned, UserAssigned",
    "principalId": PRINCIPAL,
    "tenantId": PRINCIPAL,
    "userAssignedIdentities": {IDENTITY: {"clientId": PRINCIPAL, "principalId": PRINCIPAL}},
}


def fill(cloud: Cloud, identity: Mapping[str, Any] = BOTH, bodies: Mapping[str, Any] = BODIES) -> None:
    """Azure as others left it: identities of both kinds, ids in other case, the source in lower case."""
    azure.seed(cloud, WORKSPACE, {"location": "westeurope"})
    body = {
        "location": "westeurope",
        "source": WORKSPACE.lower(),
        "topicType": "microsoft.machinelearningservices.workspaces",
        "tags": {"team": "ml", "on": "yes"},
    }
    azure.seed(cloud, TOPIC, body, {"identity": dict(identity)})
    for name, put in bodies.items():
        azure.seed(cloud, f"{TOPIC}/eventSubscriptions/{name}", put)


def printed(existing: Existing) -> dict[str, Any]:
    """What the Azure CLI makes of a subscription: without the TLS version of a webhook."""
    outputs = {name: value for name, value in existing.outputs.items() if name != "azureApiVersion"}
    destination = outputs.get("destination")
    if destination:
        kept = {name: value for name, value in destination.items() if name != "minimumTlsVersionAllowed"}
        outputs["destination"] = kept
    return {**outputs, "id": existing.id, "type": "Microsoft.EventGrid/systemTopics/eventSubscriptions"}


def answered(existing: Existing) -> dict[str, Any]:
    """What ARM itself answers."""
    outputs = {name: value for name, value in existing.outputs.items() if name != "azureApiVersion"}
    return nested({**outputs, "id": existing.id, "type": "Microsoft.EventGrid/systemTopics/eventSubscriptions"})


def topic_alone(cloud: Cloud) -> Given:
    """What is printed of the topic."""
    (topic,) = cloud.of_type("systemTopics")
    outputs = {name: value for name, value in topic.outputs.items() if name != "azureApiVersion"}
    return Given("topic.json", {**outputs, "id": topic.id, "type": "Microsoft.EventGrid/systemTopics"})


def raw_list(cloud: Cloud) -> list[Given]:
    """ARM's own answer."""
    return [Given("all.json", {"value": [answered(each) for each in cloud.of_type("eventSubscriptions")]})]


def raw_pages(cloud: Cloud) -> list[Given]:
    """ARM's own answers, each with a few of the subscriptions and all but the last with a link to the next."""
    values = [answered(each) for each in cloud.of_type("eventSubscriptions")]
    pages = [{"value": values[at : at + 3]} for at in range(0, len(values), 3)]
    url = f"https://management.azure.com{TOPIC}/eventSubscriptions?$skipToken="
    linked = [{**page, "nextLink": f"{url}{at}"} for at, page in enumerate(pages[:-1])]
    return [Given(f"{at}.json", page) for at, page in enumerate([*linked, pages[-1]])]


def cli_list(cloud: Cloud) -> list[Given]:
    """What the Azure CLI prints."""
    return [Given("cli.json", [printed(each) for each in cloud.of_type("eventSubscriptions")])]


def exported_template(cloud: Cloud) -> list[Given]:
    """What the portal exports: no ids, names as expressions, nothing of a webhook's URL."""
    resources = []
    for each in cloud.of_type("eventSubscriptions"):
        properties = dict(answered(each)["properties"])
        for read_only in ("topic", "provisioningState"):
            properties.pop(read_only, None)
        destination = properties.get("destination") or {}
        if destination.get("endpointType") == "WebHook":
            kept = {name: value for name, value in destination["properties"].items() if name != "endpointBaseUrl"}
            properties["destination"] = {**destination, "properties": kept}
        name = f"[concat(parameters('topic'), '/{each.id.rpartition('/')[2]}')]"
        type_ = "Microsoft.EventGrid/systemTopics/eventSubscriptions"
        resources.append({"type": type_, "apiVersion": "2025-02-15", "name": name, "properties": properties})
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    parameters = {"topic": {"type": "String", "defaultValue": TOPIC.rpartition("/")[2]}}
    return [Given("template.json", {"$schema": schema, "parameters": parameters, "resources": resources})]


def started(start: Callable[..., Project], adoption: Adoption, *there: Mapping[str, Any]) -> Project:
    """A project with the adopted stack file, its secrets filled in."""
    text = stack_text(adoption)
    project = start(text)
    project.encrypt(secrets_in(config_of(text)))
    with project.cloud() as cloud:
        furnish(cloud, project.config)
        fill(cloud, *there)
    return project


def changed_nothing(run: Run, *, updated: tuple[str, ...] = ()) -> None:
    """Nothing was created or deleted in Azure, and only these were updated."""
    assert run.status == 0, run.output
    assert not run.ids("create")
    assert not run.ids("delete")
    assert sorted(id_.rpartition("/")[2] for id_ in run.ids("update")) == sorted(updated)


@pytest.mark.parametrize("documents", [raw_list, raw_pages, cli_list, exported_template])
def test_the_first_up_takes_over_and_changes_nothing_but_secrets(
    start: Callable[..., Project], documents: Callable[[Cloud], list[Given]]
) -> None:
    cloud = Cloud()
    fill(cloud)
    adoption = adopt([topic_alone(cloud), *documents(cloud)])
    left = {each.about.rpartition("/")[2] for each in adoption.remarks if each.kind == "not expressed"}
    assert left == {"ended"}, adoption.remarks
    project = started(start, adoption)

    first = project.run_command("up")

    changed_nothing(first, updated=SECRET)
    assert first.changes["import"] == sorted([*(f"ml-prod/{each}" for each in KEYS.values()), "ml-prod/system-topic"])
    with project.cloud() as azure_now:
        hook = azure_now.resources[f"{TOPIC}/eventSubscriptions/hook".lower()]
        assert hook.inputs["destination"]["minimumTlsVersionAllowed"] == "1.1"
    assert project.run_command("up").changes == {}
    assert project.run_command("up", "--refresh").changes == {}


def test_a_topic_with_a_user_assigned_identity_alone_keeps_it(start: Callable[..., Project]) -> None:
    """What only Azure sets of it, under a key that is an ARM id, is no difference."""
    identity = {
        "type": "UserAssigned",
        "userAssignedIdentities": {IDENTITY: {"clientId": PRINCIPAL, "principalId": PRINCIPAL}},
    }
    by_user = {"deliveryWithResourceIdentity": {"identity": BY_USER, "destination": EVENT_HUB}}
    cloud = Cloud()
    fill(cloud, identity, {"by-user": by_user})
    adoption = adopt([topic_alone(cloud), *raw_list(cloud)])
    assert adoption.complete, adoption.remarks
    project = started(start, adoption, identity, {"by-user": by_user})

    first = project.run_command("up")

    changed_nothing(first)
    assert first.changes["import"] == ["ml-prod/by-user", "ml-prod/system-topic"]
    assert project.run_command("up").changes == {}


RAW = """
from pulumi_azure_native import eventgrid, eventhub

topic = eventgrid.SystemTopic("topic", system_topic_name="ml-prod-1f0a", resource_group_name="RG-ML",
    location="West Europe", source={source!r}, topic_type="Microsoft.MachineLearningServices.Workspaces",
    identity={{"type": "SystemAssigned"}}, tags={{"team": "ml"}})
for name, arguments in {bodies!r}.items():
    eventgrid.SystemTopicEventSubscription(name, event_subscription_name=name, resource_group_name="RG-ML",
        system_topic_name=topic.name, **arguments)
"""
RAW_BODIES: Mapping[str, dict[str, Any]] = {
    "least": {"destination": EVENT_HUB},
    "more": {
        "destination": {"endpointType": "WebHook", "endpointUrl": "https://example.com/hook"},
        "filter": {
            "includedEventTypes": [EVENT_TYPES[2], EVENT_TYPES[0]],
            "isSubjectCaseSensitive": False,
            "subjectEndsWith": "",
        },
        "labels": ["b", "a"],
        "retryPolicy": {"maxDeliveryAttempts": 3},
    },
}
MOVED = ["ml-prod/least", "ml-prod/more", "ml-prod/system-topic"]


def test_resources_of_a_raw_program_move_below_ours_without_a_change(
    start: Callable[..., Project], tmp_path: Path
) -> None:
    project = start(BARE, _raw(tmp_path))
    with project.cloud() as cloud:
        azure.seed(cloud, f"{SUBSCRIPTION}/resourceGroups/RG-ML")
        azure.seed(cloud, WORKSPACE, {"location": "westeurope"})
        azure.seed(cloud, HUB)
    assert project.run_command("up").status == 0
    exported = json.loads(project.succeed("stack", "export").output)

    adoption = adopt([Given("state.json", exported)])

    assert adoption.complete, adoption.remarks
    _become_ours(project)
    project.configure(config_of(stack_text(adoption)))
    moved = project.run_command("up")
    changed_nothing(moved)
    assert set(moved.changes) <= {"create", "delete"}
    assert not {*MOVED, "least", "more", "topic"} & {*moved.changes.get("create", ()), *moved.changes.get("delete", ())}
    assert {urn.rpartition("::")[2] for urn in project.dependencies()} >= set(MOVED)
    assert project.run_command("up").changes == {}
    project.configure(_without_aliases(project.config))
    changed_nothing(project.run_command("up"), updated=("least", "more"))


def _raw(tmp_path: Path) -> Path:
    program = tmp_path / "raw"
    program.mkdir()
    shutil.copy(REPOSITORY / "Pulumi.yaml", program)
    arguments = {name: {_snake(member): value for member, value in body.items()} for name, body in RAW_BODIES.items()}
    (program / "__main__.py").write_text(RAW.format(source=WORKSPACE, bodies=arguments), "utf-8")
    return program


def _become_ours(project: Project) -> None:
    """Puts this repository's program in the place of the other one, in the same project and stack."""
    for name in ("__main__.py", "components"):
        source, target = REPOSITORY / name, project.directory / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    assert project.directory.name == PROGRAM


def _without_aliases(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_aliases(inner) for name, inner in value.items() if name != "aliases"}
    return value


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
