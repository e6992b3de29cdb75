"""Stack files with one or two of the mistakes whose fix is mechanical, as people make them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

_NAMES = st.sampled_from(["churn", "train-churn", "price"])
_TYPES = {
    "run": "RunStatusChanged",
    "completed": "RunCompleted",
    "model": "ModelRegistered",
}
_STATUS = {"operatorType": "StringIn", "key": "data.runStatus", "values": ["Failed"]}


def _filter(operator: str, key: str, *values: object) -> dict[str, Any]:
    return {"operatorType": operator, "key": key, "values": list(values)}


def _cased(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from([text.upper(), text.capitalize(), text.swapcase()])


def _mistaken_filters(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Filters on a run's values."""
    keys = _cased("experimentName").filter(lambda key: key != "experimentName")
    return st.one_of(
        st.builds(lambda key: _filter("StringIn", f"data.{key}", name), keys),
        st.builds(
            lambda key: _filter("StringIn", key, name), st.sampled_from(["data.experimentNam", "experimentName"])
        ),
        st.builds(
            lambda value: _filter("StringIn", "data.runType", value), st.sampled_from(["pipeline", "step", "autml"])
        ),
        st.builds(
            lambda value: _filter("StringIn", "data.experimentName", value),
            st.sampled_from(
                [f"'{name}'", f"('{name}')", f'["{name}"]', f"['{name}', 'b']", f"{name}*", f"*{name}", f"*{name}*"]
            ),
        ),
        st.builds(
            lambda op: _filter(op, "data.runTags.stage", f"{name}*"), st.sampled_from(["StringIn", "StringBeginsWith"])
        ),
        st.builds(
            lambda key: _filter("StringIn", key, name), st.sampled_from(["data.tags.stage", "data.experimentTags.x"])
        ),
        st.builds(lambda op: _filter(op, "data.runTags.stage", 3, 4), st.sampled_from(["NumberIn", "NumberNotIn"])),
        st.just(_filter("NumberInRange", "data.runTags.stage", [1, 3])),
        st.builds(
            lambda op: _filter(op, "data.experimentName", name),
            st.sampled_from(["StringEquals", "stringIn", "StringIs"]),
        ),
    )


@st.composite
def _of_runs(draw: st.DrawFn, name: str) -> dict[str, Any]:
    filters = draw(
        st.lists(_mistaken_filters(name), min_size=1, max_size=2, unique_by=lambda each: each["key"].lower())
    )
    return {"includedEventTypes": ["RunStatusChanged"], "advancedFilters": [_STATUS, *filters]}


def _of_intents(name: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.builds(
            lambda kind, arguments: {"when": {kind: arguments}},
            st.sampled_from(["runFailed", "runCompleted"]),
            st.sampled_from(
                [
                    {"experimentName": f"{name}-*"},
                    {"experimentName": f"{name}-*", "runType": "automl"},
                    {"runType": "pipeline"},
                    {"runType": ["pipeline", "automl"]},
                    {"runTags": {"stage": f"'{name}'"}},
                    {"runTags": {"stage": f"*{name}"}},
                    {"experimentNam": name},
                ]
            ),
        ),
        st.just({"when": {"modelRegistered": {"modelName": f"{name}*"}}}),
        st.just({"when": {"runStatusChanged": {"status": ["Faild"]}}}),
        st.just({"when": "runFaild"}),
    )


def _of_subjects(name: str) -> st.SearchStrategy[dict[str, Any]]:
    models = [f"models/{name}", f"models/{name}*", f"models/{name}-*"]
    runs = [f"experiments/{name}/", f"experiments/{name}", f"experiments/{name}-*", f"experiments/{name}/runs/"]
    return st.one_of(
        st.builds(
            lambda text: {"includedEventTypes": ["ModelRegistered"], "subjectBeginsWith": text}, st.sampled_from(models)
        ),
        st.builds(
            lambda text: {"includedEventTypes": ["RunCompleted"], "subjectBeginsWith": text}, st.sampled_from(runs)
        ),
        st.just(
            {
                "includedEventTypes": ["ModelRegistered"],
                "advancedFilters": [_filter("StringBeginsWith", "subject", f"models/{name}")],
            }
        ),
        st.just(
            {
                "includedEventTypes": ["RunCompleted"],
                "advancedFilters": [_filter("StringBeginsWith", "subject", f"experiments/{name}")],
            }
        ),
        st.just({"includedEventTypes": ["ModelRegistered"], "subjectEndsWith": "*:3"}),
        st.just({"includedEventTypes": ["ModelRegistered"], "subjectBeginsWith": "models/"}),
        st.just(
            {
                "includedEventTypes": ["ModelRegistered"],
                "advancedFilters": [_filter("NumberGreaterThan", "data.modelVersion") | {"value": 3}],
            }
        ),
        st.just({"includedEventTypes": ["Microsoft.MachineLearningServices.modelRegistered", "RunCompleted"]}),
        st.just({"includedEventTypes": ["Microsoft.MachineLearningServices.ModelRegisterd"]}),
        st.just({"includedEventTypes": ["ModelRegisterd"]}),
        st.just({"includedEventTypes": ["ModelRegistered"], "subjectBeginWith": f"models/{name}:"}),
        st.just(
            {
                "includedEventTypes": ["RunStatusChanged"],
                "allow": {"every-statu": "we count them"},
                "subjectEndsWith": "x",
            }
        ),
    )


@st.composite
def mistaken_stacks(draw: st.DrawFn) -> dict[str, Any]:
    """The subscriptions of a stack file; sometimes one stands there twice."""
    names = draw(st.lists(_NAMES, min_size=1, max_size=2, unique=True))
    made = {f"sub-{name}": draw(st.one_of(_of_runs(name), _of_intents(name), _of_subjects(name))) for name in names}
    if draw(st.booleans()):
        made["again"] = deepcopy(made[f"sub-{names[0]}"])
    return {key: {"handler": "archive", **entry} for key, entry in made.items()}
