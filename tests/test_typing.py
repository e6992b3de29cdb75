"""Types as someone who uses the package meets them: what type checkers say of programs, and what `help()` shows."""

from __future__ import annotations

import inspect
import os
import pydoc
import re
import subprocess
import sys
from pathlib import Path

import azureml_events
import pytest
from azureml_events import AdvancedFilter, EventHub, Subscription, WorkspaceEvents, run_failed
from azureml_events.base.model import Declaration
from azureml_events.event_grid import filters
from azureml_events.event_grid.operators import OPERATORS
from golden import ROOT

PROGRAMS = Path(__file__).parent / "typed_programs"
DECLARATIONS = [
    each
    for name in azureml_events.__all__
    if isinstance(each := getattr(azureml_events, name), type) and issubclass(each, Declaration)
]
_MARK = "# refused"
_LONGEST_HELP = 60
"""Lines of a class's help without its signature, of which newer Pythons write each argument in a line of its own."""


def _help(kind: type) -> tuple[str, int]:
    """The help of a class, and how many lines it has below the signature."""
    shown = pydoc.plain(pydoc.render_doc(kind))
    return shown, re.split(r"\n \| *\n", shown, maxsplit=1)[1].count("\n")


@pytest.mark.parametrize("program", sorted(PROGRAMS.glob("*.py")), ids=lambda path: path.stem)
def test_a_type_checker_refuses_the_marked_lines_and_no_others(program: Path) -> None:
    done = subprocess.run(  # noqa: S603 - this Python
        [sys.executable, "-m", "mypy", "--config-file", PROGRAMS / "mypy.ini", "--no-error-summary", program],
        env={**os.environ, "MYPYPATH": str(ROOT / "components"), "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache" / "typed")},
        cwd=PROGRAMS,
        capture_output=True,
        text=True,
        check=False,
    )

    refused = {int(line) for line in re.findall(rf"{program.name}:(\d+): error", done.stdout)}
    lines = enumerate(program.read_text("utf-8").splitlines(), 1)
    assert refused == {number for number, line in lines if line.endswith(_MARK)}, done.stdout + done.stderr


def test_the_typed_arguments_of_a_subscription_are_its_fields() -> None:
    source = inspect.getsource(Subscription)
    typed = re.findall(r"^            (\w+): .*?( = .*)?,$", source, re.MULTILINE)

    assert {name for name, _ in typed} == set(Subscription.model_fields)
    assert [name for name, default in typed if not default] == [
        name for name, field in Subscription.model_fields.items() if field.is_required()
    ]


def test_the_typed_names_of_operators_are_all_of_them() -> None:
    named = inspect.getsource(filters).partition("OperatorName = Literal[")[2].partition("]")[0]

    assert re.findall('"(.*)"', named) == list(OPERATORS)


@pytest.mark.parametrize("kind", DECLARATIONS, ids=lambda kind: kind.__name__)
def test_help_says_every_argument_and_nothing_of_pydantics(kind: type[Declaration]) -> None:
    shown, lines = _help(kind)

    for name in kind.model_fields:
        if name != "type" or kind.model_fields[name].is_required():
            assert re.search(rf"\b{name}: \S", shown), name
    described, _, bases = shown.partition("Method resolution order:")
    assert "pydantic" not in described
    assert "model_" not in re.sub("model_(name|registered|deployed)", "", described)
    assert bases.count("\n") < _LONGEST_HELP // 2
    assert 0 < lines < _LONGEST_HELP


def test_a_signature_has_pythons_names_and_short_types() -> None:
    hub = str(inspect.signature(EventHub))

    assert hub.startswith("(*, grants: 'create' | 'assume' | None = None, identity: bool | str | None = None, ")
    assert "resource_id: str | Output | None = None" in hub
    assert next(iter(inspect.signature(Subscription).parameters)) == "when"
    assert "operator_type: str, key: str" in str(inspect.signature(AdvancedFilter))
    assert "experiment_name: Sequence[str] | None = None" in str(inspect.signature(run_failed))


def test_help_of_the_component_fits_a_few_screens_and_shows_nothing_of_pulumis() -> None:
    shown, lines = _help(WorkspaceEvents)

    for name in inspect.signature(WorkspaceEvents).parameters:
        assert re.search(rf"\b{name}: \S", shown), name
    assert re.search(r"workspace_id: pulumi\.Input\[str\],[\s|]+subscriptions: Mapping\[str, Subscription\]", shown)
    assert "<function" not in shown
    assert not {"translate_input_property", "register_outputs", "of_stack", ":param"} & set(re.findall(r":?\w+", shown))
    assert 0 < lines < _LONGEST_HELP


@pytest.mark.parametrize("kind", DECLARATIONS, ids=lambda kind: kind.__name__)
def test_help_has_pythons_names(kind: type[Declaration]) -> None:
    quoted = re.findall("`([^`]*)`", pydoc.plain(pydoc.render_doc(kind)))

    assert [text for text in quoted if re.search(r"(?<![\w.])[a-z]+[A-Z]", text)] == []
