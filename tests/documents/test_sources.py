"""`--source`: which workspace a topic of a document belongs to."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.base.mistakes import DeclarationError
from azureml_events.documents.document import read_document

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers"
WORKSPACE = f"{GROUP}/Microsoft.MachineLearningServices/workspaces/ml-dev"
OTHER = f"{GROUP}/Microsoft.MachineLearningServices/workspaces/ml-prod"
HUB = {"endpointType": "EventHub", "resourceId": f"{GROUP}/Microsoft.EventHub/namespaces/n1/eventhubs/eh1"}


def listed(topic: str, type_: str = "Microsoft.MachineLearningServices.ModelRegistered") -> dict[str, Any]:
    """An event subscription as Azure CLI lists it, which names its topic only."""
    id_ = f"{GROUP}/Microsoft.EventGrid/systemTopics/{topic}/eventSubscriptions/models"
    return {"id": id_, "name": "models", "destination": HUB, "filter": {"includedEventTypes": [type_]}}


def read(document: Any, *sources: str) -> list[tuple[str, str | None]]:
    """The workspaces of a document's subscriptions."""
    return [(each.workspace, each.workspace_id) for each in read_document(document, sources=sources).subscriptions]


def test_with_one_topic_the_workspace_alone_is_enough() -> None:
    assert read([listed("ml-events")]) == [("ml-events", None)]
    assert read([listed("ml-events")], WORKSPACE) == [("ml-dev", WORKSPACE)]
    assert read_document([listed("ml-events")], sources=[WORKSPACE]).notes == ()


def test_each_of_several_topics_is_named() -> None:
    both = [listed("a-events"), listed("b-events")]

    assert read(both, f"A-Events={WORKSPACE}") == [("ml-dev", WORKSPACE), ("b-events", None)]
    assert read(both, f"a-events={WORKSPACE}", f"b-events={OTHER}") == [("ml-dev", WORKSPACE), ("ml-prod", OTHER)]


def test_a_topic_of_another_source_is_not_counted() -> None:
    both = [listed("ml-events"), listed("blobs", "Microsoft.Storage.BlobCreated")]

    assert read(both, WORKSPACE) == [("ml-dev", WORKSPACE)]


def test_what_the_document_says_itself_may_be_said_again() -> None:
    topic = {"type": "Microsoft.EventGrid/systemTopics", "name": "ml-events", "source": WORKSPACE}

    assert read([topic, listed("ml-events")], WORKSPACE.upper().replace("SUBSCRIPTIONS", "subscriptions")) != []
    with pytest.raises(DeclarationError, match=r"--source: topic 'ml-events' belongs to .*ml-dev already"):
        read([topic, listed("ml-events")], OTHER)


@pytest.mark.parametrize(
    ("sources", "says"),
    [
        (["ml-event=" + WORKSPACE], "there is no topic 'ml-event' in the document; did you mean 'ml-events'?"),
        (["zzz=" + WORKSPACE], "there is no topic 'zzz' in the document; topics: ml-events, b"),
        ([WORKSPACE], "the document has several topics, so write TOPIC=WORKSPACE_ID; topics: ml-events, b"),
        (["ml-events"], "'ml-events' names no workspace; write TOPIC=/subscriptions/<GUID>/"),
        (["ml-events=ml-dev"], "'ml-dev' is not the id of a resource; expected /subscriptions/<GUID>/"),
        ([HUB["resourceId"]], "the id is of type 'Microsoft.EventHub/namespaces/eventhubs'; expected"),
        (["b=" + WORKSPACE, "b=" + OTHER], "leave one of the two out"),
    ],
)
def test_a_wrong_source_is_refused_with_what_is_allowed(sources: list[str], says: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        read([listed("ml-events"), listed("b")], *sources)

    assert says in str(refused.value)
    assert str(refused.value).startswith("--source: ")


def test_all_wrong_sources_are_said_at_once() -> None:
    with pytest.raises(DeclarationError) as refused:
        read([listed("ml-events")], "a=" + WORKSPACE, "ml-events=b")

    assert len(refused.value.mistakes) == 2


def test_a_document_without_topics_of_workspaces_takes_none() -> None:
    with pytest.raises(DeclarationError, match="there is no topic of a workspace in the document"):
        read([], WORKSPACE)
