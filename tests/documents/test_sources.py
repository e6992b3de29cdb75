"""`--source`: which workspace a topic of a document belongs to."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.base.mistakes import DeclarationError
from azureml_events.documents.document import read_document
from stack_texts import ML_DEV, ML_PROD, ML_PROVIDERS

HUB = {"endpointType": "EventHub", "resourceId": f"{ML_PROVIDERS}/Microsoft.EventHub/namespaces/n1/eventhubs/eh1"}


def listed(topic: str, type_: str = "Microsoft.MachineLearningServices.ModelRegistered") -> dict[str, Any]:
    """An event subscription as Azure CLI lists it, which names its topic only."""
    id_ = f"{ML_PROVIDERS}/Microsoft.EventGrid/systemTopics/{topic}/eventSubscriptions/models"
    return {"id": id_, "name": "models", "destination": HUB, "filter": {"includedEventTypes": [type_]}}


def read(document: Any, *sources: str) -> list[tuple[str, str | None]]:
    """The workspaces of a document's subscriptions."""
    return [(each.workspace, each.workspace_id) for each in read_document(document, sources=sources).subscriptions]


def test_with_one_topic_the_workspace_alone_is_enough() -> None:
    assert read([listed("ml-events")]) == [("ml-events", None)]
    assert read([listed("ml-events")], ML_DEV) == [("ml-dev", ML_DEV)]
    assert read_document([listed("ml-events")], sources=[ML_DEV]).notes == ()


def test_each_of_several_topics_is_named() -> None:
    both = [listed("a-events"), listed("b-events")]

    assert read(both, f"A-Events={ML_DEV}") == [("ml-dev", ML_DEV), ("b-events", None)]
    assert read(both, f"a-events={ML_DEV}", f"b-events={ML_PROD}") == [("ml-dev", ML_DEV), ("ml-prod", ML_PROD)]


def test_a_topic_of_another_source_is_not_counted() -> None:
    both = [listed("ml-events"), listed("blobs", "Microsoft.Storage.BlobCreated")]

    assert read(both, ML_DEV) == [("ml-dev", ML_DEV)]


def test_what_the_document_says_itself_may_be_said_again() -> None:
    topic = {"type": "Microsoft.EventGrid/systemTopics", "name": "ml-events", "source": ML_DEV}

    assert read([topic, listed("ml-events")], ML_DEV.upper().replace("SUBSCRIPTIONS", "subscriptions")) != []
    with pytest.raises(DeclarationError, match=r"--source: topic 'ml-events' belongs to .*ml-dev already"):
        read([topic, listed("ml-events")], ML_PROD)


@pytest.mark.parametrize(
    ("sources", "says"),
    [
        (["ml-event=" + ML_DEV], "there is no topic 'ml-event' in the document; did you mean 'ml-events'?"),
        (["zzz=" + ML_DEV], "there is no topic 'zzz' in the document; topics: ml-events, b"),
        ([ML_DEV], "the document has several topics, so write TOPIC=WORKSPACE_ID; topics: ml-events, b"),
        (["ml-events"], "'ml-events' names no workspace; write TOPIC=/subscriptions/<GUID>/"),
        (["ml-events=ml-dev"], "'ml-dev' is not the id of a resource; expected /subscriptions/<GUID>/"),
        ([HUB["resourceId"]], "the id is of type 'Microsoft.EventHub/namespaces/eventhubs'; expected"),
        (["b=" + ML_DEV, "b=" + ML_PROD], "leave one of the two out"),
    ],
)
def test_a_wrong_source_is_refused_with_what_is_allowed(sources: list[str], says: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        read([listed("ml-events"), listed("b")], *sources)

    assert says in str(refused.value)
    assert str(refused.value).startswith("--source: ")


def test_all_wrong_sources_are_said_at_once() -> None:
    with pytest.raises(DeclarationError) as refused:
        read([listed("ml-events")], "a=" + ML_DEV, "ml-events=b")

    assert len(refused.value.mistakes) == 2


def test_a_document_without_topics_of_workspaces_takes_none() -> None:
    with pytest.raises(DeclarationError, match="there is no topic of a workspace in the document"):
        read([], ML_DEV)
