"""The policies of the pack, asked as the engine asks them: by the SDK's own service, with messages on the wire."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest
from azureml_events.policy.crossguard import UNDECIDED, policies
from azureml_events.policy.rule import Question, Rule, Violation
from azureml_events.policy.rules import RULES
from azureml_events.policy.settings_schema import rule_schema
from google.protobuf import json_format, struct_pb2
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel, ResourceValidationPolicy, StackValidationPolicy
from pulumi_policy.policy import _PolicyAnalyzerServicer

TODAY = date(2026, 11, 26)
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWN_NUMBER = "3eeb2bf0-c639-47a8-9e75-3b44932eb421"
UNKNOWN_TRUTH = "1c4a061d-8073-4f0a-a4cb-0ff528b18fe7"
"""How the engine writes an unknown truth value; the policy SDK knows another text for it."""
SIGNATURE, SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
PLANTED = "hunter2-planted"
SUBSCRIPTION = "azure-native:eventgrid:SystemTopicEventSubscription"
TOPIC = "azure-native:eventgrid:SystemTopic"
STORE = "azure-native:storage:StorageAccount"
AZURE = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers"
WORKSPACE = f"{AZURE}/Microsoft.MachineLearningServices/workspaces/ml"
HTTP = {"destination": {"endpointType": "WebHook", "endpointUrl": f"http://h.example.net/in?code={PLANTED}"}}
EXEMPTION = {"resource": "hook", "reason": "accepted in RISK-112", "until": "2026-11-26"}

Found = tuple[str, str, str]
"""Rule, level and message of what is reported."""


def secret(value: Any) -> dict[str, Any]:
    """A secret on the wire."""
    return {SIGNATURE: SECRET, "value": value}


def urn(type_: str, name: str) -> str:
    """The URN of a resource."""
    return f"urn:pulumi:dev::shop::{type_}::{name}"


class Pack:
    """The pack as the engine meets it.

    Args:
        config: What the policy file says, by rule.
        rules: The rules; default all.
    """

    def __init__(
        self,
        config: Mapping[str, Any] | None = None,
        rules: Mapping[str, Rule] = RULES,
        today: date = TODAY,
    ) -> None:
        self.policies = policies(today, rules.values())
        levels = EnforcementLevel
        self._service = cast("Any", _PolicyAnalyzerServicer)("pack", "0.0.1", self.policies, levels.ADVISORY)
        request = analyzer_pb2.ConfigureAnalyzerRequest()
        for policy in self.policies:
            given = (config or {}).get(policy.name, {})
            given = {"enforcementLevel": given} if isinstance(given, str) else dict(given)
            level = given.pop("enforcementLevel", None) or (policy.enforcement_level or levels.ADVISORY).value
            entry = analyzer_pb2.PolicyConfig(enforcementLevel=analyzer_pb2.EnforcementLevel.Value(level.upper()))
            entry.properties.update(given)
            request.policyConfig[policy.name].CopyFrom(entry)
        self._service.Configure(request, None)

    def resource(self, type_: str, name: str, inputs: Mapping[str, Any], protect: bool = False) -> list[Found]:
        """What the pack says of one resource, before its step."""
        request = analyzer_pb2.AnalyzeRequest(type=type_, urn=urn(type_, name), name=name)
        request.properties.CopyFrom(_struct(inputs))
        request.options.protect = protect
        request.provider.type = "pulumi:providers:azure-native"
        request.provider.properties.update({"subscriptionId": "00000000-0000-0000-0000-000000000001"})
        return _found(self._service.Analyze(request, None))

    def stack(self, *resources: Mapping[str, Any]) -> list[Found]:
        """What the pack says of all resources, at the end: each with type, name, properties and `from`."""
        request = analyzer_pb2.AnalyzeStackRequest()
        for each in resources:
            written = request.resources.add(type=each["type"], urn=urn(each["type"], each["name"]), name=each["name"])
            written.properties.CopyFrom(_struct(each["properties"]))
            for member, source in each.get("from", {}).items():
                written.propertyDependencies[member].urns.append(source)
        return _found(self._service.AnalyzeStack(request, None))


def _struct(value: Mapping[str, Any]) -> struct_pb2.Struct:
    return json_format.Parse(json.dumps(value), struct_pb2.Struct())


def _found(response: Any) -> list[Found]:
    level = analyzer_pb2.EnforcementLevel.Name
    return [(each.policyName, level(each.enforcementLevel), each.message) for each in response.diagnostics]


def rules_of(found: list[Found]) -> set[str]:
    """The rules that report something."""
    return {rule for rule, _, _ in found}


def said(found: list[Found], rule: str) -> list[str]:
    """What a rule says, without the description that the SDK puts before it."""
    return [message.partition("\n")[2] for name, _, message in found if name == rule]


# --- What the pack holds


def test_each_rule_is_a_policy() -> None:
    made = policies(TODAY)

    assert [each.name for each in made] == [*RULES, UNDECIDED]
    for rule, policy in zip(RULES.values(), made, strict=False):
        kind = StackValidationPolicy if rule.reads_others or rule.review_only else ResourceValidationPolicy
        assert isinstance(policy, kind)
        assert (policy.description, policy.url, policy.remediation_steps) == (rule.text, rule.url, rule.fix)
        assert policy.severity is not None
        assert policy.severity.value == rule.severity
    assert isinstance(made[-1], StackValidationPolicy)
    assert made[-1].enforcement_level is EnforcementLevel.ADVISORY


def test_what_a_review_alone_knows_is_disabled_and_says_nothing() -> None:
    """It is there because the policy file may hold it, which Pulumi's CLI else refuses."""
    alone = {rule.name: "mandatory" for rule in RULES.values() if rule.review_only}
    assert {each.enforcement_level for each in policies(TODAY) if each.name in alone} == {EnforcementLevel.DISABLED}

    pack = Pack(alone)
    found = pack.resource(SUBSCRIPTION, "hook", HTTP)
    found += pack.stack({"type": SUBSCRIPTION, "name": "hook", "properties": HTTP})
    assert not rules_of(found) & alone.keys()


