"""ARM ids, regions and values that only a deployment knows."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from azureml_events import EventHub
from azureml_events.base.arm_ids import ArmId, Region, arm_id, is_in_other_cloud, parse_arm_id
from azureml_events.base.values import Deferred
from azureml_events.stack.workspace import Workspace
from stack_texts import GROUP, HUB, WORKSPACE

HUB_TYPE = "Microsoft.EventHub/namespaces/eventhubs"


class Output:
    """A value of a deployment engine."""

    def apply(self, func: Callable[[Any], Any]) -> Any:
        """Never known."""
        return func


def test_an_id_is_read_into_its_parts() -> None:
    parts = parse_arm_id(HUB, HUB_TYPE)

    assert parts == ArmId("00000000-0000-0000-0000-000000000001", "rg", HUB_TYPE, ("n1", "eh1"))
    assert parts.name == "eh1"
    assert parts.parent == f"{GROUP}/providers/Microsoft.EventHub/namespaces/n1"


def test_the_parent_of_an_outermost_resource_is_its_group() -> None:
    assert parse_arm_id(WORKSPACE, "Microsoft.MachineLearningServices/workspaces").parent == GROUP


def test_types_are_read_in_any_case_and_kept_in_theirs() -> None:
    assert parse_arm_id(HUB.lower(), HUB_TYPE).type == HUB_TYPE


def test_an_id_written_is_the_id_read() -> None:
    parts = parse_arm_id(HUB, HUB_TYPE)

    assert arm_id(parts.subscription_id, parts.resource_group, parts.type, *parts.names) == HUB


@pytest.mark.parametrize(
    "text",
    ["", "/", HUB[1:], f"{HUB}/", HUB.replace("n1", "n 1"), HUB.replace("n1", "n" * 2048), HUB.rpartition("/")[0]],
    ids=lambda text: text[-20:],
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected /subscriptions/<GUID>/resourceGroups/<group>/"):
        parse_arm_id(text, HUB_TYPE)


def test_a_slash_at_the_end_is_named() -> None:
    with pytest.raises(ValueError, match="the id ends with '/', leave that out"):
        parse_arm_id(f"{HUB}/", HUB_TYPE)


@pytest.mark.parametrize(
    ("text", "type_", "says"),
    [
        (HUB.rpartition("/")[0], HUB_TYPE, "the id ends with 'eventhubs', and the name after it is missing; expected"),
        (f"{HUB.rpartition('/')[0]}/", HUB_TYPE, "the id ends with 'eventhubs', and the name after it is missing"),
        (
            f"{GROUP}/providers/Microsoft.EventHub/namespaces",
            HUB_TYPE.rpartition("/")[0],
            "ends with 'namespaces', and",
        ),
        (HUB.rpartition("/")[0], f"{HUB_TYPE}/consumergroups", "ends too early, add /<name>/consumergroups/<name>"),
        (HUB, f"{HUB_TYPE}/consumergroups", "ends too early, add /consumergroups/<name>"),
    ],
)
def test_what_is_missing_at_the_end_is_named(text: str, type_: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_arm_id(text, type_)


@pytest.mark.parametrize("text", ["UK South", "uksouth", "UKSouth"])
def test_a_region_is_kept_by_its_name(text: str) -> None:
    assert Workspace.parse({"resourceId": WORKSPACE, "location": text}).location == "uksouth"


def test_a_region_that_is_not_known_keeps_what_was_written() -> None:
    location = Workspace.parse({"resourceId": WORKSPACE, "location": "Nowhere East"}).location

    assert location == "nowhereeast"
    for each in (location, deepcopy(location), pickle.loads(pickle.dumps(location))):  # noqa: S301 - our own
        assert isinstance(each, Region)
        assert each.written == "Nowhere East"


@pytest.mark.parametrize(
    ("location", "other"),
    [
        ("usgovvirginia", True),
        ("usdodeast", True),
        ("ussecwest", True),
        ("usnateast", True),
        ("chinaeast", True),
        ("chinanorth3", True),
        ("germanycentral", True),
        ("germanynortheast", True),
        ("germanywestcentral", False),
        ("germanynorth", False),
        ("eastus", False),
        ("southeastasia", False),
    ],
)
def test_a_region_of_another_cloud_is_known_by_its_name(location: str, other: bool) -> None:
    assert is_in_other_cloud(location) is other


def test_an_output_is_kept_as_unknown_and_checked_later() -> None:
    output = Output()

    resource_id = EventHub(resource_id=output).resource_id

    assert isinstance(resource_id, Deferred)
    assert resource_id.value is output
    assert repr(resource_id) == "<unknown>"
    with pytest.raises(ValueError, match="not the id of a resource"):
        resource_id.check("x")


def test_unknown_values_are_equal_where_they_are_the_same_output() -> None:
    output = Output()

    assert EventHub(resource_id=output) == EventHub(resource_id=output)
    assert EventHub(resource_id=output) != EventHub(resource_id=Output())
