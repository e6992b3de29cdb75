"""What is read of each tool's document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from azureml_events.base.mistakes import DeclarationError, dotted
from azureml_events.documents.document import Document, find, read_document
from azureml_events.event_grid.catalogue import PREFIX
from azureml_events.routing.conditions import Outcome
from azureml_events.routing.match import match
from stack_texts import ML_DEV

CASES = Path(__file__).parents[1] / "cases"
EXPECTED = json.loads((CASES / "documents.json").read_text())


def written(name: str) -> Any:
    """A document of the cases."""
    return json.loads((CASES / "documents" / name).read_text())


def noted(document: Document) -> list[str]:
    """A document's notes as text."""
    return [f"{dotted(note.path)}: {note.text}" if note.path else note.text for note in document.notes]


def test_every_document_of_the_cases_is_expected_to_say_something() -> None:
    assert {case["document"] for case in EXPECTED} == {path.name for path in (CASES / "documents").iterdir()}


@pytest.mark.parametrize("case", EXPECTED, ids=lambda case: case["document"])
def test_a_document_is_read(case: dict[str, Any]) -> None:
    document = read_document(written(case["document"]))

    assert [
        {
            "workspace": routed.workspace,
            "name": routed.name,
            "has_id": routed.workspace_id is not None,
            "handler": routed.handler,
            "path": dotted(routed.path),
            "types": routed.filter.included_event_types
            and [name.removeprefix(PREFIX) for name in routed.filter.included_event_types],
            "unknown": [unknown.where for unknown in routed.unknown],
        }
        for routed in document.subscriptions
    ] == case["subscriptions"], case["why"]
    assert [str(mistake) for mistake in document.mistakes] == []


@pytest.mark.parametrize("case", EXPECTED, ids=lambda case: case["document"])
def test_what_is_passed_over_or_unknown_is_noted(case: dict[str, Any]) -> None:
    assert noted(read_document(written(case["document"]))) == case["notes"]


def test_conditions_point_into_the_document() -> None:
    paths = {
        name: [dotted(each.path) for routed in read_document(written(name)).subscriptions for each in routed.filters]
        for name in ("azure-cli-system-topic.json", "azure-rest.json", "pulumi-preview.json")
    }

    assert paths == {
        "azure-cli-system-topic.json": ["[0].filter.advancedFilters[0]"],
        "azure-rest.json": ["value[0].properties.filter.advancedFilters[0]"],
        "pulumi-preview.json": ["steps[2].newState.inputs.filter.advancedFilters[0]"],
    }


def test_single_members_point_into_the_document() -> None:
    (drift,) = read_document(written("azure-rest.json")).subscriptions

    assert dotted(drift.at("subjectBeginsWith")) == "value[0].properties.filter.subjectBeginsWith"


def test_a_property_loop_gives_its_conditions_in_order() -> None:
    nested = read_document(written("template-nested.json")).subscriptions[0]

    assert [(each.filter.key, each.filter.values) for each in nested.filters] == [
        ("data.runStatus", ("Failed",)),
        ("data.runTags.stage", ("prod",)),
    ]


def test_events_are_routed_by_a_document() -> None:
    """The known conditions refuse what they can; what is unknown leaves the rest uncertain."""
    (hook, extension) = read_document(written("pulumi-state.json")).subscriptions
    (preview,) = read_document(written("pulumi-preview.json")).subscriptions
    event = {"topic": ML_DEV, "eventType": f"{PREFIX}RunCompleted", "subject": "experiments/e/runs/r", "data": {}}
    failed = {**event, "eventType": f"{PREFIX}RunStatusChanged", "data": {"runStatus": "Failed"}}

    assert match(hook, event).outcome is Outcome.NO_MATCH
    assert match(extension, event).outcome is Outcome.MATCH
    assert match(preview, failed).outcome is Outcome.UNCERTAIN
    assert match(preview, event).outcome is Outcome.NO_MATCH


def test_the_delivery_schema_is_the_document_s() -> None:
    (drift,) = read_document(written("azure-rest.json")).subscriptions

    assert drift.delivery_schema == "CloudEventSchemaV1_0"


def test_one_object_is_read_as_an_array_of_one() -> None:
    """`show` prints an object where `list` prints an array."""
    listed = written("azure-cli-extension.json")[0]

    (shown,) = read_document(listed).subscriptions
    assert (shown.workspace, shown.name, shown.path) == ("ml-dev", "models", ())


def test_a_topic_beside_its_subscriptions_gives_the_workspace() -> None:
    topic = {
        "id": "/subscriptions/0/resourceGroups/rg-ml/providers/Microsoft.EventGrid/systemTopics/ml-dev-events",
        "name": "ml-dev-events",
        "source": ML_DEV,
        "topicType": "microsoft.machinelearningservices.workspaces",
        "type": "Microsoft.EventGrid/systemTopics",
    }
    document = read_document([topic, *written("azure-cli-system-topic.json")])

    assert {routed.workspace_id for routed in document.subscriptions} == {ML_DEV}


