"""Which workspaces names and patterns choose."""

from __future__ import annotations

import pytest
from azureml_events.stack.delivery import Address, chosen_by

WORKSPACES = ["ml-c", "ml-a", "ml-b", "lab"]


@pytest.mark.parametrize(
    ("patterns", "chosen"),
    [
        ([], []),
        (["ml-b"], ["ml-b"]),
        (["ml-b", "ml-c", "ml-b"], ["ml-c", "ml-b"]),
        (["ml-*"], ["ml-c", "ml-a", "ml-b"]),
        (["ml-?", "lab"], ["ml-c", "ml-a", "ml-b", "lab"]),
        (["ml-[ab]"], ["ml-a", "ml-b"]),
        (["ml-[!ab]"], ["ml-c"]),
        (["ML-*", "nowhere"], []),
    ],
)
def test_patterns_choose_workspaces_in_the_stacks_order(patterns: list[str], chosen: list[str]) -> None:
    assert chosen_by(patterns, WORKSPACES) == chosen


@pytest.mark.parametrize(
    ("address", "chosen"),
    [
        (Address("hub", None), WORKSPACES),
        (Address({"ml-a": "hub", "l*": "queue"}, None), ["ml-a", "lab"]),
        (Address({"*": "hub"}, ["ml-b"]), ["ml-b"]),
    ],
    ids=["one handler", "a handler by workspace", "workspaces beside it"],
)
def test_a_subscription_has_the_workspaces_that_it_names_else_those_of_its_handlers_else_all(
    address: Address, chosen: list[str]
) -> None:
    assert address.chosen(WORKSPACES) == chosen
