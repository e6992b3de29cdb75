"""The settings of rules: what is refused, in which words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from azureml_events.base.mistakes import DeclarationError
from azureml_events.policy.rules import RULES
from azureml_events.policy.settings_schema import rule_schema

GUID = "00000000-0000-0000-0000-000000000001"

ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("webhook-entra", {"accept": ["entra", "key"]}),
    (
        "webhook-host",
        {"allowed": ["*.contoso.com", "hooks.contoso.com:8443", "10.0.0.7", "[::1]:8443", "*", "bücher.de"]},
    ),
    ("webhook-tls", {"minimum": "1.3"}),
    ("destination-subscription", {"allowed": ["same", GUID]}),
    ("destination-tenant", {"allowed": [GUID]}),
    ("destination-kind", {"allowed": ["WebHook", "PartnerDestination"]}),
    ("attribute-secret", {"names": ["X-Team"], "ignore": ["api-key"]}),
    ("dead-letter", {"except": ["WebHook"]}),
    ("retry-bounds", {"minAttempts": 1, "maxAttempts": 1, "minMinutes": 1, "maxMinutes": 1440}),
    ("expiring", {"days": 3650}),
    ("delivery-schema", {"wanted": "CloudEventSchemaV1_0"}),
    ("all-events", {"exceptKinds": []}),
    ("required-tags", {"tags": {"owner": ".+"}, "labels": ["team=.+"]}),
    ("name-pattern", {"topic": "evgt-.+", "subscription": "[a-z]+"}),
]

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("webhook-https", {"allowed": []}, "allowed: unknown field 'allowed'; allowed: none"),
    ("webhook-entra", {"accept": ["Key"]}, "accept[0]: unknown value 'Key'; did you mean 'key'?"),
    ("webhook-host", {"allowed": ["https://x"]}, "allowed[0]: 'https://x'… is no pattern of hosts; expected one as"),
    ("webhook-host", {"allowed": ["*hooks.contoso.com"]}, "allowed[0]: '*hooks.contoso.com' is no pattern of hosts"),
    ("webhook-host", {"allowed": ["hooks:70000"]}, "allowed[0]: 'hooks:70000' is no pattern of hosts"),
    ("webhook-host", {"allow": ["hooks"]}, "allow: unknown field 'allow'; did you mean 'allowed'?"),
    ("webhook-tls", {"minimum": "2.0"}, "minimum: unknown value '2.0'; "),
    (
        "destination-subscription",
        {"allowed": ["mine"]},
        "allowed[0]: 'mine' is no Azure subscription;",
    ),
    ("destination-tenant", {"allowed": ["contoso"]}, "allowed[0]: 'contoso' is not a GUID"),
    ("destination-kind", {"allowed": ["Webhook"]}, "allowed[0]: unknown value 'Webhook'; did you mean 'WebHook'?"),
    ("dead-letter", {"exceptKinds": ["WebHook"]}, "exceptKinds: unknown field 'exceptKinds'"),
    ("retry-bounds", {"minAttempts": 0}, "minAttempts: 0 is out of range; allowed: 1 to 30"),
    ("retry-bounds", {"minAttempts": 20, "maxAttempts": 10}, "minAttempts: 20 is above 'maxAttempts', which is 10"),
    ("retry-bounds", {"maxMinutes": 30}, "minMinutes: 60 is above 'maxMinutes', which is 30"),
    ("expiring", {"days": "30"}, "days: expected a whole number, got '30'"),
    ("required-tags", {"tags": {"owner": "*"}}, "tags.owner: '*' is no regular expression; for any text write '.*'"),
    ("role-too-broad", {"allowed": [""]}, "allowed[0]: '' names nothing; write a name, or take it out"),
    ("topic-diagnostics", {"categories": [" "]}, "categories[0]: ' ' names nothing"),
    ("topic-protected", {"stacks": [""]}, "stacks[0]: '' names nothing"),
    ("attribute-secret", {"names": [""], "ignore": [""]}, "names[0]: '' names nothing"),
    ("name-pattern", {"topic": "("}, "topic: '(' is no regular expression"),
]


@pytest.mark.parametrize(("rule", "written"), ACCEPTED)
def test_settings_are_accepted(rule: str, written: dict[str, Any]) -> None:
    assert RULES[rule].settings.parse(written).given().keys() == written.keys()


@pytest.mark.parametrize(("rule", "written", "message"), REFUSED)
def test_settings_are_refused(rule: str, written: dict[str, Any], message: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        RULES[rule].settings.parse(written)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_settings_have_a_json_schema_with_their_defaults(rule: Any) -> None:
    schema = rule.settings.model_json_schema(by_alias=True)
    assert all("default" in each for each in schema.get("properties", {}).values())


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_every_setting_says_what_it_is_and_its_default(rule: Any) -> None:
    properties = rule_schema(rule)["properties"]
    settings = [each for name, each in properties.items() if name not in {"enforcementLevel", "exempt"}]
    assert all(re.search("default", each["description"], re.IGNORECASE) for each in settings)
    assert not any("default" in each for each in settings)