def test_a_list_to_write_is_written_as_json_has_it() -> None:
    listed = written("azure-cli-extension.json")[0]
    listed["filter"]["includedEventTypes"] = "Microsoft.MachineLearningServices.ModelRegistered"

    (mistake,) = read_document(listed).mistakes
    assert mistake.message.endswith('; write ["Microsoft.MachineLearningServices.ModelRegistered"]')


def test_an_empty_list_is_a_document_without_subscriptions() -> None:
    assert read_document([]).subscriptions == ()


def test_topics_and_subscriptions_of_any_source_are_found() -> None:
    found = find(written("template-bicep.json"))

    assert [str(topic.name) for topic in found.topics] == ["ml-dev-events", "blobs"]
    assert "created" in [str(subscription.name) for subscription in found.subscriptions]


def test_what_is_told_apart_only_by_unknown_urls_is_not_the_same_handler() -> None:
    template = written("template-bicep.json")
    hook = template["resources"][2]
    template["resources"].append({**hook, "name": "ml-dev-events/another"})

    handlers = [routed.handler for routed in read_document(template).subscriptions if "hook" in routed.handler.lower()]
    assert len(handlers) == len(set(handlers)) == 2


@pytest.mark.parametrize("name", ["template-bicep.json", "pulumi-state.json"])
def test_no_secret_is_shown(name: str) -> None:
    shown = repr(read_document(written(name)))

    assert "s3cr3t" not in shown
    assert "3xAmPl3" not in shown


def test_a_topic_that_names_its_workspace_is_taken_at_its_word() -> None:
    """Some answers of Azure's have the workspace as `topic` of a system topic's event subscription."""
    shown = {**written("azure-cli-system-topic.json")[1], "topic": ML_DEV.lower()}

    (routed,) = read_document(shown).subscriptions
    assert routed.workspace_id == ML_DEV.lower().replace("resourcegroups", "resourceGroups").replace(
        "microsoft.machinelearningservices", "Microsoft.MachineLearningServices"
    )


def test_a_topic_s_type_says_whether_its_source_is_a_workspace() -> None:
    """Also where the source is unknown and no event type is named."""
    preview = written("pulumi-preview.json")
    topic, subscription = (step["newState"]["inputs"] for step in preview["steps"][1:3])
    topic["topicType"] = "Microsoft.Storage.StorageAccounts"
    preview["steps"][1]["newState"]["propertyDependencies"] = {}
    del subscription["filter"]

    document = read_document(preview)
    assert document.subscriptions == ()
    assert "a source of type 'Microsoft.Storage.StorageAccounts'" in noted(document)[0]


def test_what_says_nothing_of_its_source_is_read_as_a_workspace_s() -> None:
    """Whoever gives such a document to this tool means that; a note says so."""
    document = read_document(written("azure-cli-system-topic.json")[1])

    assert [routed.workspace for routed in document.subscriptions] == ["ml-dev-events"]
    assert "nothing says whose events everything takes" in noted(document)[0]


def outer(resource: dict[str, Any]) -> Document:
    """A nested template with the outer template's scope, in another resource group, read."""
    nested = {
        "type": "Microsoft.Resources/deployments",
        "name": "nested",
        "resourceGroup": "rg-x",
        "properties": {"template": {"parameters": {}, "resources": [resource]}},
    }
    return read_document({"contentVersion": "1", "variables": {"name": "from-outside"}, "resources": [nested]})


def test_a_nested_template_of_outer_scope_sees_the_outer_variables_and_its_own_group() -> None:
    extension = {
        "type": "Microsoft.EventGrid/eventSubscriptions",
        "name": "[variables('name')]",
        "scope": "[resourceId('Microsoft.MachineLearningServices/workspaces', 'ml-dev')]",
        "properties": {
            "destination": {
                "endpointType": "StorageQueue",
                "properties": {
                    "resourceId": "[resourceId('Microsoft.Storage/storageAccounts', 's1')]",
                    "queueName": "events",
                },
            }
        },
    }

    (routed,) = outer(extension).subscriptions
    assert routed.name == "from-outside"
    assert "/resourceGroups/rg-x/" in routed.handler


def test_loops_and_conditions_that_are_not_known_are_noted() -> None:
    template = written("template-bicep.json")
    template["resources"][1]["condition"] = "[parameters('deploy')]"
    template["resources"][3]["copy"]["count"] = "[parameters('often')]"

    document = read_document(template)
    assert noted(document)[:2] == [
        "resources[1].condition: only where [parameters('deploy')] holds; it is read as deployed",
        "resources[3].copy: how often the loop runs is not known; it is read as one resource",
    ]
    assert [each.unknown[0].where for each in document.subscriptions if each.path[1] == 3] == ["advancedFilters[0]"]


@pytest.mark.parametrize("value", [None, 5, "[]", {}, {"a": 1}, [5], [{"data": {}}], {"value": 5}])
def test_another_document_is_refused_with_what_can_be_read(value: object) -> None:
    with pytest.raises(DeclarationError, match=r"az eventgrid .* an ARM template, 'pulumi stack export'"):
        read_document(value)