def test_levels_are_the_rules_own() -> None:
    """A rule that a setting turns on is asked, and judges nothing before."""
    levels = {"error": "mandatory", "warning": "advisory", "off": "disabled"}
    for policy in policies(TODAY)[:-1]:
        rule = RULES[policy.name]
        wanted = "advisory" if rule.needs_setting else levels[rule.level]
        assert policy.enforcement_level is not None
        assert rule.review_only or policy.enforcement_level.value == wanted, policy.name


def test_schemas_are_those_of_the_policy_file_and_take_its_examples() -> None:
    for policy in policies(TODAY)[:-1]:
        rule = RULES[policy.name]
        assert policy.config_schema is not None
        properties = policy.config_schema.properties
        assert {*properties, "enforcementLevel"} == set(rule_schema(rule)["properties"])
        schema = {"type": "object", "properties": properties, "additionalProperties": False}
        Draft202012Validator.check_schema(schema)
        Draft202012Validator(schema).validate({**rule.example_settings, "exempt": [EXEMPTION]})


# --- What it says of a resource


def test_a_violation_names_resource_member_what_was_seen_and_what_to_do() -> None:
    found = Pack().resource(SUBSCRIPTION, "hook", HTTP)

    assert ("webhook-https", "MANDATORY") in {(rule, level) for rule, level, _ in found}
    assert said(found, "webhook-https") == [
        "hook: destination.endpointUrl: the URL's scheme is 'http', allowed: https; deliver to an https URL"
    ]


@pytest.mark.parametrize(
    "token",
    [
        SUBSCRIPTION,
        "azure-native:eventgrid/v20220615:SystemTopicEventSubscription",
        "azure-native_eventgrid_v20220615:eventgrid:SystemTopicEventSubscription",
        "azure-native:eventgrid:EventSubscription",
    ],
)
def test_type_tokens_of_every_form_are_judged(token: str) -> None:
    assert "webhook-https" in rules_of(Pack().resource(token, "hook", HTTP))


@pytest.mark.parametrize("token", ["aws:sqs:Queue", "pulumi:pulumi:Stack", "pulumi:providers:azure-native", "x:y:Z"])
def test_other_resources_are_left_alone(token: str) -> None:
    assert Pack().resource(token, "other", HTTP) == []


