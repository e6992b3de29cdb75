"""Secrets: what is sealed, offline and in a deployment, before anything else sees it."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.base.mistakes import DeclarationError
from azureml_events.base.values import Secret
from azureml_events.resources.findings import with_findings
from azureml_events.stack.parse import StackError
from azureml_events.stackfile.secrets import MISPLACED, marked_as, seal
from azureml_events.stackfile.stack_file import checked_stack
from azureml_events.stackfile.yaml_document import EncryptedNode
from stack_texts import HUB, WORKSPACE

URL = "https://example.com/hook?code=hush"


def handlers(**fields: Any) -> dict[str, Any]:
    return {"handlers": {"hook": {"type": "WebHook", **fields}}}


def attribute(**fields: Any) -> dict[str, Any]:
    return handlers(deliveryAttributeMappings=[{"name": "token", "type": "Static"} | fields])


@pytest.mark.parametrize("node", [EncryptedNode("v1:x"), {"secure": "v1:x"}])
def test_an_encrypted_url_is_a_secret_that_is_there_but_unknown(node: object) -> None:
    sealed, mistakes = seal(handlers(endpointUrl=node))

    assert sealed["handlers"]["hook"]["endpointUrl"] == Secret(None)
    assert not mistakes


@pytest.mark.parametrize("node", [EncryptedNode("v1:x"), {"secure": "v1:x"}])
def test_an_encrypted_attribute_is_a_secret(node: object) -> None:
    sealed, mistakes = seal(attribute(value=node, isSecret=True))

    assert sealed["handlers"]["hook"]["deliveryAttributeMappings"][0]["value"] == Secret(None)
    assert not mistakes


def test_in_a_deployment_every_url_may_be_one_that_was_decrypted() -> None:
    sealed, mistakes = seal(handlers(endpointUrl=URL), decrypted={"handlers"})

    assert sealed["handlers"]["hook"]["endpointUrl"] == Secret(URL)
    assert not mistakes


def test_in_a_deployment_a_secret_attribute_may_be_one_that_was_decrypted() -> None:
    sealed, mistakes = seal(attribute(value="hush", isSecret=True), decrypted={"handlers"})

    assert sealed["handlers"]["hook"]["deliveryAttributeMappings"][0]["value"] == Secret("hush")
    assert not mistakes


def test_an_attribute_that_is_no_secret_stays_as_it_is() -> None:
    given = attribute(name="team", value="plain")
    given["handlers"]["other"] = {"type": "WebHook", "endpointUrl": URL}
    sealed, mistakes = seal(given, decrypted={"handlers"})

    assert sealed["handlers"]["hook"]["deliveryAttributeMappings"][0]["value"] == "plain"
    assert not mistakes


@pytest.mark.parametrize(
    "section",
    [
        {"handlers": {"hub": {"type": "EventHub", "resourceId": "hush"}}},
        {"handlers": {"hub": {"type": "EventHub", "deliveryAttributeMappings": [{"name": "a", "value": "hush"}]}}},
        {"subscriptions": {"failed": {"subjectBeginsWith": "hush"}}},
        {"workspaces": "hush"},
    ],
)
def test_a_decrypted_section_without_a_place_for_secrets_is_refused(section: dict[str, Any]) -> None:
    sealed, mistakes = seal(section, decrypted=section.keys())

    assert not sealed
    assert [str(each) for each in mistakes] == [
        f"{name}: holds an encrypted value, but {MISPLACED}" for name in section
    ]


def test_the_stack_file_tells_which_values_pulumi_decrypted() -> None:
    written = {"hook": {"endpointUrl": EncryptedNode("v1:x"), "maxEventsPerBatch": 7, "list": [EncryptedNode("v1:y")]}}
    marked = marked_as(written, {"hook": {"endpointUrl": URL, "maxEventsPerBatch": 7, "list": ["hush"]}})

    assert marked == written
    assert isinstance(marked, dict)
    assert marked["hook"]["endpointUrl"].decrypted == Secret(URL)
    assert "hush" not in repr(marked)


def test_the_stack_file_tells_that_a_key_is_encrypted_as_a_whole() -> None:
    marked = marked_as(EncryptedNode("v1:x"), {"hook": {"endpointUrl": URL}})

    assert marked == EncryptedNode("v1:x")
    assert seal({"handlers": marked})[0] == {}


@pytest.mark.parametrize(
    "written",
    [
        None,
        {"hook": {"endpointUrl": URL, "maxEventsPerBatch": 7}},
        {"hook": {"endpointUrl": EncryptedNode("v1:x"), "maxEventsPerBatch": 8}},
        {"hook": {"endpointUrl": EncryptedNode("v1:x"), "maxEventsPerBatch": [7]}},
        {"hook": {"endpointUrl": EncryptedNode("v1:x")}},
        {"hook": EncryptedNode("v1:x"), "other": {}},
    ],
)
def test_a_stack_file_that_says_something_else_than_pulumi_tells_nothing(written: object) -> None:
    assert marked_as(written, {"hook": {"endpointUrl": URL, "maxEventsPerBatch": 7}}) is None


def test_of_a_decrypted_section_no_mistake_shows_a_text() -> None:
    hub = {"type": "EventHub", "resourceId": "hush"}
    with pytest.raises(DeclarationError) as refused:
        checked_stack(
            {
                "workspaces": {"ml": {"resourceId": WORKSPACE}},
                "handlers": {"hook": {"type": "WebHook", "endpointUrl": URL}, "hub": hub},
            },
            decrypted={"handlers"},
        )

    assert str(refused.value).startswith("handlers.hub.resourceId: <secret> is not the id of a resource")


def test_a_url_without_a_key_stays_as_it_is() -> None:
    sealed, mistakes = seal(handlers(endpointUrl="https://example.com/hook"))

    assert sealed["handlers"]["hook"]["endpointUrl"] == "https://example.com/hook"
    assert not mistakes


def test_what_is_given_is_not_changed() -> None:
    given = attribute(value=EncryptedNode("v1:x"), isSecret=True, endpointUrl=EncryptedNode("v1:x"))

    seal(given)

    assert isinstance(given["handlers"]["hook"]["deliveryAttributeMappings"][0]["value"], EncryptedNode)


def test_no_model_shows_a_secret() -> None:
    stack = checked_stack(
        {"workspaces": {"ml": {"resourceId": WORKSPACE}}, **handlers(endpointUrl=URL)}, decrypted={"handlers"}
    )

    assert "hush" not in repr(stack)


def test_the_error_names_the_command_and_not_the_value() -> None:
    with pytest.raises(DeclarationError) as refused:
        checked_stack({"workspaces": {"ml": {"resourceId": WORKSPACE}}, **handlers(endpointUrl=URL)})

    assert str(refused.value) == (
        "handlers.hook.endpointUrl: a secret in the clear; run: "
        "pulumi config set --path --secret 'azureml-events:handlers.hook.endpointUrl'"
    )


def test_a_secret_in_a_wrong_place_hides_no_proof_about_the_rest_and_is_in_none() -> None:
    dead = {"handler": "hub", "when": "runFailed", "subjectBeginsWith": "/e", "subjectEndsWith": EncryptedNode("hush")}
    hubs = {"hub": {"type": "EventHub", "resourceId": HUB}}
    workspaces = {"ml": {"resourceId": WORKSPACE}}
    with pytest.raises(StackError) as refused:
        checked_stack({"workspaces": workspaces, "handlers": hubs, "subscriptions": {"dead": dead}})

    said = str(with_findings(refused.value))
    assert "subscriptions.dead.subjectBeginsWith: no subject" in said
    assert "hush" not in said
