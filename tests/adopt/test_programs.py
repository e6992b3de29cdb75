"""What Pulumi's documents say beside the topics and subscriptions in them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from adopt.documents import HUB, answer, flattened, topic
from azureml_events.adopt.adoption import adopt
from azureml_events.adopt.gathered import Given
from golden import ROOT
from upgrade import KEPT


def remarks(value: Any) -> list[tuple[str, str, str]]:
    """What is said of one document: kind, thing, and the beginning of the text."""
    return [(each.kind, each.about, each.text.partition(",")[0]) for each in adopt([Given("a.json", value)]).remarks]


def read(folder: Any, name: str) -> Any:
    """A kept document."""
    return json.loads((folder / name).read_text("utf-8"))


MADE = "its Pulumi stack makes it"


@pytest.mark.parametrize(
    ("document", "made"),
    [
        (
            read(ROOT / "tests" / "golden", "recipes.json"),
            [
                f"ml-prod/{each}/workflow"
                for each in (
                    *("completed-run", "drift", "failed-run", "monitor-breach", "registered-model"),
                    *("retrain-on-breach", "retrain-on-drift", "tagged-model", "tell-slack", "tell-teams"),
                )
            ],
        ),
        (
            read(KEPT, "dev.state.json"),
            [
                "dead-letters/00000000-0000-0000-0000-000000000001/rg-ml-dev/westeurope/account",
                "dead-letters/00000000-0000-0000-0000-000000000001/rg-ml-dev/westeurope/ml-dev",
                "handlers/retraining",
            ],
        ),
    ],
)
def test_what_the_stack_made_for_its_subscriptions_is_said_not_to_be_expressed(document: Any, made: list[str]) -> None:
    """A bridge's workflow, a created queue, a store of dead letters by its id: the first `up` would delete them."""
    assert [about for kind, about, text in remarks(document) if (kind, text) == ("not expressed", MADE)] == made


def test_what_a_program_only_looks_up_is_not_said_to_be_made_by_it() -> None:
    state = read(KEPT, "dev.state.json")
    for each in state["deployment"]["resources"]:
        each["external"] = each["urn"].endswith("::handlers/retraining")

    assert [about for _, about, text in remarks(state) if text == MADE and about.startswith("handlers/")] == []


def test_what_an_interrupted_deployment_left_is_said() -> None:
    state = read(KEPT, "dev.state.json")
    (hub, *_) = [each for each in state["deployment"]["resources"] if each["type"].endswith("EventSubscription")]
    state["deployment"]["pending_operations"] = [{"resource": hub, "type": "creating"}]

    name = hub["urn"].rpartition("::")[2]
    assert ("note", name, "creating it was interrupted") in remarks(state)


def test_two_stacks_of_ours_with_the_same_key_of_a_workspace_keep_both() -> None:
    text = (KEPT / "dev.state.json").read_text("utf-8")
    states = text, text.replace("000000000001", "000000000002")

    adoption = adopt([Given(f"{at}.json", json.loads(each)) for at, each in enumerate(states)])

    assert sorted(adoption.config["workspaces"]) == ["ml-dev-1", "ml-dev-2"]
    assert len({each["resourceId"] for each in adoption.config["workspaces"].values()}) == 2


def test_the_region_that_no_state_holds_is_said_to_be_lost() -> None:
    lost = [about.rpartition("/")[2] for kind, about, _ in remarks(read(KEPT, "prod.state.json")) if kind == "lost"]

    assert lost == ["evgt-vision-uks"]


def test_resources_beside_are_counted_without_our_own_roles_and_what_is_only_looked_up() -> None:
    state = read(KEPT, "dev.state.json")
    resources = state["deployment"]["resources"]
    kinds = [each["type"].split(":")[1] for each in resources if each["type"].startswith("azure-native:")]
    urn = "urn:pulumi:e2e::azureml-events::azure-native:keyvault:Vault::looked-up"
    resources.append({"urn": urn, "type": urn.split("::")[2], "external": True, "id": "/subscriptions/x"})

    (text,) = [text for kind, about, text in remarks(state) if (kind, about) == ("note", "")]

    assert {"authorization", "eventgrid", "storage"} <= set(kinds)
    others = len([each for each in kinds if each not in {"authorization", "eventgrid"}])
    assert text.startswith(f"Pulumi's document holds {others} of Azure's resources beside these")


SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "hush"}


@pytest.mark.parametrize("listed", [SECRET, 3, "role", {"role": "x"}, [SECRET, 3]])
def test_an_output_of_the_name_of_ours_that_is_no_list_of_roles_says_nothing(listed: Any) -> None:
    state = read(KEPT, "dev.state.json")
    (stack,) = [each for each in state["deployment"]["resources"] if each["type"] == "pulumi:pulumi:Stack"]
    before = remarks(state)
    stack["outputs"] = {**stack.get("outputs", {}), "prerequisites": listed}

    assert remarks(state) == before


def test_a_role_that_the_stack_assigns_is_not_assumed_in_whatever_case_it_is_listed() -> None:
    state = read(KEPT, "dev.state.json")
    (stack,) = [each for each in state["deployment"]["resources"] if each["type"] == "pulumi:pulumi:Stack"]
    scopes = [each["inputs"]["scope"] for each in state["deployment"]["resources"] if "RoleAssignment" in each["type"]]
    stack["outputs"] = {**stack.get("outputs", {}), "prerequisites": [{"scope": each.upper()} for each in scopes]}

    handlers = adopt([Given("a.json", state)]).config["handlers"].values()

    assert [each for each in handlers if "grants" in each] == []


@pytest.mark.parametrize("encrypted", [SECRET, [SECRET]])
def test_attributes_of_which_a_state_encrypts_one_or_all_come_from_azures_answer(encrypted: Any) -> None:
    urn = "urn:pulumi:dev::raw::azure-native:eventgrid:SystemTopicEventSubscription::a"
    attribute = {"name": "team", "type": "Static", "value": "ml", "isSecret": False}
    found = flattened("a")
    destination = {"endpointType": "EventHub", "resourceId": HUB, "deliveryAttributeMappings": encrypted}
    inputs = {"systemTopicName": "ml-prod-1f0a", "eventSubscriptionName": "a", "destination": destination}
    resource = {"urn": urn, "type": urn.split("::")[2], "id": found["id"], "inputs": inputs}
    given = [Given("topics.json", [topic()]), Given("a.json", {"deployment": {"resources": [resource]}})]
    whole = {**found, "destination": {**found["destination"], "deliveryAttributeMappings": [attribute]}}

    (remark,) = [each for each in adopt(given).remarks if each.kind == "not expressed"]
    (handler,) = adopt([*given, Given("b.json", answer(whole))]).config["handlers"].values()

    assert remark.text.startswith("destination is encrypted in the state; give Azure's own answer beside it")
    assert handler["deliveryAttributeMappings"] == [attribute]
