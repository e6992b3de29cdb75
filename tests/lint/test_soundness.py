"""Lint's proofs hold for every event that can be generated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azureml_events.event_grid.catalogue import EVENT_TYPES
from azureml_events.event_grid.filters import AdvancedFilter, EventFilter
from azureml_events.event_grid.intents import INTENTS, MONITOR_BREACH, MONITOR_TAG
from azureml_events.event_grid.samples import sample
from azureml_events.lint.lint import analyse
from azureml_events.lint.redundant import Side, implies
from azureml_events.routing.conditions import Outcome
from azureml_events.routing.event import Event
from azureml_events.routing.match import match
from azureml_events.routing.subscription import PlacedFilter, RoutedSubscription
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from routing_strategies import KEYS, USUAL_EVENTS, advanced_filters, match_filter, row_of, subscriptions


@settings(max_examples=300)
@given(subscriptions())
def test_what_lint_calls_never_matching_is_matched_by_no_event(
    subscription: RoutedSubscription,
) -> None:
    errors = [item for item in analyse([subscription]) if item.level == "error"]
    for event in USUAL_EVENTS if errors else ():
        assert match(subscription, event, subscription.workspace).outcome is not Outcome.MATCH, errors


@settings(max_examples=300)
@given(subscriptions())
def test_an_event_type_that_lint_calls_dead_is_not_delivered(
    subscription: RoutedSubscription,
) -> None:
    dead = [item for item in analyse([subscription]) if item.rule.name == "dead-event-type"]
    for event in USUAL_EVENTS if dead else ():
        if any(row_of(event).short in item.message.split(":")[0] for item in dead):
            assert match(subscription, event, subscription.workspace).outcome is not Outcome.MATCH


@settings(max_examples=300)
@given(subscriptions())
def test_what_lint_calls_always_true_refuses_no_event_of_the_types(
    subscription: RoutedSubscription,
) -> None:
    found = [item for item in analyse([subscription]) if item.rule.name == "always-true"]
    for item in found:
        filter_: dict[str, Any] = {"includedEventTypes": subscription.filter.included_event_types}
        if item.path[-1] == "subjectBeginsWith":
            filter_["subjectBeginsWith"] = subscription.filter.subject_begins_with
        else:
            filter_["advancedFilters"] = [subscription.filter.advanced_filters[item.path[-1]]]  # type: ignore[index]
        lone = EventFilter(**{name: value for name, value in filter_.items() if value is not None})
        for event in USUAL_EVENTS:
            verdict = match_filter(lone, event, subscription.delivery_schema)
            assert verdict.outcome is Outcome.MATCH or verdict.because.where == "eventType"


@given(st.sampled_from(KEYS), st.booleans(), st.data())
def test_a_filter_that_follows_from_another_passes_whatever_that_one_passes(
    key: str, on_arrays: bool, data: st.DataObject
) -> None:
    first, second = (AdvancedFilter.parse(data.draw(advanced_filters([key]))) for _ in range(2))
    assume(implies(Side.of(first), Side.of(second), on_arrays))
    whole = [
        EventFilter(advanced_filters=(item,), enable_advanced_filtering_on_arrays=on_arrays) for item in (first, second)
    ]
    for event in USUAL_EVENTS:
        if match_filter(whole[0], event).outcome is Outcome.MATCH:
            assert match_filter(whole[1], event).outcome is Outcome.MATCH


@given(subscriptions())
def test_both_schemas_of_an_event_route_alike(subscription: RoutedSubscription) -> None:
    """Only dataVersion is an attribute that a CloudEvents text does not tell."""
    assume(all("dataversion" not in item.filter.key.lower() for item in subscription.filters))
    for event, other in _IN_BOTH_SCHEMAS:
        assert match(subscription, event).outcome is match(subscription, other).outcome


@given(st.data())
def test_an_intent_matches_exactly_what_it_says(data: st.DataObject) -> None:
    names = st.sampled_from(["churn", "churn2", "Price"])
    some = st.lists(names, min_size=1, max_size=2)
    tags = st.dictionaries(st.sampled_from(["stage", "team"]), some, max_size=1)
    run = {"experimentName": some, "runType": some, "runTags": tags}
    arguments: dict[str, dict[str, st.SearchStrategy[Any]]] = {
        "runFailed": run,
        "runCompleted": run,
        "runStatusChanged": run,
        "modelRegistered": {"modelName": some, "tags": tags, "properties": tags},
        "modelDeployed": {"serviceName": some, "serviceComputeType": some},
        "driftDetected": {"monitorName": some, "minimumCoefficient": st.sampled_from([0.1, 0.5])},
        "monitorBreached": {"signal": names},
    }
    name = data.draw(st.sampled_from(sorted(arguments)))
    given_ = data.draw(st.fixed_dictionaries({}, optional=arguments[name]))
    if name == "runStatusChanged":
        given_["status"] = data.draw(st.lists(st.sampled_from(["Failed", "Running"]), min_size=1, unique=True))
    intent = INTENTS[name].parse(given_)
    filter_ = EventFilter(
        included_event_types=(EVENT_TYPES[intent.event_type].name,),
        subject_begins_with=intent.subject_begins_with() or "",
        advanced_filters=tuple(intent.filters()),
    )
    event = data.draw(_named_events())
    assert (match_filter(filter_, event).outcome is Outcome.MATCH) is _meant(name, given_, event)


@st.composite
def _named_events(draw: st.DrawFn) -> dict[str, Any]:
    """Events of every type whose names, tags and statuses are the ones that the intents above name."""
    row = draw(st.sampled_from(list(EVENT_TYPES.values())))
    names = st.sampled_from(["churn", "churn2", "Price", "price"])
    fields = ["experimentName", "runType", "modelName", "serviceName", "serviceComputeType", "dataDriftName"]
    settings: dict[str, Any] = {f"data.{field}": draw(names) for field in fields if row.field(field)}
    for field in ("runTags", "modelTags", "modelProperties"):
        if row.field(field):
            settings |= {
                f"data.{field}.{tag}": draw(names) for tag in draw(st.sets(st.sampled_from(["stage", "team"])))
            }
    if row.field("runStatus"):
        settings["data.runStatus"] = draw(st.sampled_from(["Failed", "Running", "Completed"]))
    if row.field("driftCoefficient"):
        settings["data.driftCoefficient"] = draw(st.sampled_from([0.05, 0.1, 0.3, 0.5, 0.9]))
    if row.field("runTags") and draw(st.booleans()):
        settings[f"data.runTags.{MONITOR_TAG}"] = draw(
            st.sampled_from([f"The signal '{draw(names)}' {MONITOR_BREACH}. Look.", "no breach"])
        )
    return sample(row.short, set=settings)


def _meant(name: str, given_: dict[str, Any], event: dict[str, Any]) -> bool:
    data = event["data"]

    def is_one(argument: str, value: Any) -> bool:
        return argument not in given_ or str(value).lower() in [text.lower() for text in given_[argument]]

    def has(argument: str, field: str) -> bool:
        carried = data.get(field) or {}
        return all(
            carried.get(tag, "").lower() in [text.lower() for text in texts]
            for tag, texts in given_.get(argument, {}).items()
        )

    kind = event["eventType"].rpartition(".")[2]
    run = is_one("experimentName", data.get("experimentName")) and is_one("runType", data.get("runType"))
    run = run and has("runTags", "runTags")
    breach = str((data.get("runTags") or {}).get(MONITOR_TAG, "")).lower()
    meant: dict[str, Callable[[], bool]] = {
        "runFailed": lambda: kind == "RunStatusChanged" and data["runStatus"] == "Failed" and run,
        "runCompleted": lambda: kind == "RunCompleted" and run,
        "runStatusChanged": lambda: kind == "RunStatusChanged" and is_one("status", data["runStatus"]) and run,
        "modelRegistered": lambda: (
            kind == "ModelRegistered"
            and is_one("modelName", data["modelName"])
            and has("tags", "modelTags")
            and has("properties", "modelProperties")
        ),
        "modelDeployed": lambda: (
            kind == "ModelDeployed"
            and is_one("serviceName", data["serviceName"])
            and is_one("serviceComputeType", data["serviceComputeType"])
        ),
        "driftDetected": lambda: (
            kind == "DatasetDriftDetected"
            and is_one("monitorName", data["dataDriftName"])
            and data["driftCoefficient"] >= given_.get("minimumCoefficient", 0)
        ),
        "monitorBreached": lambda: (
            kind == "RunCompleted"
            and MONITOR_BREACH in breach
            and ("signal" not in given_ or f"the signal '{given_['signal'].lower()}'" in breach)
        ),
    }
    return meant[name]()


def _in_the_other_schema(event: dict[str, Any]) -> dict[str, Any]:
    read = Event(event)
    other = "EventGridSchema" if read.schema == "CloudEventSchemaV1_0" else "CloudEventSchemaV1_0"
    made = sample(read.type or "", other)  # type: ignore[arg-type]
    return {**made, "data": event["data"], "subject": event["subject"], "id": event["id"]}


def test_a_subscription_is_linted_with_its_authors_positions() -> None:
    """The filter sorts its advanced filters, findings and verdicts keep where their author wrote them."""
    second = AdvancedFilter(operator_type="StringIn", key="data.zz", values=["x"])
    first = AdvancedFilter(operator_type="StringIn", key="data.runStatus", values=["x"])
    subscription = RoutedSubscription(
        "ml-dev",
        "s",
        EventFilter(included_event_types=(EVENT_TYPES["RunStatusChanged"].name,), advanced_filters=(second, first)),
        placed_filters=(PlacedFilter(second, 0, ("a", 0)), PlacedFilter(first, 1, ("a", 1))),
    )
    verdict = match(subscription, sample("RunStatusChanged", set={"data.runStatus": "x"}), "ml-dev")
    assert verdict.because.where == "advancedFilters[0]"
    assert {item.path[:2] for item in analyse([subscription])} == {("a", 0), ("a", 1)}


_IN_BOTH_SCHEMAS = [(event, _in_the_other_schema(event)) for event in USUAL_EVENTS[:100]]
