"""Generators of subscriptions, of every endpoint type, operator, identity and dead-letter form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from azureml_events.base.values import Secret
from azureml_events.event_grid.catalogue import EVENT_TYPES
from azureml_events.event_grid.delivery import RetryPolicy
from azureml_events.event_grid.delivery_attributes import DeliveryAttributeMapping
from azureml_events.event_grid.filters import AdvancedFilter
from azureml_events.event_grid.operators import OPERATORS, Operand, Operator
from azureml_events.handlers import ENDPOINTS
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.stack.dead_letter import DeadLetter
from azureml_events.stack.subscription import Subscription
from azureml_events.stack.workspace import UserAssigned
from hypothesis import strategies as st
from stack_texts import ACCOUNT, GROUP, HUB, NAMED

TEXTS = st.text(min_size=1, max_size=20)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False, width=32)
GUID = "00000000-0000-0000-0000-000000000009"

T = TypeVar("T")


def made(kind: Callable[..., T], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[T]:
    """Declarations of a kind, with these fields only."""
    return st.fixed_dictionaries(fields).map(lambda chosen: kind(**chosen))


_OPERANDS: dict[Operand, st.SearchStrategy[Any]] = {
    Operand.TEXT: TEXTS,
    Operand.NUMBER: NUMBERS,
    Operand.RANGE: st.tuples(NUMBERS, NUMBERS).map(sorted),
    Operand.BOOLEAN: st.booleans(),
}


def filters_of(operator: Operator) -> st.SearchStrategy[AdvancedFilter]:
    """Advanced filters with an operator."""
    operands = {}
    if operator.member:
        one = _OPERANDS[operator.operand]
        operands[operator.member] = one if operator.member == "value" else st.lists(one, min_size=1, max_size=3)
    keys = st.sampled_from(["subject", "data.runStatus", "data.runTags.stage"])
    return made(AdvancedFilter, operator_type=st.just(operator.name), key=keys, **operands)


ATTRIBUTES = st.lists(
    st.sampled_from(
        [
            DeliveryAttributeMapping(name="run", type="Dynamic", source_field="data.runId"),
            DeliveryAttributeMapping(name="origin", type="Static", value="ml"),
            DeliveryAttributeMapping(name="token", type="Static", value=Secret("s3cr3t"), is_secret=True),
        ]
    ),
    unique_by=lambda mapping: mapping.name,
)
BATCH = {
    "max_events_per_batch": st.integers(1, 5000),
    "preferred_batch_size_in_kilobytes": st.integers(1, 1024),
    "delivery_attribute_mappings": ATTRIBUTES,
}
BUS = f"{GROUP}/providers/Microsoft.ServiceBus/namespaces/n1"

ENDPOINT_STRATEGIES = {
    name: made(ENDPOINTS[name], **fields)
    for name, fields in dict[str, dict[str, st.SearchStrategy[Any]]](
        AzureFunction={"resource_id": st.just(NAMED["function"]), **BATCH},
        EventHub={"resource_id": st.just(HUB), "delivery_attribute_mappings": ATTRIBUTES},
        HybridConnection={
            "resource_id": st.just(f"{GROUP}/providers/Microsoft.Relay/namespaces/n1/hybridConnections/c1"),
            "delivery_attribute_mappings": ATTRIBUTES,
        },
        NamespaceTopic={"resource_id": st.just(f"{GROUP}/providers/Microsoft.EventGrid/namespaces/n1/topics/t1")},
        ServiceBusQueue={"resource_id": st.just(f"{BUS}/queues/q1"), "delivery_attribute_mappings": ATTRIBUTES},
        ServiceBusTopic={"resource_id": st.just(f"{BUS}/topics/t1"), "delivery_attribute_mappings": ATTRIBUTES},
        StorageQueue={
            "resource_id": st.just(ACCOUNT),
            "queue_name": st.just("queue-1"),
            "queue_message_time_to_live_in_seconds": st.none() | st.just(-1) | st.integers(1, 604800),
        },
        WebHook={
            "endpoint_url": st.just("https://example.com/hook")
            | st.just(Secret("https://example.com/hook?code=s3cr3t")),
            "azure_active_directory_tenant_id": st.just(GUID),
            "azure_active_directory_application_id_or_uri": st.just("api://hook"),
            "minimum_tls_version_allowed": st.sampled_from(["1.0", "1.1", "1.2"]),
            **BATCH,
        },
    ).items()
}
IDENTITIES = st.sampled_from(
    [
        "SystemAssigned",
        UserAssigned(
            user_assigned=f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i", principal_id=GUID
        ),
    ]
)
EVENTS = st.just({"all_events": True}) | st.lists(st.sampled_from(list(EVENT_TYPES)), min_size=1).map(
    lambda names: {"included_event_types": names}
)
DEAD_LETTERS = st.sampled_from(
    [
        DeadLetter(disabled="the event subscription names no container for them"),
        DeadLetter(storage_account_id=ACCOUNT, blob_container_name="dead-letters"),
        DeadLetter(storage_account_id=ACCOUNT, blob_container_name="dead-letters", identity=False),
    ]
)


@st.composite
def _destinations(draw: st.DrawFn) -> Endpoint:
    endpoint: Endpoint = draw(st.one_of(*ENDPOINT_STRATEGIES.values()))
    if endpoint.role and draw(st.booleans()):
        return endpoint.model_copy(update={"identity": False})
    return endpoint


SUBSCRIPTIONS = made(
    lambda events, **fields: Subscription(**events, **fields),
    events=EVENTS,
    to=_destinations(),
    subject_begins_with=st.none() | TEXTS,
    subject_ends_with=st.none() | TEXTS,
    is_subject_case_sensitive=st.booleans(),
    enable_advanced_filtering_on_arrays=st.booleans(),
    advanced_filters=st.lists(st.sampled_from(list(OPERATORS.values())).flatmap(filters_of), max_size=5),
    event_delivery_schema=st.sampled_from(["EventGridSchema", "CloudEventSchemaV1_0"]),
    retry_policy=made(
        RetryPolicy,
        max_delivery_attempts=st.integers(1, 30),
        event_time_to_live_in_minutes=st.integers(1, 1440),
    ),
    labels=st.lists(TEXTS, max_size=3),
    expiration_time_utc=st.none() | st.just("2099-12-31T10:00:00+02:00"),
    dead_letter=DEAD_LETTERS,
)
"""Subscriptions that hold their handler and say everything themselves."""
