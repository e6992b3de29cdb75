"""The edits of findings, applied to the text: the finding is gone, and no other has come."""

from __future__ import annotations

import json
import re
from collections import Counter
from copy import deepcopy
from typing import Any

import pytest
import yaml
from azureml_events.cli import main
from azureml_events.lint.rule import REMOVED
from azureml_events.review.edits import DocumentEdits, Edit
from click.testing import CliRunner
from hypothesis import given
from review_strategies import mistaken_stacks

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers"
SECTIONS = {
    "workspaces": {
        "ml-dev": {
            "resourceId": f"{SUBSCRIPTION}/Microsoft.MachineLearningServices/workspaces/ml-dev",
            "location": "westeurope",
        }
    },
    "handlers": {
        "archive": {"type": "EventHub", "resourceId": f"{SUBSCRIPTION}/Microsoft.EventHub/namespaces/n/eventhubs/h"}
    },
}


def _text(sections: dict[str, Any]) -> str:
    config = {f"azureml-events:{name}": section for name, section in sections.items()}
    return yaml.safe_dump({"config": config}, sort_keys=False)


def _found(text: str) -> list[dict[str, Any]]:
    printed = CliRunner().invoke(main, ["check", "-", "--format", "json"], input=text, catch_exceptions=False).stdout
    found: list[dict[str, Any]] = json.loads(printed)["findings"]
    return found


def _rules(found: list[dict[str, Any]]) -> Counter[str]:
    return Counter(each["rule"] for each in found)


