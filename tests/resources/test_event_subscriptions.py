"""The options of event subscriptions: secret destinations, replacement, hooks of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from azureml_events.offline.program import preview_stack
from engine.options import request_of
from resources.stacks import EVENT_HUB, FUNCTION, SUBSCRIPTION, arm, preview

HOOK = {"type": "WebHook", "endpointUrl": "https://hooks.example.com/services/T01"}
WORKFLOW = {"type": "LogicApp", "resourceId": arm("Microsoft.Logic/workflows", "flow")}


@pytest.mark.parametrize(
    ("handler", "secret"), [(HOOK, ["destination"]), (WORKFLOW, ["destination"]), (EVENT_HUB, []), (FUNCTION, [])]
)
def test_a_destination_with_a_url_is_a_secret_in_the_outputs(handler: dict[str, Any], secret: list[str]) -> None:
    subscription = preview(handlers={"hub": handler}).resource("ml/failed", SUBSCRIPTION)

    assert list(request_of(subscription).additionalSecretOutputs) == secret


def test_a_replaced_subscription_is_deleted_first() -> None:
    """`pulumi up --replace`, which mends one that failed, would else be refused: it exists."""
    assert request_of(preview().resource("ml/failed", SUBSCRIPTION)).deleteBeforeReplace


def test_components_of_one_name_below_different_parents_have_hooks_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text(f"""
import pulumi
from azureml_events import EventHub, Subscription, WorkspaceEvents, run_failed
for team in ("a", "b"):
    parent = pulumi.ComponentResource(f"teams:index:{{team}}", team)
    WorkspaceEvents("ml", workspace_id="{arm("Microsoft.MachineLearningServices/workspaces", "ml")}",
        location="westeurope", opts=pulumi.ResourceOptions(parent=parent), subscriptions={{
            "failed": Subscription(run_failed(), to=EventHub(resource_id="{EVENT_HUB["resourceId"]}"))}})
""")

    recording = preview_stack(tmp_path, project="shop", stack="test", config={})

    hooks = [request_of(each).hooks.on_error for each in recording.of_type(SUBSCRIPTION)]
    assert len({name for names in hooks for name in names}) == sum(map(len, hooks)) == 4
