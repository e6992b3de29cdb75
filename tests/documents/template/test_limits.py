"""A template that unfolds without end is refused at a limit."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.base.mistakes import DeclarationError
from azureml_events.documents.document import read_document
from azureml_events.routing.subscription import RoutedSubscription

WORKSPACE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ml-dev"


def template(*resources: Any, **members: Any) -> dict[str, Any]:
    return {"contentVersion": "1.0.0.0", **members, "resources": list(resources)}


def subscription(filter_: Any, **members: Any) -> dict[str, Any]:
    return {
        "type": "Microsoft.EventGrid/eventSubscriptions",
        "name": "[concat('models-', copyIndex())]",
        "scope": WORKSPACE,
        "properties": {"filter": filter_},
        **members,
    }


def deployments(count: int, inside: Any, evaluation: str) -> dict[str, Any]:
    return {
        "type": "Microsoft.Resources/deployments",
        "name": "[concat('d', copyIndex())]",
        "copy": {"name": "c", "count": count},
        "properties": {"expressionEvaluationOptions": {"scope": evaluation}, "template": template(inside)},
    }


def loops(depth: int) -> dict[str, Any]:
    """Lists in lists, of 800 elements each."""
    value: Any = "x"
    for level in range(depth):
        value = {"copy": [{"name": f"n{level}", "count": 800, "input": value}]}
    return dict(value)


EACH = {"copy": {"name": "l", "count": 800}}
ENDLESS = {
    "nested templates": (
        template(deployments(800, deployments(800, subscription({}, **EACH), "inner"), "inner")),
        "more than 5,000 resources",
    ),
    "nested templates in one scope": (
        template(deployments(800, deployments(800, subscription({}, **EACH), "outer"), "outer")),
        "more than 5,000 resources",
    ),
    "loops of values": (template(subscription(loops(3))), "more than 1,000,000 values"),
    "loops of variables": (
        template(subscription("[variables('v')]"), variables={"v": loops(3)}),
        "more than 1,000,000 values",
    ),
    "two loops of one template": (
        template(subscription({}, **EACH), subscription({}, copy={"name": "m", "count": 1})),
        "more than 800 resources, copies counted, which Azure refuses",
    ),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_an_endless_template_is_refused_at_a_limit(name: str) -> None:
    document, message = ENDLESS[name]

    with pytest.raises(DeclarationError, match=message):
        read_document(document)


def test_as_many_as_azure_allows_are_read() -> None:
    assert len(read_document(template(subscription({}, **EACH))).subscriptions) == 800


def test_a_loop_of_more_than_azure_allows_is_one_resource_with_a_note() -> None:
    document = read_document(template(subscription({}, copy={"name": "l", "count": 801})))

    assert len(document.subscriptions) == 1
    assert "the loop runs 801 times, where Azure allows 800; it is read as one resource" in {
        note.text for note in document.notes
    }


def test_a_filter_that_doubles_without_end_is_not_known() -> None:
    doubled = {f"v{n}": f"[concat(variables('v{n + 1}'), variables('v{n + 1}'))]" for n in range(40)}

    (read,) = read_document(
        template(subscription({"subjectBeginsWith": "[variables('v0')]"}), variables={**doubled, "v40": "abc"})
    ).subscriptions

    assert [each.where for each in read.unknown] == ["subject"]


def read_chain(count: int, last: str) -> RoutedSubscription:
    """Read a subscription on the output of the first of some deployments, each of which takes it from the next."""

    def deployment(given: str) -> dict[str, Any]:
        inside = {"parameters": {"x": {"type": "string"}}, "outputs": {"x": {"value": "[parameters('x')]"}}}
        return {
            "type": "Microsoft.Resources/deployments",
            "name": "d",
            "properties": {
                "expressionEvaluationOptions": {"scope": "inner"},
                "parameters": {"x": {"value": given}},
                "template": {**template(), **inside},
            },
        }

    following = [*range(1, count), last]
    resources = {f"d{n}": deployment(f"[reference('d{next_}').outputs.x.value]") for n, next_ in enumerate(following)}
    resources["s"] = subscription({"subjectBeginsWith": "[reference('d0').outputs.x.value]"}, name="models")
    (read,) = read_document({"contentVersion": "1.0.0.0", "resources": resources}).subscriptions
    return read


@pytest.mark.parametrize(("count", "last"), [(2, "0"), (200, "none")])
def test_deployments_that_refer_to_each_other_are_read(count: int, last: str) -> None:
    assert [each.where for each in read_chain(count, last).unknown] == ["subject"]