def _obeyed(root: dict[str, Any], edit: dict[str, Any]) -> dict[str, Any]:
    """Apply an edit as its reader would: step by step to its path, and there the value."""
    root = deepcopy(root)
    *outer, last = [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", edit["path"])]
    holder: Any = root
    for step in outer:
        holder = holder[step]
    if edit["value"] is None:
        del holder[last]
    else:
        holder[last] = edit["value"]
    return root


@given(mistaken_stacks())
def test_an_obeyed_edit_takes_its_finding_away_and_brings_no_other(subscriptions: dict[str, Any]) -> None:
    sections = {**SECTIONS, "subscriptions": subscriptions}
    found = _found(_text(sections))
    for each in found:
        if each["edit"] is None:
            continue
        after = _found(_text(_obeyed(sections, each["edit"])))
        said = {(one["rule"], one["path"], one["message"]) for one in after}
        assert (each["rule"], each["path"], each["message"]) not in said, each
        assert _rules(after) < _rules(found), (each, after)


def _subscription(**members: Any) -> dict[str, Any]:
    return {**SECTIONS, "subscriptions": {"sub": {"handler": "archive", **members}}}


def _filtered(*filters: tuple[Any, ...], types: str = "RunCompleted") -> dict[str, Any]:
    written = [{"operatorType": operator, "key": key, **operands} for operator, key, operands in filters]
    return _subscription(includedEventTypes=[types], advancedFilters=written)


def _asking(operator: str, key: str, text: str, **members: Any) -> dict[str, Any]:
    """The subscription after an edit that gave it a filter."""
    written = {"operatorType": operator, "key": key, "values": [text]}
    return {"handler": "archive", **members, "advancedFilters": [written]}


KEY, VALUE = "subscriptions.sub.advancedFilters[0].key", "subscriptions.sub.advancedFilters[0].values[0]"
FILTER = "subscriptions.sub.advancedFilters[0]"

CASES: list[tuple[str, dict[str, Any], str, object]] = [
    ("casing", _filtered(("StringIn", "data.ExperimentName", {"values": ["x"]})), KEY, "data.experimentName"),
    (
        "casing",
        _subscription(includedEventTypes=["Microsoft.MachineLearningServices.runCompleted"]),
        "subscriptions.sub.includedEventTypes",
        ["Microsoft.MachineLearningServices.RunCompleted"],
    ),
    (
        "wildcard",
        _subscription(includedEventTypes=["ModelRegistered"], subjectBeginsWith="models/*"),
        "subscriptions.sub",
        {"handler": "archive", "includedEventTypes": ["ModelRegistered"]},
    ),
    ("unknown-key", _filtered(("StringIn", "data.experimentNam", {"values": ["x"]})), KEY, "data.experimentName"),
    ("unknown-key", _filtered(("StringIn", "data.tags.stage", {"values": ["x"]})), KEY, "data.runTags.stage"),
    ("unknown-key", _filtered(("StringIn", "data.experimentTags.x", {"values": ["x"]})), KEY, "data.runTags.x"),
    (
        "unknown-key",
        _filtered(("StringIn", "data.tags.stage", {"values": ["x"]}), types="ModelRegistered"),
        KEY,
        "data.modelTags.stage",
    ),
    ("invalid", _filtered(("StringIn", "runType", {"values": ["automl"]})), KEY, "data.runType"),
    (
        "invalid",
        _filtered(("StringEquals", "data.runType", {"values": ["automl"]})),
        f"{FILTER}.operatorType",
        "StringIn",
    ),
    (
        "invalid",
        _subscription(includedEventTypes=["RunComplete"]),
        "subscriptions.sub.includedEventTypes[0]",
        "RunCompleted",
    ),
    ("invalid", _subscription(when="runCompletd"), "subscriptions.sub.when", "runCompleted"),
    ("unknown-value", _filtered(("StringIn", "data.runType", {"values": ["pipeline"]})), VALUE, "azureml.PipelineRun"),
    (
        "unknown-value",
        _subscription(when={"runCompleted": {"runType": "pipeline"}}),
        "subscriptions.sub.when.runCompleted.runType",
        "azureml.PipelineRun",
    ),
    (
        "text-as-number",
        _filtered(("NumberIn", "data.modelVersion", {"values": [3, 4]}), types="ModelRegistered"),
        FILTER,
        {"operatorType": "StringIn", "key": "data.modelVersion", "values": ["3", "4"]},
    ),
    (
        "text-as-number",
        _filtered(("NumberGreaterThan", "data.modelVersion", {"value": 3}), types="ModelRegistered"),
        FILTER,
        {"operatorType": "StringNotIn", "key": "data.modelVersion", "values": ["1", "2", "3"]},
    ),
    ("quoted-operand", _filtered(("StringIn", "data.experimentName", {"values": ["('a')"]})), VALUE, "a"),
    (
        "quoted-operand",
        _filtered(("StringIn", "data.experimentName", {"values": ["['a', 'b']"]})),
        f"{FILTER}.values",
        ["a", "b"],
    ),
    (
        "wildcard",
        _filtered(("StringIn", "data.experimentName", {"values": ["train-*"]})),
        FILTER,
        {"operatorType": "StringBeginsWith", "key": "data.experimentName", "values": ["train-"]},
    ),
    (
        "wildcard",
        _subscription(when={"runFailed": {"experimentName": "train-*"}}),
        "subscriptions.sub",
        _asking("StringBeginsWith", "data.experimentName", "train-", when={"runFailed": {}}),
    ),
    (
        "wildcard",
        _subscription(includedEventTypes=["ModelRegistered"], subjectBeginsWith="models/churn*"),
        "subscriptions.sub",
        _asking("StringBeginsWith", "data.modelName", "churn", includedEventTypes=["ModelRegistered"]),
    ),
    (
        "wildcard",
        _subscription(includedEventTypes=["ModelRegistered"], subjectEndsWith="*:3"),
        "subscriptions.sub.subjectEndsWith",
        ":3",
    ),
    (
        "experiment-name-in-subject",
        _subscription(includedEventTypes=["RunCompleted"], subjectBeginsWith="experiments/train/runs/"),
        "subscriptions.sub",
        _asking("StringIn", "data.experimentName", "train", includedEventTypes=["RunCompleted"]),
    ),
    (
        "open-model-prefix",
        _subscription(includedEventTypes=["ModelRegistered"], subjectBeginsWith="models/churn"),
        "subscriptions.sub.subjectBeginsWith",
        "models/churn:",
    ),
    (
        "redundant-filter",
        _filtered(
            ("StringIn", "data.runType", {"values": ["automl"]}),
            ("StringIn", "data.runType", {"values": ["automl", "hyperdrive"]}),
        ),
        "subscriptions.sub.advancedFilters",
        [{"operatorType": "StringIn", "key": "data.runType", "values": ["automl"]}],
    ),
    (
        "always-true",
        _filtered(("StringBeginsWith", "subject", {"values": ["models/"]}), types="ModelRegistered"),
        "subscriptions.sub",
        {"handler": "archive", "includedEventTypes": ["ModelRegistered"]},
    ),
    (
        "unknown-rule",
        _subscription(includedEventTypes=["RunStatusChanged"], allow={"every-statu": "we count them"}),
        "subscriptions.sub.allow",
        {"every-status": "we count them"},
    ),
]


@pytest.mark.parametrize(("rule", "sections", "path", "value"), CASES)
def test_a_mechanical_fix_has_its_edit(rule: str, sections: dict[str, Any], path: str, value: object) -> None:
    [found] = [each for each in _found(_text(sections)) if each["rule"] == rule]

    assert found["edit"] == {"path": path, "value": value}


def test_the_second_of_two_that_say_the_same_is_taken_out() -> None:
    entry = {"handler": "archive", "when": "modelRegistered"}
    sections = {**SECTIONS, "subscriptions": {"one": entry, "two": dict(entry)}}

    [found] = [each for each in _found(_text(sections)) if each["rule"] == "duplicate-subscription"]

    assert found["edit"] == {"path": "subscriptions", "value": {"one": entry}}


def test_a_region_with_a_typing_mistake_has_its_edit() -> None:
    sections = deepcopy({**SECTIONS, "subscriptions": {"sub": {"handler": "archive", "when": "modelRegistered"}}})
    sections["workspaces"]["ml-dev"]["location"] = "westeurop"

    [found] = _found(_text(sections))

    assert found["edit"] == {"path": "workspaces.ml-dev.location", "value": "westeurope"}


@pytest.mark.parametrize("secret", ["Password=Geheim1234", "https://u:Geheim1234@h/", "ghp_Geheim1234"])
def test_no_edit_or_message_repeats_what_may_be_a_secret(secret: str) -> None:
    printed = json.dumps(_found(_text(_filtered(("StringIn", secret, {"values": ["x"]})))))

    assert "Geheim1234" not in printed


@pytest.mark.parametrize("text", [f"models/{'a' * 513}*", f"*{'a' * 513}"])
@pytest.mark.parametrize("member", ["subjectBeginsWith", "subjectEndsWith"])
def test_a_subject_that_is_longer_than_filters_take_has_no_edit(member: str, text: str) -> None:
    found = _found(_text(_subscription(includedEventTypes=["ModelRegistered"], **{member: text})))

    assert [each["edit"] for each in found if each["rule"] == "wildcard"] == [None]


@pytest.mark.parametrize("values", [["a*b*"], ["a*", "*b"]])
def test_a_star_that_no_one_filter_says_has_no_edit(values: list[str]) -> None:
    found = _found(_text(_filtered(("StringIn", "data.experimentName", {"values": values}))))

    assert {str(each["edit"]) for each in found if each["rule"] == "wildcard"} == {"None"}


def test_an_edit_that_would_bring_another_finding_is_left_out() -> None:
    found = _found(_text(_filtered(("StringIn", "runType", {"values": ["nothing-like-it"]}))))

    assert [each["edit"] for each in found] == [None]


DOCUMENT = {
    "resources": [{"filter": {"advancedFilters": [{"key": "[parameters('key')]", "values": ["a"]}, {"key": "b"}]}}]
}
AT = ("resources", 0, "filter", "advancedFilters")


@pytest.mark.parametrize(
    ("changes", "edit"),
    [
        ([((*AT, 1, "key"), "c")], Edit("resources[0].filter.advancedFilters[1].key", "c")),
        ([((*AT, 0, "key"), "c")], None),
        (
            [((*AT, 1), REMOVED)],
            Edit("resources[0].filter.advancedFilters", DOCUMENT["resources"][0]["filter"]["advancedFilters"][:1]),
        ),
        (
            [((*AT, "+"), {"key": "c"})],
            Edit(
                "resources[0].filter.advancedFilters",
                [*DOCUMENT["resources"][0]["filter"]["advancedFilters"], {"key": "c"}],
            ),
        ),
        ([], None),
    ],
)
def test_a_document_is_edited_where_no_expression_stands(changes: Any, edit: Edit | None) -> None:
    assert DocumentEdits(DOCUMENT).of_finding(changes, "casing") == edit
