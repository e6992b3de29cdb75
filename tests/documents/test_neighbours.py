"""What is said of files that are no documents: what they are, and the command that gives the right one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from azureml_events.base.mistakes import DeclarationError
from azureml_events.documents.document import read_document
from azureml_events.documents.neighbours import refusal_of_text

WORKSPACE = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ml-dev"

VALUES: dict[str, tuple[Any, str]] = {
    "a Terraform state file": (
        {"version": 4, "terraform_version": "1.9.5", "lineage": "x", "resources": []},
        "terraform show -json > state.json",
    ),
    "Terraform configuration in JSON": (
        {"resource": {"azurerm_eventgrid_system_topic": {}}},
        "terraform plan -out=plan && terraform show -json plan > plan.json",
    ),
    "a parameter file": (
        {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"},
        "--parameters",
    ),
    "a file of Pulumi's state backend": ({"version": 3, "checkpoint": {"latest": {}}}, "pulumi stack export"),
    "an event": ([{"eventType": "x", "data": {}}], "azureml-events route INPUT EVENTS"),
    "a workspace": (
        {"type": "Microsoft.MachineLearningServices/workspaces", "id": WORKSPACE},
        f"az eventgrid event-subscription list --source-resource-id {WORKSPACE} -o json",
    ),
    "another resource": ([{"type": "Microsoft.Storage/storageAccounts"}], "'Microsoft.Storage/storageAccounts'"),
    "Resource Graph without topics": (
        {"count": 1, "data": [{"type": "microsoft.storage/storageaccounts"}]},
        "az eventgrid system-topic event-subscription list",
    ),
    "an error of Azure's": ({"error": {"code": "AuthorizationFailed", "message": "secret"}}, "an error that Azure"),
}

TEXTS = {
    "Bicep": ("main.bicep", "param location string", "az bicep build -f main.bicep"),
    "Bicep in a file of another name": ("main.txt", "// ours\nparam name string = 'x'\n", "az bicep build -f main.txt"),
    "Bicep parameters": ("main.bicepparam", "using './main.bicep'", "az bicep build-params --file main.bicepparam"),
    "HCL": ("main.tf", 'resource "azurerm_eventgrid_system_topic" "x" {\n}', "terraform show -json plan"),
    "a plan for people": ("plan.txt", "Terraform used the selected providers", "terraform show -json plan"),
    "a plan's messages": ("plan.json", '{"@level":"info","@message":"Terraform 1.9.5"}\n{}', "terraform plan -json"),
    "Avro": ("capture.avro", "Obj\x01\x04\x14avro.codec", "azureml-events route … capture.avro"),
    "Parquet": ("capture.parquet", "PAR1\x15\x04", "azureml-events route … capture.parquet"),
    "a packed plan": ("tfplan", "PK\x03\x04", "terraform show -json tfplan > plan.json"),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_neighbours_document_is_refused_with_the_next_step(name: str) -> None:
    value, says = VALUES[name]
    with pytest.raises(DeclarationError) as refused:
        read_document(value)

    (mistake,) = refused.value.mistakes
    assert says in str(mistake)
    assert "\n" not in str(mistake)
    assert "secret" not in str(mistake)


@pytest.mark.parametrize("name", TEXTS)
def test_a_neighbours_text_is_refused_with_the_next_step(name: str) -> None:
    file, text, says = TEXTS[name]
    with pytest.raises(ValueError, match=r".*"):
        json.loads(text)

    assert says in str(refusal_of_text(file, text))


@pytest.mark.parametrize("text", ["", "{", "[1, 2", '{"a": 1,}', "parameters are fine", "resources:\n- a"])
def test_a_broken_document_is_no_neighbours(text: str) -> None:
    assert refusal_of_text("document.json", text) is None


def test_an_empty_list_says_where_to_look() -> None:
    changes: Any = {"changes": [{"changeType": "Create", "after": {"type": "Microsoft.Storage/storageAccounts"}}]}
    documents: list[Any] = [[], {"value": []}, {"count": 0, "data": []}, changes]
    for empty in documents:
        (note,) = read_document(empty).notes
        assert "az eventgrid system-topic event-subscription list -g" in note.text
        assert "az eventgrid event-subscription list --source-resource-id" in note.text


def test_a_list_of_topics_names_the_command_for_each() -> None:
    topic = {"id": "/subscriptions/0/resourceGroups/rg-ml/providers/Microsoft.EventGrid/systemTopics/ml-events"}
    listed = [{**topic, "name": "ml-events", "type": "Microsoft.EventGrid/systemTopics", "source": WORKSPACE}]

    (note,) = read_document(listed).notes
    assert "az eventgrid system-topic event-subscription list -g rg-ml --system-topic-name ml-events" in note.text
