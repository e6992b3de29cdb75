"""What a program sees of an identity before it is there."""

from __future__ import annotations

import pytest
from azureml_events.offline.foreseen import foreseen_outputs
from azureml_events.offline.wire import UNKNOWN, Secret
from small_programs import Run

TOPIC = "azure-native:eventgrid:SystemTopic"
MADE = {"principalId": UNKNOWN, "tenantId": UNKNOWN}
OF_USER = {"principalId": UNKNOWN, "clientId": UNKNOWN}
CASES: list[tuple[object, object]] = [
    ({"type": "SystemAssigned"}, {"type": "SystemAssigned", **MADE}),
    ({"type": UNKNOWN}, {"type": UNKNOWN, **MADE}),
    (
        {"type": "UserAssigned", "userAssignedIdentities": {"/id": {}}},
        {"type": "UserAssigned", **MADE, "userAssignedIdentities": {"/id": OF_USER}},
    ),
    (
        {"type": "UserAssigned", "userAssignedIdentities": ["/id"]},
        {"type": "UserAssigned", **MADE, "userAssignedIdentities": {"/id": OF_USER}},
    ),
    (
        {"type": "UserAssigned", "userAssignedIdentities": [UNKNOWN]},
        {"type": "UserAssigned", **MADE, "userAssignedIdentities": UNKNOWN},
    ),
    (Secret({"type": "SystemAssigned"}), Secret({"type": "SystemAssigned", **MADE})),
    (UNKNOWN, UNKNOWN),
    (None, None),
]


@pytest.mark.parametrize(("given", "foreseen"), CASES)
def test_what_azure_adds_to_an_identity_is_unknown(given: object, foreseen: object) -> None:
    assert foreseen_outputs(TOPIC, {"identity": given})["identity"] == foreseen


def test_an_identity_that_is_not_azures_stays_as_it_is() -> None:
    inputs = {"identity": {"type": "robot"}}
    assert foreseen_outputs("cloud:index:Thing", inputs) == inputs
    assert foreseen_outputs(TOPIC, {}) == {}


def test_a_program_reads_an_unknown_principal(run: Run) -> None:
    recording = run("""
        from pulumi_azure_native import eventgrid
        topic = eventgrid.SystemTopic("topic", resource_group_name="rg", identity={"type": "SystemAssigned"})
        Thing("reader", {"principal": topic.identity.apply(lambda known: known.principal_id)})
    """)
    assert recording.resource("reader").inputs["principal"] is UNKNOWN
    assert recording.resource("topic").inputs["identity"] == {"type": "SystemAssigned"}
