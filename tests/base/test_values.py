"""Values that are never shown, whatever field of a declaration they stand in."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pulumi
import pytest
from azureml_events import (
    DeadLetter,
    DeclarationError,
    Defaults,
    DeliveryAttributeMapping,
    EventHub,
    Subscription,
    WebHook,
)
from azureml_events.base.model import Declaration
from azureml_events.base.values import Secret
from azureml_events.handlers import HANDLERS
from azureml_events.stack.stack import Stack
from azureml_events.stack.workspace import Workspace

EVENT_HUB = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg"
    "/providers/Microsoft.EventHub/namespaces/n/eventhubs/h"
)
OUTPUT = object()
"""Stands for an Output, which belongs to the event loop of a test."""

SECRET = Secret("hush")
URL = Secret("https://example.com/hook?code=hush")
MODELS: list[type[Declaration]] = [
    *(DeadLetter, Defaults, DeliveryAttributeMapping, Subscription, Workspace),
    *HANDLERS.values(),
]
FIELDS = [(model, name) for model in MODELS for name in model.model_fields]

pytestmark = pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")


def held(model: type[Declaration], name: str, value: object) -> Declaration:
    """A declaration with a value in one of its fields, which nothing has checked."""
    fields: dict[str, Any] = {name: value}
    return model.model_construct(**fields)


@pytest.mark.parametrize("wrap", [lambda it: it, lambda it: (it,), lambda it: {"key": it}], ids=["", "list", "map"])
@pytest.mark.parametrize(("model", "name"), FIELDS, ids=lambda each: getattr(each, "__name__", each))
def test_no_field_of_a_declaration_shows_a_secret(
    model: type[Declaration], name: str, wrap: Callable[[object], object], caplog: pytest.LogCaptureFixture
) -> None:
    declared = held(model, name, wrap(SECRET))
    logging.getLogger(__name__).warning("%s %r", declared, declared)
    shown = [repr(declared), str(declared), f"{declared}", caplog.text, str(declared.model_dump(warnings=False))]
    with suppress(TypeError, ValueError):
        shown.append(declared.model_dump_json(warnings=False))

    assert not [text for text in shown if "hush" in text]


@pytest.mark.parametrize(("model", "name"), FIELDS, ids=lambda each: getattr(each, "__name__", each))
def test_no_mistake_shows_a_secret(model: type[Declaration], name: str) -> None:
    shown = []
    for value in (SECRET, [SECRET], {"key": SECRET}):
        try:
            model.parse({model.model_fields[name].alias or name: value})
        except DeclarationError as error:
            shown.append(f"{error} {error!r} {error.mistakes}")

    assert "hush" not in "".join(shown)


def test_a_secret_in_its_right_place_is_dumped_as_what_it_is() -> None:
    hook = WebHook(endpoint_url=URL)

    assert hook.model_dump()["endpoint_url"] == "<secret>"
    assert '"endpoint_url":"<secret>"' in hook.model_dump_json()


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (EventHub, {"resource_id": OUTPUT}),
        (DeliveryAttributeMapping, {"name": "team", "type": "Static", "value": OUTPUT}),
        (WebHook, {"endpoint_url": OUTPUT}),
        (DeadLetter, {"storage_account_id": OUTPUT, "blob_container_name": "letters"}),
        (Workspace, {"resource_id": OUTPUT, "location": OUTPUT}),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_an_output_is_dumped_as_unknown(model: type[Declaration], fields: dict[str, Any]) -> None:
    output = pulumi.Output.from_input("known to the deployment")
    declared = model(**{name: output if value is OUTPUT else value for name, value in fields.items()})
    dumped = declared.model_dump(mode="json")

    assert "'<unknown>'" in str(dumped)
    assert str(declared.model_dump()).count("'<unknown>'") == str(dumped).count("'<unknown>'")
    assert json.loads(declared.model_dump_json()) == dumped


def test_a_whole_stack_shows_no_secret() -> None:
    attribute: Any = DeliveryAttributeMapping(name="token", type="Static", value=SECRET, is_secret=True)
    hub = EventHub(resource_id=EVENT_HUB, delivery_attribute_mappings=[attribute])
    stack = Stack({}, {"hook": WebHook(endpoint_url=URL), "hub": hub}, {}, Defaults())

    assert "hush" not in f"{stack} {stack!r} {dataclasses.asdict(stack)}"


def test_a_secret_is_equal_to_another_of_the_same_text() -> None:
    assert (Secret("a"), hash(Secret("a"))) == (Secret("a"), hash(Secret("a")))
    assert Secret("a") != Secret(None)
