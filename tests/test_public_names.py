"""The names that `azureml_events` offers."""

from __future__ import annotations

import inspect
import subprocess
import sys

import azureml_events
import pytest
from azureml_events.event_grid.intents import INTENTS, Intent
from azureml_events.handlers import HANDLERS

NAMES = azureml_events.__all__


def test_they_are_sorted_and_each_is_there_once() -> None:
    assert sorted(set(NAMES)) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_can_be_imported_and_is_documented(name: str) -> None:
    assert inspect.getdoc(getattr(azureml_events, name))


def test_every_intent_is_among_them() -> None:
    offered = {value for value in vars(azureml_events).values() if inspect.isclass(value) and issubclass(value, Intent)}
    assert offered == set(INTENTS.values())


def test_every_handler_type_is_among_them() -> None:
    assert set(HANDLERS) <= set(NAMES)


def test_what_the_module_imports_and_documents_is_complete() -> None:
    public = {name for name, value in vars(azureml_events).items() if is_offered(name, value)}
    assert public <= set(NAMES)


def is_offered(name: str, value: object) -> bool:
    module = getattr(value, "__module__", "")
    return not name.startswith("_") and module.startswith("azureml_events") and not inspect.ismodule(value)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = azureml_events.nothing  # type: ignore[attr-defined]


def test_dir_lists_them() -> None:
    assert dir(azureml_events) == NAMES


def test_those_that_need_pulumi_import_it_only_with_their_first_use() -> None:
    program = (
        "import sys, azureml_events\n"
        "assert 'pulumi' not in sys.modules\n"
        "azureml_events.WorkspaceEvents\n"
        "assert 'pulumi' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": ":".join(sys.path)})  # noqa: S603
