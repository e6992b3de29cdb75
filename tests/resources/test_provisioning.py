"""Subscriptions that deliver nothing stop a deployment, all named at once; a preview warns."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from azureml_events import EventHub, Subscription, WorkspaceEvents, model_registered, run_failed
from resources.mocks import Azure, run
from resources.stacks import HUB, SUBSCRIPTION, arm

WORKSPACE = arm("Microsoft.MachineLearningServices/workspaces", "ml")
DEAD = ["AwaitingManualAction", "Canceled", "Failed"]


class InState(Azure):
    """Event subscriptions that Azure returns in a state, by their names.

    Args:
        states: The states by Pulumi name; others succeeded.
    """

    def __init__(self, **states: str) -> None:
        super().__init__()
        self.states = states

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """A resource with its state."""
        made, outputs = super().new_resource(args)
        if args.typ == SUBSCRIPTION:
            outputs["provisioningState"] = self.states.get(args.name.replace("/", "_"), "Succeeded")
        return made, outputs


def program(**fields: Any) -> None:
    for key in ("one", "two"):
        WorkspaceEvents(
            key,
            workspace_id=WORKSPACE.replace("/ml", f"/{key}"),
            location="westeurope",
            handlers={"hub": EventHub(resource_id=HUB)},
            subscriptions={
                "failed": Subscription(run_failed(), to="hub", **fields),
                "models": Subscription(model_registered(), to="hub"),
            },
        )


@pytest.mark.parametrize("state", DEAD)
def test_a_subscription_that_delivers_nothing_stops_the_deployment(state: str) -> None:
    with pytest.raises(pulumi.RunError, match=rf"one/failed is {state}\nMake them anew: pulumi up --replace 'urn:"):
        run(program, InState(one_failed=state))


def test_all_of_all_workspaces_are_named_at_once() -> None:
    with pytest.raises(pulumi.RunError) as raised:
        run(program, InState(one_failed="Failed", two_models="Canceled"))

    text = str(raised.value)
    assert "one/failed is Failed\n  two/models is Canceled" in text
    assert text.count("--replace 'urn:") == 2
    assert "one/models" not in text


def test_a_preview_only_warns(caplog: pytest.LogCaptureFixture) -> None:
    run(program, InState(two_failed="Failed"), preview=True)

    assert "two/failed is Failed" in caplog.text


def test_one_that_may_deliver_nothing_stops_nothing() -> None:
    run(lambda: program(allow={"not-delivering": "made anew tomorrow"}), InState(one_failed="Failed"))


@pytest.mark.parametrize("state", ["Succeeded", "Creating", "Updating"])
def test_another_state_stops_nothing(state: str) -> None:
    run(program, InState(one_failed=state))
