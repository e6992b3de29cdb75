"""What Pulumi's documents say beside the topics and subscriptions in them."""

from __future__ import annotations

import json
from typing import Any

import pytest
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
