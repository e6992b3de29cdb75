"""The smallest useful example: failed runs of one experiment to an event hub, in at most eight lines.

Identity, role, dead letter and validation are included.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from azureml_events.offline.preview_json import preview_json
from azureml_events.offline.program import preview_stack
from azureml_events.offline.recording import Recording
from azureml_events.stackfile.input_error import InputError
from azureml_events.stackfile.project import find_project
from azureml_events.stackfile.stack_file import load_stack_file
from golden import ROOT
from stack_texts import ML_PROD, ML_PROVIDERS

MOST_LINES = 8
HUB = f"{ML_PROVIDERS}/Microsoft.EventHub/namespaces/evhns-ml/eventhubs/failures"

YAML = f"""\
config:
  azure-native:subscriptionId: 00000000-0000-0000-0000-000000000001
  azureml-events:workspaces:
    ml-prod: {{resourceId: {ML_PROD}, location: westeurope}}
  azureml-events:handlers:
    failures: {{type: EventHub, resourceId: {HUB}}}
  azureml-events:subscriptions:
    failed-training: {{handler: failures, when: {{runFailed: {{experimentName: train-churn}}}}}}
"""

PYTHON = f"""\
from azureml_events import EventHub, Subscription, WorkspaceEvents, run_failed

hub = EventHub(resource_id="{HUB}")
failed = Subscription(run_failed(experiment_name="train-churn"), to=hub)
workspace = "{ML_PROD}"
WorkspaceEvents("ml-prod", workspace_id=workspace, location="westeurope", subscriptions={{"failed-training": failed}})
"""

EXPECTED = {
    "eventSubscriptionName": "failed-training",
    "filter": {
        "includedEventTypes": ["Microsoft.MachineLearningServices.RunStatusChanged"],
        "isSubjectCaseSensitive": False,
        "enableAdvancedFilteringOnArrays": False,
        "advancedFilters": [
            {"operatorType": "StringIn", "key": "data.experimentName", "values": ["train-churn"]},
            {"operatorType": "StringIn", "key": "data.runStatus", "values": ["Failed"]},
        ],
    },
    "deliveryWithResourceIdentity": {
        "identity": {"type": "SystemAssigned"},
        "destination": {"endpointType": "EventHub", "resourceId": HUB},
    },
    "deadLetterWithResourceIdentity": {
        "identity": {"type": "SystemAssigned"},
        "deadLetterDestination": {
            "endpointType": "StorageBlob",
            "resourceId": "<unknown>",
            "blobContainerName": "<unknown>",
        },
    },
    "eventDeliverySchema": "EventGridSchema",
    "retryPolicy": {"maxDeliveryAttempts": 30, "eventTimeToLiveInMinutes": 1440},
    "resourceGroupName": "rg-ml",
    "systemTopicName": "<unknown>",
}


def _resources_of_stack_file(text: str, directory: Path) -> list[dict[str, Any]]:
    path = directory / "Pulumi.seed.yaml"
    path.write_text(text, encoding="utf-8")
    config = load_stack_file(path).document.config
    recording = preview_stack(ROOT, project=find_project(ROOT).name, stack="seed", config=config)
    return _resources(recording)


def _resources_of_program(text: str, directory: Path) -> list[dict[str, Any]]:
    (directory / "__main__.py").write_text(text, encoding="utf-8")
    recording = preview_stack(directory, project="azureml-events", stack="seed", config={})
    return _resources(recording)


def _resources(recording: Recording) -> list[dict[str, Any]]:
    """The resources without the lines that register them."""
    return [{**each, "source": None} for each in preview_json(recording)["resources"]]


def _lines(text: str) -> int:
    return len([line for line in text.splitlines() if line.strip()])


def test_it_takes_at_most_eight_lines_of_stack_file() -> None:
    maps = YAML.partition("config:\n")[2]

    assert _lines(maps) <= MOST_LINES


def test_it_takes_at_most_eight_lines_of_python_with_the_imports() -> None:
    assert _lines(PYTHON) <= MOST_LINES


@pytest.mark.parametrize("form", ["stack file", "program"])
def test_identity_role_and_dead_letter_are_included(form: str, tmp_path: Path) -> None:
    resources = (
        _resources_of_stack_file(YAML, tmp_path) if form == "stack file" else _resources_of_program(PYTHON, tmp_path)
    )

    by_kind: dict[str, list[dict[str, Any]]] = {}
    for each in resources:
        by_kind.setdefault(each["type"].rpartition(":")[2], []).append(each)
    (topic,) = by_kind["SystemTopic"]
    assert topic["inputs"]["identity"] == {"type": "SystemAssigned"}
    (subscription,) = by_kind["SystemTopicEventSubscription"]
    assert subscription["inputs"] == EXPECTED
    roles = by_kind["RoleAssignment"]
    assert {each["name"].split("/")[1] for each in roles} == {
        "azure-event-hubs-data-sender",
        "storage-blob-data-contributor",
    }
    assert {each["urn"] for each in roles} <= set(subscription["dependencies"])
    (account,) = by_kind["StorageAccount"]
    assert account["inputs"]["allowSharedKeyAccess"] is False
    assert "ManagementPolicy" in by_kind


def test_stack_file_and_program_declare_the_same(tmp_path: Path) -> None:
    assert _resources_of_stack_file(YAML, tmp_path) == _resources_of_program(PYTHON, tmp_path)


def test_validation_is_included(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.seed.yaml"
    path.write_text(YAML.replace("runFailed", "runFaild"), encoding="utf-8")

    with pytest.raises(InputError, match="did you mean 'runFailed'"):
        load_stack_file(path)


def test_validation_is_included_in_python(tmp_path: Path) -> None:
    text = PYTHON.replace("/eventhubs/failures", "")

    with pytest.raises(
        Exception, match=r"resource_?[iI]d: the id is of type 'Microsoft.EventHub/namespaces'; expected"
    ):
        _resources_of_program(text, tmp_path)
