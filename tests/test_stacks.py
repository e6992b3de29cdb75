"""The stacks of this repository: their golden files are up to date, and they show every feature of a stack file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from azureml_events.event_grid.operators import OPERATORS
from azureml_events.handlers import ENDPOINTS, WORKFLOW_HANDLERS
from azureml_events.policy.policy_file import load_policy
from azureml_events.review.input import load_input
from azureml_events.review.review import review
from azureml_events.routing.expectations import check_expectation, load_expectations
from azureml_events.stack.stack import Stack
from azureml_events.stackfile.schema import stack_file_schema
from azureml_events.stackfile.stack_file import load_stack_file
from golden import ROOT, SCHEMA, STACKS, golden_file, previewed, text

SUBSCRIPTION = "azure-native:eventgrid:SystemTopicEventSubscription"


@pytest.fixture(scope="module", params=STACKS)
def stack(request: pytest.FixtureRequest) -> str:
    """Each stack by name."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def resources(stack: str) -> list[dict[str, Any]]:
    """The resources that its kept preview holds."""
    kept: list[dict[str, Any]] = json.loads(golden_file(stack).read_text("utf-8"))["resources"]
    return kept


@pytest.fixture(scope="module")
def prod() -> Stack:
    """The production stack."""
    return load_stack_file(ROOT / "stacks" / "Pulumi.prod.yaml").stack


@pytest.fixture(scope="module")
def recipes() -> Stack:
    """The stack of recipes."""
    return load_stack_file(ROOT / "stacks" / "Pulumi.recipes.yaml").stack


def test_a_stack_declares_what_its_kept_preview_says(stack: str) -> None:
    kept = golden_file(stack).read_text("utf-8") if golden_file(stack).is_file() else ""

    assert text(previewed(stack)) == kept, f"tests/golden/{stack}.json is stale: run make golden, read the difference"


def test_the_kept_schema_is_that_of_the_declarations() -> None:
    assert text(stack_file_schema()) == SCHEMA.read_text("utf-8"), "stacks/schema.json is stale: run make golden"


def test_no_name_on_the_wire_is_in_snake_case(resources: list[dict[str, Any]]) -> None:
    assert [name for each in resources for name in _names(each["inputs"]) if "_" in name and "/" not in name] == []


def test_no_secret_is_in_a_preview(stack: str) -> None:
    written = golden_file(stack).read_text("utf-8")

    assert "v1:" not in written
    assert '"secure"' not in written


def test_every_subscription_waits_for_the_roles_that_it_needs(resources: list[dict[str, Any]]) -> None:
    """One for the handler where it delivers with identity and its roles are made, one for the dead letters.

    Those of a workflow's own identity are another matter.
    """
    for each in resources:
        if each["type"] != SUBSCRIPTION:
            continue
        needed = sum(f"{name}WithResourceIdentity" in each["inputs"] for name in ("delivery", "deadLetter"))
        assumed = each["name"].endswith("/audit-trail")
        workflow = f"::{each['name'].replace('/', '-')}-"
        roles = [urn for urn in each["dependencies"] if "authorization:RoleAssignment" in urn and workflow not in urn]
        assert len(roles) == needed - assumed, each["name"]


def test_prod_shows_every_endpoint_type(prod: Stack) -> None:
    assert {handler.type for handler in prod.handlers.values()} >= ENDPOINTS.keys()


def test_prod_creates_a_handler_of_each_type_that_can_be_created(prod: Stack) -> None:
    created = {handler.type for handler in prod.handlers.values() if handler.creates}

    assert created == {name for name, kind in ENDPOINTS.items() if "create" in kind.model_fields}


def test_prod_shows_every_operator(prod: Stack) -> None:
    used = {item.operator_type for each in prod.subscriptions.values() for item in each.filter.advanced_filters}

    assert used == OPERATORS.keys()


def test_the_recipes_show_every_bridge(recipes: Stack) -> None:
    assert {handler.type for handler in recipes.handlers.values()} == WORKFLOW_HANDLERS.keys()


def test_no_recipe_takes_more_than_eight_lines(recipes: Stack) -> None:
    """Its handler and its subscription together."""
    lines = (ROOT / "stacks" / "Pulumi.recipes.yaml").read_text("utf-8").splitlines()

    assert len(recipes.subscriptions) == 11
    for key, subscription in recipes.subscriptions.items():
        assert _entry_lines(lines, key) + _entry_lines(lines, str(subscription.to)) <= 8, key


def _entry_lines(lines: list[str], key: str) -> int:
    """Count the lines that an entry of a map takes."""
    first = lines.index(f"    {key}:")
    rest = (at for at, line in enumerate(lines[first + 1 :], 1) if not line.startswith(" " * 6))
    return next(rest, len(lines) - first)


def test_prod_has_two_regions_and_two_azure_subscriptions(prod: Stack) -> None:
    assert {workspace.location for workspace in prod.workspaces.values()} == {"westeurope", "uksouth"}
    assert len({topic.subscription_id for topic in prod.topics.values()}) == 2


def test_prod_uses_an_existing_topic_and_takes_one_over(prod: Stack) -> None:
    assert any(topic.existing for topic in prod.topics.values())
    assert any(topic.import_id for topic in prod.topics.values())


@pytest.mark.parametrize(
    ("name", "warned"),
    [
        ("dev", {"topic-diagnostics"}),
        ("prod", {"dead-letter"}),  # the auditors' archive keeps what is not delivered
        ("recipes", {"topic-diagnostics"}),
    ],
)
def test_a_stack_may_be_deployed_under_the_policy_beside_it(
    name: str, warned: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)

    reviewed = review(load_input(name), load_policy(ROOT / "stacks" / "policy.json"), date(2026, 11, 26))

    assert {each.rule for each in reviewed.counted if each.level != "note"} == warned
    assert [each for each in reviewed.counted if each.level == "error"] == []
    assert list(reviewed.undecided) == []


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield name
            if name != "definition":  # a workflow's, in a language of its own
                yield from _names(member)
    elif isinstance(value, list):
        for item in value:
            yield from _names(item)


@pytest.mark.parametrize("path", sorted((ROOT / "stacks").glob("routes.*.yaml")), ids=lambda path: path.name)
def test_the_expectations_beside_a_stack_hold(path: Path) -> None:
    subscriptions = load_input(str(ROOT / "stacks" / f"Pulumi.{path.name.split('.')[1]}.yaml")).subscriptions

    outcomes = [check_expectation(each, subscriptions) for _, each in load_expectations(path, subscriptions)]

    assert outcomes
    assert [(each.name, each.failures) for each in outcomes if not each.holds] == []
