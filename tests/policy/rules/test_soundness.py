"""Rules on anything: they raise nothing, tell no secret, and never pass in silence what they cannot know."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from azureml_events.base.mistakes import MemberPath, dotted
from azureml_events.documents.unresolved import UNKNOWN, Unresolved
from azureml_events.policy.event_subscription import EVENT_SUBSCRIPTIONS, SYSTEM_TOPIC
from azureml_events.policy.grants import grants_of
from azureml_events.policy.judge import RuleUse, judge
from azureml_events.policy.resource import Resource, Resources
from azureml_events.policy.rules import RULES
from azureml_events.policy.seen import seen_events
from hypothesis import given
from hypothesis import strategies as st
from policy_cases import TODAY, Case, cases, resource

PLANTED = "Pl4ntedS3cret"

URLS = st.sampled_from(
    [
        f"https://hooks.contoso.com/{PLANTED}",
        f"https://hooks.contoso.com?code={PLANTED}",
        f"http://{PLANTED}@hooks.contoso.com:8443/",
        f"https://hooks.contoso.com:{PLANTED}/",
        f"https://[{PLANTED}]/",
        f"https:///{PLANTED}",
        f"{PLANTED}://hooks.contoso.com/",
        PLANTED,
    ]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.just(UNKNOWN),
    st.just(Unresolved("https://hooks.contoso.com\0", ("<unknown>",))),
)
NAMES = st.sampled_from(
    [
        *("endpointType", "endpointUrl", "resourceId", "identity", "destination", "type", "name", "value", "isSecret"),
        *("includedEventTypes", "advancedFilters", "operatorType", "key", "values", "subjectBeginsWith", "properties"),
    ]
)


def anything(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Wire values of any form."""
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=6
    )


SECRETS = anything(LEAVES | st.just(PLANTED))
MAPPING = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["api-key", "team", "PartitionKey"]) | LEAVES,
        "type": st.just("Static") | SECRETS,
        "value": st.just(PLANTED) | st.just(f"Bearer {PLANTED}") | SECRETS,
        "isSecret": SECRETS,
    },
)
DESTINATION = st.fixed_dictionaries(
    {},
    optional={
        "endpointType": st.sampled_from(["WebHook", "EventHub"]) | SECRETS,
        "endpointUrl": URLS | SECRETS,
        "endpointBaseUrl": SECRETS,
        "resourceId": SECRETS,
        "azureActiveDirectoryTenantId": SECRETS,
        "azureActiveDirectoryApplicationIdOrUri": SECRETS,
        "minimumTlsVersionAllowed": SECRETS,
        "deliveryAttributeMappings": st.lists(MAPPING | SECRETS, max_size=3) | SECRETS,
    },
)
TYPE = st.sampled_from(["Microsoft.MachineLearningServices.ModelRegistered", "Microsoft.Storage.BlobCreated"])
FILTER = st.fixed_dictionaries(
    {},
    optional={
        "includedEventTypes": st.lists(TYPE | LEAVES, max_size=3) | anything(LEAVES),
        "subjectBeginsWith": anything(LEAVES),
        "subjectEndsWith": anything(LEAVES),
        "advancedFilters": st.lists(anything(LEAVES), max_size=3) | anything(LEAVES),
    },
)
INPUTS = st.fixed_dictionaries(
    {},
    optional={
        "destination": DESTINATION | SECRETS,
        "deliveryWithResourceIdentity": st.fixed_dictionaries({"destination": DESTINATION}) | SECRETS,
        "deadLetterDestination": SECRETS,
        "deadLetterWithResourceIdentity": SECRETS,
        "filter": FILTER | anything(LEAVES),
        "retryPolicy": st.dictionaries(st.sampled_from(["maxDeliveryAttempts", "eventTimeToLiveInMinutes"]), SECRETS),
        "expirationTimeUtc": st.sampled_from(["2026-11-01T00:00:00Z", "2026-12-01"]) | SECRETS,
        "eventDeliverySchema": SECRETS,
        "labels": SECRETS,
        "tags": SECRETS,
        "systemTopicName": SECRETS,
        "eventSubscriptionName": SECRETS,
        "scope": SECRETS,
        "source": SECRETS,
    },
)
SETTINGS = {
    "webhook-entra": {"accept": ["entra", "key"]},
    "dead-letter": {"except": ["WebHook"]},
    "all-events": {"exceptKinds": []},
    "required-tags": {"tags": {"owner": ".+"}, "labels": ["team=.+"]},
    "name-pattern": {"topic": "evgt-.+", "subscription": "evgs-.+"},
}
USES = [
    *(RuleUse.by_default(rule) for rule in RULES.values()),
    *(RuleUse(rule, "error", rule.settings.parse(rule.example_settings)) for rule in RULES.values()),
    *(RuleUse(RULES[name], "error", RULES[name].settings.parse(written)) for name, written in SETTINGS.items()),
]