def test_a_secret_on_the_wire_is_judged_and_never_shown() -> None:
    hook = {
        "destination": {
            "endpointType": "WebHook",
            "endpointUrl": secret(f"http://user:{PLANTED}@h.example.net/in?code={PLANTED}#{PLANTED}"),
            "deliveryAttributeMappings": [
                {"name": "api-key", "type": "Static", "value": PLANTED},
                secret({"name": "token", "type": "Static", "value": PLANTED}),
            ],
        },
        "labels": secret([PLANTED]),
        "filter": {"subjectBeginsWith": secret(f"/{PLANTED}"), "includedEventTypes": [secret("x")]},
    }
    config = {"webhook-host": {"allowed": ["*.contoso.com"]}, "name-pattern": {"subscription": "evgs-.+"}}
    pack = Pack({**config, "required-tags": {"labels": ["owner"]}})
    found = pack.resource(SUBSCRIPTION, "hook", hook)
    found += pack.stack({"type": SUBSCRIPTION, "name": "hook", "properties": hook})

    assert {"webhook-https", "webhook-host", "attribute-secret", "required-tags"} <= rules_of(found)
    assert PLANTED not in "".join(message for _, _, message in found)


def test_numbers_are_floats_on_the_wire() -> None:
    retry = {"retryPolicy": {"maxDeliveryAttempts": 30.0, "eventTimeToLiveInMinutes": 1440.0}}
    assert "retry-bounds" not in rules_of(Pack().resource(SUBSCRIPTION, "hook", {**HTTP, **retry}))
    retry["retryPolicy"]["maxDeliveryAttempts"] = 10.0
    config = {"retry-bounds": {"minAttempts": 11.0}}
    (line,) = said(Pack(config).resource(SUBSCRIPTION, "hook", {**HTTP, **retry}), "retry-bounds")
    assert "11" in line
    assert "11.0" not in line


def test_protection_is_an_option() -> None:
    pack = Pack({"topic-protected": "mandatory"})
    assert "topic-protected" in rules_of(pack.resource(TOPIC, "topic", {"source": WORKSPACE}))
    assert "topic-protected" not in rules_of(pack.resource(TOPIC, "topic", {"source": WORKSPACE}, protect=True))


def test_the_providers_azure_subscription_is_the_same_one() -> None:
    there = {
        "destination": {
            "endpointType": "EventHub",
            "resourceId": f"{AZURE}/Microsoft.EventHub/namespaces/n/eventhubs/h",
        }
    }
    away = json.loads(json.dumps(there).replace("-000000000001", "-000000000002"))
    assert "destination-subscription" not in rules_of(Pack().resource(SUBSCRIPTION, "hub", there))
    assert "destination-subscription" in rules_of(Pack().resource(SUBSCRIPTION, "hub", away))


# --- What is not known


@pytest.mark.parametrize("mark", [UNKNOWN, "[secret]", UNKNOWN_TRUTH, UNKNOWN_NUMBER, secret(UNKNOWN)])
def test_what_is_unknown_is_undecided_and_listed_once_at_the_end(mark: Any) -> None:
    hook = {"destination": {"endpointType": "WebHook", "endpointUrl": mark}}
    pack = Pack()
    found = pack.resource(SUBSCRIPTION, "hook", hook)
    at_end = pack.stack({"type": SUBSCRIPTION, "name": "hook", "properties": hook})

    assert "webhook-https" not in rules_of(found)
    assert "webhook-tls" in rules_of(found)  # what is known is judged
    assert said(at_end, UNDECIDED).count("webhook-https: hook: destination.endpointUrl is unknown") == 1
    assert {level for rule, level, _ in at_end if rule == UNDECIDED} == {"ADVISORY"}
    assert not [message for _, _, message in found + at_end if "can't run policy" in message]


