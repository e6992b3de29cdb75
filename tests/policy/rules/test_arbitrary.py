"""No rule raises anything but that something is not known, whatever the resources are."""

from __future__ import annotations

from typing import Any

from azureml_events.documents.unresolved import UNKNOWN
from azureml_events.policy.grants import grants_of
from azureml_events.policy.judge import RuleUse, judge
from azureml_events.policy.resource import Resource, Resources
from azureml_events.policy.rules import RULES
from azureml_events.policy.seen import seen_events
from hypothesis import given
from hypothesis import strategies as st
from policy_cases import TODAY, cases, resource

_JUNK = st.recursive(
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
        return draw(_JUNK)
    if isinstance(value, dict) and "<known>" not in value:
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