@given(
    st.sampled_from([*EVENT_SUBSCRIPTIONS, SYSTEM_TOPIC]), INPUTS, st.fixed_dictionaries({"destination": DESTINATION})
)
def test_rules_raise_nothing_and_tell_no_secret(type_: str, inputs: dict[str, Any], outputs: dict[str, Any]) -> None:
    one = Resource("t/s", type_, inputs, urn="t/s", outputs=outputs, sources={"destination": ("t/s",)})

    judgement = judge(Resources([one]), [use for use in USES if use.level != "off"], date(2026, 11, 26))

    for each in judgement.violated:
        told = (dotted(each.violation.member), each.violation.message, each.fix, str(each.violation.detail))
        assert PLANTED.lower() not in "\n".join(told).lower()


def paths(value: Any, at: MemberPath = ()) -> Iterator[MemberPath]:
    """The path of everything in a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, member in items:
        yield (*at, step)
        yield from paths(member, (*at, step))


def without_knowing(inputs: Any, path: MemberPath) -> Any:
    """The inputs where what is at a path is not known."""
    left = copy.deepcopy(inputs)
    holder = left
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = "<unknown>"
    return left


VIOLATING = [
    pytest.param(case, id=f"{case['rule']}: {case['name']}")
    for case in cases()
    if case.get("violations") and not RULES[case["rule"]].reads_others
]


@pytest.mark.parametrize("case", VIOLATING)
def test_what_is_not_allowed_does_not_pass_where_a_part_of_it_is_not_known(case: Case) -> None:
    rule = RULES[case["rule"]]
    first, *others = case["resources"]
    use = RuleUse(rule, "error", rule.settings.parse(case.get("settings", {})))
    for path in paths(first["inputs"]):
        hidden = {**first, "inputs": without_knowing(first["inputs"], path)}

        judgement = judge(Resources(map(resource, (hidden, *others))), [use], TODAY)

        assert judgement.violated or judgement.undecided, dotted(path)


JUNK = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.floats(allow_nan=False),
        st.text(max_size=8),
        st.just(UNKNOWN),
        st.sampled_from(["/", "/subscriptions/x", "//resourceGroups//providers//", "EventHub", "SystemAssigned"]),
    ),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@st.composite
def spoilt(draw: st.DrawFn) -> list[Resource]:
    """The resources of a case, in which some members are something else."""
    written = draw(st.sampled_from(cases()))["resources"]
    return [
        resource(
            {**each, "inputs": _spoil(draw, each.get("inputs", {})), "outputs": _spoil(draw, each.get("outputs", {}))}
        )
        for each in written
    ]


def _spoil(draw: st.DrawFn, value: Any) -> Any:
    if draw(st.integers(0, 9)) == 0:
        return draw(JUNK)
    if isinstance(value, dict):
        return {name: _spoil(draw, member) for name, member in value.items()}
    if isinstance(value, list):
        return [_spoil(draw, member) for member in value]
    return value


@given(spoilt())
def test_arbitrary_inputs_are_judged_or_undecided(resources: list[Resource]) -> None:
    held = Resources([each for each in resources if isinstance(each.inputs, dict) and isinstance(each.outputs, dict)])
    judge(held, [RuleUse(rule, "error", rule.settings()) for rule in RULES.values()], TODAY)
    assert all(row.to_json() for row in grants_of(held).rows())
    assert all(each.fields for each in seen_events(held))
