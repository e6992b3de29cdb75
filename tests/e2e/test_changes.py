"""Stacks from their first deployment to the last, on both engines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from azureml_events.stackfile.stack_file import checked_stack, sections
from e2e.configs import Config, config_of_stack, edited
from e2e.runs import Engine, Run, type_of

CASES = json.loads((Path(__file__).parents[1] / "cases" / "deployments.json").read_text("utf-8"))
PLANS = {"preview", "refresh"}
"""Commands that leave Azure as it is."""


@pytest.mark.parametrize("stack", CASES)
def test_a_stack_changes_as_its_file_does(begin: Callable[[Config], Engine], stack: str) -> None:
    """One change after the other; after each, Azure has exactly the subscriptions that the file declares."""
    engine = begin(config_of_stack(stack))
    with engine.cloud() as cloud:
        before = set(cloud.resources)
    for step in CASES[stack]:
        command = step["command"]
        if command not in engine.commands:
            continue
        engine.configure(edited(engine.config, step.get("edits", ())))
        dependencies = engine.dependencies() if command == "destroy" else {}
        run = engine.run_command(command)
        assert run.status == 0, f"{step['why']}: {run.output}"
        assert not refused(run), step["why"]
        check_steps(run, step)
        if command in PLANS:
            assert not changed(run), step["why"]
        elif command == "destroy":
            check_order(run, dependencies)
            with engine.cloud() as cloud:
                assert set(cloud.resources) <= before
        else:
            assert subscriptions_there(engine) == subscriptions_declared(engine.config), step["why"]


def check_steps(run: Run, step: Mapping[str, Any]) -> None:
    """What the engine did is what the case says: exactly `changes`, `only` such steps, or the types `replaced`."""
    if "changes" in step:
        assert run.changes == step["changes"], step["why"]
    if "only" in step:
        assert set(run.changes) <= set(step["only"]), step["why"]
    if "replaced" in step:
        assert set(run.changes) == {"delete-replaced", "create-replacement"}, step["why"]
        for kind in run.changes:
            types = {type_of(urn).rpartition(":")[2] for operation, urn in run.steps if operation == kind}
            assert types == set(step["replaced"]), step["why"]


def check_order(run: Run, dependencies: Mapping[str, set[str]]) -> None:
    """Subscriptions go before roles, roles before topics, everything before what it depends on."""
    deleted = [urn for operation, urn in run.steps if operation == "delete"]
    for urn, needed in dependencies.items():
        for each in needed & set(deleted):
            assert deleted.index(urn) < deleted.index(each), f"{urn} goes after {each}"
    kinds = {
        (type_of(urn).rpartition(":")[2], type_of(each).rpartition(":")[2])
        for urn, needed in dependencies.items()
        for each in needed
    }
    assert kinds >= {
        ("SystemTopicEventSubscription", "SystemTopic"),
        ("SystemTopicEventSubscription", "RoleAssignment"),
        ("RoleAssignment", "SystemTopic"),
    }


def refused(run: Run) -> list[str]:
    """The errors of operations on the cloud."""
    return [entry["error"] for entry in run.operations if entry["error"]]


def changed(run: Run) -> list[str]:
    """The ids of what was created, changed or deleted."""
    return [*run.ids("create"), *run.ids("update"), *run.ids("delete")]


def subscriptions_declared(config: Mapping[str, Any]) -> set[tuple[str | None, str, str]]:
    """Azure subscription, topic and name of every event subscription that a configuration declares."""
    stack = checked_stack(sections(config), decrypted={"handlers"} if "hush" in str(config) else ())
    topics = stack.topics
    return {
        (topics[delivery.workspace].subscription_id, topics[delivery.workspace].name, delivery.name)
        for delivery in stack.deliveries
        if not delivery.subscription.disabled
    }


def subscriptions_there(engine: Engine) -> set[tuple[str | None, str, str]]:
    """Azure subscription, topic and name of every event subscription in Azure."""
    with engine.cloud() as cloud:
        ids = [existing.id.split("/") for existing in cloud.of_type("eventSubscriptions")]
    return {(steps[2], steps[-3], steps[-1]) for steps in ids}


def test_whoever_writes_a_created_namespaces_name_down_keeps_it(begin: Callable[[Config], Engine]) -> None:
    """The way to keep what a new version would give another name."""
    create = {"resourceGroup": "rg-events", "location": "westeurope"}
    unnamed = edited(
        config_of_stack("dev"), [{"path": "handlers.archive", "value": {"type": "EventHub", "create": create}}]
    )
    engine = begin(unnamed)
    first = engine.run_command("up")
    assert first.status == 0, first.output
    (namespace,) = (
        each for each in first.ids("create") if "/namespaces/eh-archive-" in each and "eventhubs" not in each
    )

    name = namespace.rpartition("/")[2]
    engine.configure(edited(unnamed, [{"path": "handlers.archive.create.namespaceName", "value": name}]))
    run = engine.run_command("up")

    assert run.status == 0, run.output
    assert not run.ids("create")
    assert not run.ids("delete")
