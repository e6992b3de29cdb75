"""Every rule explains itself: its own example is found by it, and the mended one is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from azureml_events.event_grid.catalogue import PREFIX
from azureml_events.event_grid.filters import EventFilter
from azureml_events.lint.lint import analyse
from azureml_events.lint.rule import Rule
from azureml_events.lint.rules import RULES
from azureml_events.review.input import load_input
from azureml_events.routing.subscription import RoutedSubscription
from stack_texts import ML_DEV

HUB = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers"
HUB += "/Microsoft.EventHub/namespaces/n1/eventhubs/hub"
TRIED = [each for each in RULES.values() if each.name != "many-alerts"]
"""All but the one whose example would be thousands of lines long: `test_entries.py` has it."""

SECTIONS = {
    "workspaces": {"ml-dev": {"resourceId": ML_DEV, "location": "westeurope"}},
    "handlers": {"archive": {"type": "EventHub", "resourceId": HUB}},
    "subscriptions": {"models": {"handler": "archive", "when": "modelRegistered"}},
}


def _completed(given: dict[str, Any]) -> dict[str, Any]:
    """The stack file of an example: whole sections, or the members of one subscription."""
    if not given.keys() & SECTIONS.keys():
        given = {"subscriptions": {"failed-runs": {"handler": "archive", **given}}}
    return {"config": {f"azureml-events:{name}": section for name, section in {**SECTIONS, **given}.items()}}


def _found(example: str, directory: Path) -> set[str]:
    """What is found in an example; of event types that a stack file refuses, what lint says of them elsewhere."""
    read = yaml.safe_load(example)
    if any(not name.startswith(PREFIX) and "." in name for name in read.get("includedEventTypes", ())):
        return {each.rule.name for each in analyse([RoutedSubscription("ml-dev", "s", EventFilter.parse(read))])}
    is_document = "resources" in read
    file = directory / ("example.json" if is_document else "Pulumi.example.yaml")
    written = example if is_document else yaml.safe_dump(_completed(read), sort_keys=False)
    file.write_text(written, encoding="utf-8")
    given = load_input(str(file))
    return {each.rule.name for each in [*analyse(given.subscriptions), *given.of_entries]}


@pytest.mark.parametrize("rule", TRIED, ids=lambda rule: rule.name)
def test_a_rules_example_is_found_by_it_and_the_mended_one_is_not(rule: Rule, tmp_path: Path) -> None:
    assert rule.name in _found(rule.example.wrong, tmp_path)
    assert rule.name not in _found(rule.example.right, tmp_path)


@pytest.mark.parametrize("rule", TRIED, ids=lambda rule: rule.name)
def test_a_mended_example_has_no_other_finding_that_stops_a_deployment(rule: Rule, tmp_path: Path) -> None:
    assert [name for name in _found(rule.example.right, tmp_path) if RULES[name].level == "error"] == []


@pytest.mark.parametrize("rule", TRIED, ids=lambda rule: rule.name)
def test_a_rule_says_what_comes_of_it_and_what_to_do(rule: Rule) -> None:
    assert rule.why.endswith(".")
    assert rule.fix.endswith(".")


def test_examples_are_unlike() -> None:
    assert len({json.dumps([rule.example.wrong, rule.example.right]) for rule in RULES.values()}) == len(RULES)
