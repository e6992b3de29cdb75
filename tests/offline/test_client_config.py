"""What a program gets to know of who deploys it, before anybody does."""

from __future__ import annotations

import pytest
from azureml_events.documents.unresolved import UNKNOWN, Unresolved
from azureml_events.offline.client_config import STAND_INS
from azureml_events.offline.preview_json import preview_json
from azureml_events.policy.of_recording import resources_of_recording
from small_programs import Run

KNOWN = "00000000-0000-0000-0000-000000000001"
OTHER = "00000000-0000-0000-0000-000000000002"
PROGRAM = f"""
    from pulumi_azure_native import Provider, authorization, resources
    other = Provider("other", subscription_id="{OTHER}")
    asked = authorization.get_client_config(HERE)
    resources.ResourceGroup("group", tags={{
        "tenant": asked.tenant_id, "subscription": f"/subscriptions/{{asked.subscription_id}}/x/{{asked.client_id}}",
    }})
"""
OF_OTHER = "opts=pulumi.InvokeOptions(provider=other)"


@pytest.mark.parametrize(
    ("asks", "configured", "subscription"),
    [
        ("", None, "<subscriptionId>"),
        ("", "not a GUID", "<subscriptionId>"),
        ("", KNOWN, KNOWN),
        (OF_OTHER, KNOWN, OTHER),
    ],
)
def test_a_look_up_of_who_deploys_is_known_as_far_as_the_configuration_says(
    run: Run, asks: str, configured: str | None, subscription: str
) -> None:
    config = {} if configured is None else {"azure-native:subscriptionId": configured}
    recording = run(PROGRAM.replace("HERE", asks), config=config)

    group = next(each for each in preview_json(recording)["resources"] if each["name"] == "group")
    shown = f"/subscriptions/{subscription}/x/<clientId>"
    assert group["inputs"]["tags"] == {"tenant": "<unknown>", "subscription": shown}
    assert not [each for each in STAND_INS.values() if each in str(preview_json(recording))]

    tags = resources_of_recording(recording).of_type("resources:ResourceGroup")[0].inputs["tags"]
    assert tags["tenant"] == UNKNOWN
    assert isinstance(tags["subscription"], Unresolved)
    assert str(tags["subscription"]) == shown


def test_an_output_of_the_same_look_up_is_known_as_far(run: Run) -> None:
    recording = run("""
        from pulumi_azure_native import authorization
        asked = authorization.get_client_config_output()
        Thing("thing", {"of": Output.concat("of ", asked.object_id), "id": asked.subscription_id})
    """)
    inputs = preview_json(recording)["resources"][-1]["inputs"]
    assert (inputs["id"], inputs["of"]) == ("<unknown>", "of <objectId>")
