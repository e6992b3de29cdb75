from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from azureml_events.workflows.event_fields import EventFields, parse_field, read_field, value_as_text
from azureml_events.workflows.expressions import call, render
from azureml_events.workflows.templates import fill, parse_template, template_mistakes, template_text
from stack_texts import ML_DEV
from workflows.samples import PREFIX, event
from workflows.wdl import Lookup, evaluate

FIELDS = EventFields(call("triggerBody"), call("parameters", "workspaceId"))


def at_run_time(value: object, happened: dict[str, Any]) -> Any:
    """What an expression gives in a workflow."""
    lookup: Lookup = {"triggerBody": lambda: happened, "parameters": lambda _: ML_DEV}
    return evaluate(render(value), lookup)


@pytest.mark.parametrize(
    ("name", "data", "value"),
    [
        ("id", {}, event()["id"]),
        ("workspaceName", {}, "ml-dev"),
        ("data.modelName", {"modelName": "churn"}, "churn"),
        ("data.modelName", {"ModelName": "churn"}, "churn"),
        ("data.modelName", {}, None),
        ("data.runTags", {"runTags": {"a": "b"}}, {"a": "b"}),
        ("data.runTags.stage", {"runTags": {"stage": "prod"}}, "prod"),
        ("data.runTags.stage", {"RunTags": {"stage": "prod"}}, "prod"),
        ("data.runTags.stage", {"runTags": None}, None),
        ("data.runTags.GITHUB_REPOSITORY", {"runTags": {"githuB_REPOSITORY": "a/b"}}, "a/b"),
        ("data.runTags.Stage", {"runTags": {"stage": "prod"}}, "prod"),
        ("data.runProperties.azureml.runsource", {"runProperties": {"azureml.runsource": "x"}}, "x"),
        ("data.runTags.it's", {"runTags": {"it's": "quoted"}}, "quoted"),
        ("studioUrl", {"runId": "a/b"}, f"https://ml.azure.com/runs/a%2Fb?wsid={ML_DEV}"),
        (
            "studioUrl",
            {"modelName": "churn", "modelVersion": "3"},
            f"https://ml.azure.com/model/churn:3/details?wsid={ML_DEV}",
        ),
        ("studioUrl", {}, f"https://ml.azure.com/home?wsid={ML_DEV}"),
    ],
)
def test_a_field_is_read_alike_in_the_workflow_and_offline(name: str, data: dict[str, Any], value: object) -> None:
    field = parse_field(name, ())
    happened = event(data=data)
    assert at_run_time(FIELDS.value(field), happened) == value
    assert read_field(happened, field) == value


@pytest.mark.parametrize(
    ("name", "mistake"),
    [
        ("data.ModelName", "unknown event field 'data.ModelName'; did you mean 'data.modelName'?"),
        ("data.modelname.x", "unknown event field 'data.modelname.x'; did you mean 'data.modelName'?"),
        ("modelVersion", "did you mean 'data.modelVersion'?"),
        ("data.modelName.x", "unknown event field 'data.modelName.x'"),
        ("data.modelTags.", "unknown event field 'data.modelTags.'; did you mean 'data.modelTags'?"),
        ("data.modelTags.a/b", "'data.modelTags.a/b' cannot be addressed"),
        ("data.runId", "they carry modelName, modelVersion, modelTags, modelProperties"),
        ("", "unknown event field ''; allowed: id, topic"),
        ("zzz", "unknown event field 'zzz'; allowed: id, topic, subject"),
    ],
)
def test_a_field_that_does_not_exist_is_refused(name: str, mistake: str) -> None:
    with pytest.raises(ValueError, match=r"event field|cannot be|carry") as refused:
        parse_field(name, [f"{PREFIX}ModelRegistered"])
    assert mistake in str(refused.value)


def test_an_event_type_outside_the_catalogue_may_carry_any_known_field() -> None:
    parse_field("data.runId", [f"{PREFIX}ModelRegistered", f"{PREFIX}ModelArchived"])


@pytest.mark.parametrize(
    ("source", "filled"),
    [
        ("plain", "plain"),
        ("{data.modelName}:{ data.modelVersion }", "churn:3"),
        ("{{not a place}} }}{{", "{not a place} }{"),
        ("@{data.modelName} @{{", "@churn @{"),
        ("[{data.modelProperties}]", "[]"),
    ],
)
def test_places_are_filled_alike_in_the_workflow_and_offline(source: str, filled: str) -> None:
    template = parse_template(source, ())
    assert at_run_time(template_text(template, FIELDS), event()) == filled
    assert fill(template, event()) == filled


def test_every_bad_place_is_reported() -> None:
    found = [str(mistake) for mistake in template_mistakes("{data.x} } {id", ())]
    assert len(found) == 3


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("0.83503490684792081"), "0.83503490684792081"),
        ({"a": [Decimal("0.5"), 1]}, '{"a":[0.5,1]}'),
        (None, ""),
        ("x", "x"),
    ],
)
def test_numbers_as_events_are_read_are_shown(value: object, text: str) -> None:
    assert value_as_text(value) == text