@pytest.mark.parametrize("inputs", [dict.fromkeys(("destination", "filter", "retryPolicy", "labels"), UNKNOWN), {}])
def test_nothing_unknown_ends_a_run(inputs: dict[str, Any]) -> None:
    everything = {rule.name: {**rule.example_settings, "enforcementLevel": "mandatory"} for rule in RULES.values()}
    pack = Pack(everything)
    types = sorted({type_ for rule in RULES.values() for type_ in rule.types if ":" in type_})
    resources: list[dict[str, Any]] = [
        {"type": f"azure-native:{type_}", "name": type_, "properties": {**inputs, "tags": UNKNOWN, "scope": UNKNOWN}}
        for type_ in types
    ]
    for each in resources:
        pack.resource(each["type"], each["name"], each["properties"])
    found = pack.stack(*resources)

    assert not [message for _, _, message in found if "can't run policy" in message or " failed and " in message]


def test_what_is_known_at_last_is_no_longer_undecided() -> None:
    pack = Pack()
    hook = {"destination": {"endpointType": "WebHook", "endpointUrl": UNKNOWN}}
    pack.resource(SUBSCRIPTION, "hook", hook)
    pack.resource(
        SUBSCRIPTION, "hook", {"destination": {**hook["destination"], "endpointUrl": "https://h.example.net"}}
    )

    found = pack.stack({"type": SUBSCRIPTION, "name": "hook", "properties": hook})
    assert [line for line in said(found, UNDECIDED) if "endpointUrl" in line] == []


# --- What it says of the stack

DELIVERY = {
    "deliveryWithResourceIdentity": {
        "identity": {"type": "SystemAssigned"},
        "destination": {"endpointType": "StorageQueue", "resourceId": UNKNOWN, "queueName": "q"},
    },
    "systemTopicName": UNKNOWN,
}


