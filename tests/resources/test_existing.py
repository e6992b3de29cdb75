"""Refusals to create what is there are explained; other errors, and other operations, are not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from azureml_events.resources.existing import explanation


@pytest.mark.parametrize(
    "error",
    [
        "cannot create already existing resource '/subscriptions/…/roleAssignments/1'",
        'Status=409 Code="RoleAssignmentExists" Message="The role assignment already exists."',
        'Status=409 Code="StorageAccountAlreadyTaken" Message="The storage account named x is already taken."',
    ],
)
def test_what_exists_is_explained_with_the_way_out(error: str) -> None:
    assert explanation(_failure(error), "write `grants: assume`") == "ml/role exists already: write `grants: assume`"


@pytest.mark.parametrize(
    ("error", "operation"), [("the service is having a bad day", "create"), ("already taken", "update"), ("", "create")]
)
def test_another_failure_is_not_explained(error: str, operation: str) -> None:
    assert explanation(_failure(error, operation), "write `grants: assume`") is None


def _failure(error: str, operation: str = "create") -> Any:
    return SimpleNamespace(name="ml/role", failed_operation=operation, errors=[error] if error else [])
