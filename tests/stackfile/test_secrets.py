"""Secrets: what is sealed, offline and in a deployment, before anything else sees it."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.base.mistakes import DeclarationError
from azureml_events.base.values import Secret
from azureml_events.stackfile.secrets import seal
from azureml_events.stackfile.stack_file import checked_stack
from azureml_events.stackfile.yaml_document import EncryptedNode
from stack_texts import WORKSPACE

URL = "https://example.com/hook?code=hush"


def handlers(**fields: Any) -> dict[str, Any]:
    return {"handlers": {"hook": {"type": "WebHook", **fields}}}


def attribute(**fields: Any) -> dict[str, Any]:
    return handlers(deliveryAttributeMappings=[{"name": "token", "type": "Static", **fields}])


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
    sealed, mistakes = seal(handlers(endpointUrl=URL), decrypted=True)

    assert sealed["handlers"]["hook"]["endpointUrl"] == Secret(URL)
    assert not mistakes


def test_in_a_deployment_a_secret_attribute_may_be_one_that_was_decrypted() -> None:
    sealed, mistakes = seal(attribute(value="hush", isSecret=True), decrypted=True)

    assert sealed["handlers"]["hook"]["deliveryAttributeMappings"][0]["value"] == Secret("hush")
    assert not mistakes


def test_an_attribute_that_is_no_secret_stays_as_it_is() -> None:
    sealed, _ = seal(attribute(value="plain"), decrypted=True)

    assert sealed["handlers"]["hook"]["deliveryAttributeMappings"][0]["value"] == "plain"


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
        {"workspaces": {"ml": {"resourceId": WORKSPACE}}, **handlers(endpointUrl=URL)}, decrypted=True
    )

    assert "hush" not in repr(stack)


def test_the_error_names_the_command_and_not_the_value() -> None:
    with pytest.raises(DeclarationError) as refused:
        checked_stack({"workspaces": {"ml": {"resourceId": WORKSPACE}}, **handlers(endpointUrl=URL)})

    assert str(refused.value) == (
        "handlers.hook.endpointUrl: a secret in the clear; run: "
        "pulumi config set --path --secret 'azureml-events:handlers.hook.endpointUrl' <value>"
    )