def _deployed(store: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A store that a subscription delivers to; what it returns is not known."""
    yield {"type": STORE, "name": "store", "properties": {"allowBlobPublicAccess": UNKNOWN, "name": UNKNOWN, **store}}
    yield {
        "type": SUBSCRIPTION,
        "name": "queue",
        "properties": DELIVERY,
        "from": {"deliveryWithResourceIdentity": urn(STORE, "store"), "systemTopicName": urn(TOPIC, "topic")},
    }
    yield {"type": TOPIC, "name": "topic", "properties": {"source": WORKSPACE, "name": UNKNOWN}}


def _checked(pack: Pack, store: Mapping[str, Any]) -> None:
    pack.resource(STORE, "store", {"accountName": "store1", **store})
    pack.resource(
        TOPIC, "topic", {"source": WORKSPACE, "location": "westeurope", "identity": {"type": "SystemAssigned"}}
    )
    pack.resource(SUBSCRIPTION, "queue", DELIVERY)


def test_other_resources_are_found_by_what_an_unknown_value_comes_from() -> None:
    pack = Pack()
    _checked(pack, {"allowBlobPublicAccess": True})
    found = pack.stack(*_deployed({}))

    assert ("store-anonymous", "MANDATORY") in {(rule, level) for rule, level, _ in found}
    assert "grant-missing" in rules_of(found)


def test_the_stack_is_judged_by_inputs_for_outputs_leave_them_out() -> None:
    """In a preview nobody's outputs are known, and Azure's answers lack what was written."""
    pack = Pack()
    _checked(pack, {"allowBlobPublicAccess": False})
    found = pack.stack(*_deployed({}))

    assert "store-anonymous" not in rules_of(found)
    assert [line for line in said(found, UNDECIDED) if line.startswith("store-anonymous")] == []


def test_without_inputs_the_outputs_are_judged() -> None:
    found = Pack().stack(*_deployed({"allowBlobPublicAccess": True}))
    assert "store-anonymous" in rules_of(found)


def test_the_stacks_outputs_list_what_others_must_grant() -> None:
    pack = Pack()
    _checked(pack, {})
    listed = {"prerequisites": [{"role": "Storage Queue Data Message Sender", "scope": UNKNOWN, "identity": "topic"}]}
    stack = {"type": "pulumi:pulumi:Stack", "name": "shop-dev", "properties": listed}
    assert "grant-missing" not in rules_of(pack.stack(stack, *_deployed({})))


def test_the_order_in_which_the_engine_gives_resources_plays_no_part() -> None:
    topics = [{"type": TOPIC, "name": name, "properties": {"source": WORKSPACE}} for name in ("a", "b")]
    first, second = Pack().stack(*topics), Pack().stack(*reversed(topics))
    assert said(first, "topic-per-source") == said(second, "topic-per-source") != []


# --- Configuration


def test_a_setting_reaches_the_rule_and_turns_it_on() -> None:
    assert "webhook-host" not in rules_of(Pack().resource(SUBSCRIPTION, "hook", HTTP))
    found = Pack({"webhook-host": {"allowed": ["*.contoso.com"]}}).resource(SUBSCRIPTION, "hook", HTTP)
    (line,) = said(found, "webhook-host")
    assert line.endswith("is not allowed; allow it in webhook-host.allowed or deliver to one of *.contoso.com")
    off = {"webhook-host": {"allowed": ["*.contoso.com"], "enforcementLevel": "disabled"}}
    assert "webhook-host" not in rules_of(Pack(off).resource(SUBSCRIPTION, "hook", HTTP))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"alowed": ["*"]}, "webhook-host.alowed: unknown setting 'alowed'; did you mean 'allowed'?"),
        ({"allowed": ["a b"]}, "webhook-host.allowed[0]: "),
        ({"exempt": [{"resource": "hook"}]}, "webhook-host.exempt[0].reason: required, but missing"),
    ],
)
def test_what_a_rule_does_not_know_is_refused_at_the_stack_and_judges_nothing(
    given: dict[str, Any], message: str
) -> None:
    pack = Pack({"webhook-host": {"enforcementLevel": "mandatory", **given}})
    at_stack = pack.resource("pulumi:pulumi:Stack", "shop-dev", {})

    assert {(rule, level) for rule, level, _ in at_stack} == {("webhook-host", "MANDATORY")}
    assert any(line.startswith(message) for line in said(at_stack, "webhook-host"))
    assert "webhook-host" not in rules_of(pack.resource(SUBSCRIPTION, "hook", HTTP))


def test_wrong_settings_of_a_rule_on_several_resources_are_refused_at_the_end() -> None:
    found = Pack({"handler-tls": {"minimun": "1.2"}}).stack()
    assert said(found, "handler-tls")[0].startswith("handler-tls.minimun: unknown setting 'minimun'")


@pytest.mark.parametrize(
    ("exemption", "wanted"),
    [
        (EXEMPTION, []),
        ({**EXEMPTION, "resource": "h*"}, []),
        ({**EXEMPTION, "resource": "other"}, ["the URL's scheme is 'http', allowed: https"]),
        (
            {**EXEMPTION, "until": "2026-11-25"},
            ["the URL's scheme is 'http', allowed: https (its exemption ended on 2026-11-25)"],
        ),
    ],
)
def test_an_exemption_is_silent_until_its_last_day(exemption: dict[str, Any], wanted: list[str]) -> None:
    found = Pack({"webhook-https": {"exempt": [exemption]}}).resource(SUBSCRIPTION, "hook", HTTP)
    seen = [line.removeprefix("hook: destination.endpointUrl: ") for line in said(found, "webhook-https")]
    assert [line.rpartition("; ")[0] for line in seen] == wanted


# --- A mistake of the pack's own


def _fails(question: Question) -> Iterator[Violation]:
    yield Violation((), "seen before", "mend it")
    raise KeyError(question.resource.inputs["destination"]["endpointUrl"])


@pytest.mark.parametrize("reads_others", [False, True])
def test_a_rule_that_fails_says_so_and_ends_nothing(reads_others: bool) -> None:
    name = "webhook-https"
    pack = Pack(rules={name: replace(RULES[name], check=_fails, reads_others=reads_others)})
    found = pack.resource(SUBSCRIPTION, "hook", HTTP)
    found += pack.stack({"type": SUBSCRIPTION, "name": "hook", "properties": HTTP})

    lines = said(found, name)
    assert lines[0] == "hook: seen before; mend it"
    assert lines[1].startswith("hook: webhook-https failed and did not judge it (KeyError in test_crossguard.py, line ")
    assert {level for _, level, _ in found} == {"MANDATORY"}
    assert PLANTED not in "".join(lines)
