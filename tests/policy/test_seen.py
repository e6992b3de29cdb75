"""What handlers get to see of events."""

from __future__ import annotations

from azureml_events.documents.unresolved import UNKNOWN
from azureml_events.policy.resource import Resource, Resources
from azureml_events.policy.seen import SeenEvents, seen_events

TYPE = "eventgrid:SystemTopicEventSubscription"
REGISTERED = "Microsoft.MachineLearningServices.ModelRegistered"


def seen(**inputs: object) -> list[SeenEvents]:
    return list(seen_events(Resources([Resource("t/s", TYPE, inputs)])))


def test_a_handler_sees_the_fields_of_the_catalogue_and_free_form_ones_are_marked() -> None:
    (one,) = seen(filter={"includedEventTypes": [REGISTERED]})
    free = {each.path: each.is_free_form for each in one.fields}
    assert free["data.modelName"] is False
    assert free["data.modelTags"] is True
    assert {"id", "topic", "subject", "eventType"} <= free.keys()


def test_the_schema_decides_on_the_members_of_every_event() -> None:
    (one,) = seen(filter={"includedEventTypes": [REGISTERED]}, eventDeliverySchema="CloudEventSchemaV1_0")
    assert {"source", "type", "specversion"} <= {each.path for each in one.fields}


def test_without_event_types_all_are_delivered() -> None:
    assert len(seen()) == len(seen(filter={})) == 5


def test_a_type_outside_the_catalogue_is_said() -> None:
    (one,) = seen(filter={"includedEventTypes": ["Microsoft.MachineLearningServices.New"]})
    assert not one.is_known


def test_types_that_are_not_known_are_not_guessed() -> None:
    assert seen(filter=UNKNOWN) == seen(filter={"includedEventTypes": UNKNOWN}) == []
