"""What the rules say of other tools' documents, whose resources they read in azure-native's words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from azureml_events.base.mistakes import dotted
from azureml_events.policy.grants import grants_of
from azureml_events.policy.judge import RuleUse, judge
from azureml_events.policy.of_document import resources_of_document
from azureml_events.policy.rules import RULES
from policy_cases import TODAY

DOCUMENTS = Path(__file__).parents[1] / "cases" / "judged"
EXPECTED = json.loads((DOCUMENTS / "expected.json").read_text(encoding="utf-8"))


def written(name: str) -> Any:
    """A document of the cases."""
    return json.loads((DOCUMENTS / name).read_text(encoding="utf-8"))


def test_every_document_is_expected_to_say_something() -> None:
    assert {case["document"] for case in EXPECTED} | {"expected.json"} == {path.name for path in DOCUMENTS.iterdir()}


@pytest.mark.parametrize("case", EXPECTED, ids=lambda case: case["document"])
def test_rules_judge_a_document(case: dict[str, Any]) -> None:
    document = resources_of_document(written(case["document"]))

    judgement = judge(document.resources, [RuleUse.by_default(rule) for rule in RULES.values()], TODAY)

    found = [
        f"{each.use.rule.name}: {each.resource.name}: {dotted(document.place(each.resource, each.violation.member))}"
        for each in judgement.violated
    ]
    assert found == case["violations"], case["why"]
    undecided = [f"{each.use.rule.name}: {each.resource.name}: {dotted(each.member)}" for each in judgement.undecided]
    assert undecided == case["undecided"]
    grants = [
        f"{each.status}: {each.principal}: {each.role} of {each.scope_of or each.scope}"
        for each in grants_of(document.resources).rows()
    ]
    assert grants == case["grants"]


@pytest.mark.parametrize("name", ["azure-cli-system-topic.json", "az-powershell.json", "resource-graph.json"])
def test_a_list_of_subscriptions_lacks_no_role_and_no_setting(name: str) -> None:
    document = json.loads((DOCUMENTS.parent / "documents" / name).read_text(encoding="utf-8"))
    resources = resources_of_document(document).resources

    judgement = judge(resources, [RuleUse.by_default(rule) for rule in RULES.values()], TODAY)

    assert not {"grant-missing", "topic-diagnostics"} & {each.use.rule.name for each in judgement.violated}
    assert list(grants_of(resources).rows()) == []


HERE, THERE = (f"00000000-0000-0000-0000-00000000000{number}" for number in (1, 2))
HUB = "'Microsoft.EventHub/namespaces/eventhubs', 'ns', 'hub'"
OWN = f"[resourceId({HUB})]"
PLACES = [
    (None, OWN, []),
    (None, f"[resourceId('other-group', {HUB})]", []),
    (None, f"[resourceId('{THERE}', 'rg', {HUB})]", ["undecided: provider.subscriptionId"]),
    (None, f"[resourceId(parameters('elsewhere'), 'rg', {HUB})]", ["undecided: {at}"]),
    (HERE, f"[resourceId('{HERE}', 'rg', {HUB})]", []),
    (HERE, f"[resourceId('{THERE}', 'rg', {HUB})]", [f"lies in Azure subscription '{THERE}'"]),
    (HERE, OWN, []),
    (HERE, "[concat(subscription().id, '/resourceGroups/rg/providers/x/y/z')]", ["undecided: {at}"]),
    ("[parameters('elsewhere')]", f"[resourceId(parameters('elsewhere'), 'rg', {HUB})]", []),
    ("[parameters('elsewhere')]", f"[resourceId('{THERE}', 'rg', {HUB})]", ["undecided: provider.subscriptionId"]),
]
"""Where a nested template is deployed to, the destination's id by an expression of the outer one, and what
`destination-subscription` says."""


@pytest.mark.parametrize(("nested_in", "hub", "said"), PLACES)
def test_the_azure_subscription_of_an_expression_is_the_one_that_is_deployed_to(
    nested_in: str | None, hub: str, said: list[str]
) -> None:
    subscription = {
        "type": "Microsoft.EventGrid/systemTopics/eventSubscriptions",
        "name": "topic/to-hub",
        "properties": {"destination": {"endpointType": "EventHub", "properties": {"resourceId": hub}}},
    }
    template: dict[str, Any] = {"contentVersion": "1.0.0.0", "resources": [subscription]}
    if nested_in is not None:
        properties = {"mode": "Incremental", "template": template}
        nested = {"type": "Microsoft.Resources/deployments", "subscriptionId": nested_in, "properties": properties}
        template = {"contentVersion": "1.0.0.0", "resources": [nested]}
    template["parameters"] = {"elsewhere": {"type": "string"}}

    rule = RuleUse.by_default(RULES["destination-subscription"])
    judgement = judge(resources_of_document(template).resources, [rule], TODAY)

    undecided = [f"undecided: {dotted(each.member)}" for each in judgement.undecided]
    wanted = [each.format(at="destination.resourceId") for each in said]
    for text, part in zip([*(each.violation.message for each in judgement.violated), *undecided], wanted, strict=True):
        assert part in text
