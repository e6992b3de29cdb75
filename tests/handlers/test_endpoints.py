"""Every endpoint type: what its identity needs, what it may be, and what is created for it."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.base.values import Deferred, Secret
from azureml_events.handlers import ENDPOINTS, role_names
from azureml_events.handlers.created import Creation
from azureml_events.handlers.storage import DEAD_LETTER_ROLE
from stack_texts import ACCOUNT, GROUP

ROLES = {
    "EventHub": "2b629674-e913-4c01-ae53-ef4638d8f975",
    "ServiceBusQueue": "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
    "ServiceBusTopic": "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
    "StorageQueue": "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a",
    "AzureFunction": None,
    "HybridConnection": None,
    "NamespaceTopic": None,
    "WebHook": None,
}
"""The role that delivery through an identity needs, as Azure's page of built-in roles gives it; None without one."""

NEW = {"resourceGroup": "rg", "location": "westeurope"}
SUFFIX = "0123456789abcdef" * 4
BUS = f"{GROUP}/providers/Microsoft.ServiceBus/namespaces/n1"


def created(kind: str) -> Creation:
    """What is created for a handler `my-hub` that says nothing more than it must."""
    create = ENDPOINTS[kind].parse({"create": NEW}).creates
    assert create
    return create.creation("my-hub", SUFFIX)


@pytest.mark.parametrize("kind", ENDPOINTS)
def test_the_role_is(kind: str) -> None:
    role = ENDPOINTS[kind].role

    assert (role.guid if role else None) == ROLES[kind]


def test_every_role_has_its_name() -> None:
    assert {DEAD_LETTER_ROLE.guid, *filter(None, ROLES.values())} <= role_names().keys()


@pytest.mark.parametrize("kind", [kind for kind, role in ROLES.items() if role])
def test_without_identity_no_role_is_needed(kind: str) -> None:
    assert ENDPOINTS[kind].parse({"create": NEW}).delivers_with_identity

    existing = {"StorageQueue": {"resourceId": ACCOUNT, "queueName": "queue"}}
    ids = {
        "EventHub": f"{GROUP}/providers/Microsoft.EventHub/namespaces/n1/eventhubs/eh1",
        "ServiceBusQueue": f"{BUS}/queues/q1",
        "ServiceBusTopic": f"{BUS}/topics/t1",
    }
    fields = existing.get(kind) or {"resourceId": ids[kind]}
    assert not ENDPOINTS[kind].parse({"identity": False, **fields}).delivers_with_identity


def test_only_a_namespace_topic_needs_a_schema() -> None:
    needed = {kind: endpoint.delivery_schema for kind, endpoint in ENDPOINTS.items() if endpoint.delivery_schema}

    assert needed == {"NamespaceTopic": "CloudEventSchemaV1_0"}


@pytest.mark.parametrize(
    ("kind", "host", "entity", "scope"),
    [
        ("EventHub", ("eventhub:Namespace", "eh-my-hub-01234567"), ("eventhub:EventHub", "my-hub"), "entity"),
        ("ServiceBusQueue", ("servicebus:Namespace", "sb-my-hub-01234567"), ("servicebus:Queue", "my-hub"), "entity"),
        ("ServiceBusTopic", ("servicebus:Namespace", "sb-my-hub-01234567"), ("servicebus:Topic", "my-hub"), "entity"),
        ("StorageQueue", ("storage:StorageAccount", "eg0123456789abcdef0123"), ("storage:Queue", "my-hub"), "host"),
    ],
)
def test_by_default_is_created(kind: str, host: tuple[str, str], entity: tuple[str, str], scope: str) -> None:
    creation = created(kind)

    assert (creation.host.token, creation.host.name) == (f"azure-native:{host[0]}", host[1])
    assert (creation.entity.token, creation.entity.name) == (f"azure-native:{entity[0]}", entity[1])
    assert creation.resource == scope


@pytest.mark.parametrize("kind", ["EventHub", "ServiceBusQueue", "ServiceBusTopic"])
def test_a_created_namespace_allows_no_keys(kind: str) -> None:
    inputs = created(kind).host.inputs

    assert inputs == {
        "sku": {"name": "Standard", "tier": "Standard"},
        "disableLocalAuth": True,
        "minimumTlsVersion": "1.2",
    }


def test_a_created_account_allows_no_keys_and_no_public_blobs() -> None:
    inputs = created("StorageQueue").host.inputs

    assert inputs == {
        "kind": "StorageV2",
        "sku": {"name": "Standard_LRS"},
        "allowSharedKeyAccess": False,
        "allowBlobPublicAccess": False,
        "minimumTlsVersion": "TLS1_2",
        "enableHttpsTrafficOnly": True,
        "networkRuleSet": {"bypass": "AzureServices", "defaultAction": "Allow"},
    }


@pytest.mark.parametrize(("written", "kept"), [("1.0", "1.0"), (1, "1.0"), (1.1, "1.1"), (1.2, "1.2")])
def test_a_tls_version_needs_no_quotes(written: object, kept: str) -> None:
    hook = ENDPOINTS["WebHook"].parse({"endpointUrl": "https://example.com", "minimumTlsVersionAllowed": written})

    assert hook.to_arm()["minimumTlsVersionAllowed"] == kept


PLACES = [
    ("EventHub", {"resourceId": f"{GROUP}/providers/Microsoft.EventHub/namespaces/n1/eventhubs/eh1"},
     "event hub n1/eh1"),
    ("EventHub", {"create": NEW}, "new event hub in resource group rg"),
    ("EventHub", {"create": {**NEW, "namespaceName": "evhns-ml"}}, "new event hub in evhns-ml"),
    ("ServiceBusQueue", {"resourceId": f"{BUS}/queues/q1"}, "Service Bus queue n1/q1"),
    ("ServiceBusTopic", {"resourceId": f"{BUS}/topics/t1"}, "Service Bus topic n1/t1"),
    ("StorageQueue", {"resourceId": ACCOUNT, "queueName": "queue"},
     f"storage queue {ACCOUNT.rpartition('/')[2]}/queue"),
    ("AzureFunction", {"resourceId": f"{GROUP}/providers/Microsoft.Web/sites/app/slots/blue/functions/f"},
     "function app/blue/f"),
    ("HybridConnection", {"resourceId": f"{GROUP}/providers/Microsoft.Relay/namespaces/r/hybridConnections/h"},
     "hybrid connection r/h"),
    ("NamespaceTopic", {"resourceId": f"{GROUP}/providers/Microsoft.EventGrid/namespaces/n/topics/t"},
     "namespace topic n/t"),
    ("WebHook", {"endpointUrl": "https://hooks.contoso.com:8443/services/T0/B0/key"}, "webhook hooks.contoso.com"),
    ("WebHook", {"endpointUrl": Secret(None)}, "webhook <secret>"),
    ("WebHook", {"endpointUrl": Deferred(object())}, "webhook <unknown>"),
    ("NamespaceTopic", {"resourceId": Deferred(object())}, "namespace topic <unknown>"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fields", "said"), PLACES)
def test_the_place_in_words(kind: str, fields: dict[str, Any], said: str) -> None:
    assert ENDPOINTS[kind].parse(fields).describe() == said


def test_every_kind_is_said_in_words() -> None:
    assert {kind for kind, _, _ in PLACES} == ENDPOINTS.keys() & ROLES.keys()
