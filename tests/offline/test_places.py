"""The program's own line that registers a resource."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from azureml_events.offline.places import Source
from azureml_events.offline.program import preview_stack
from azureml_events.offline.recording import ProgramError
from azureml_events.offline.sdk import without_stack_traces
from small_programs import HEADER, Run, run
from stack_texts import WORKSPACE

__all__ = ["run"]

FIRST = HEADER.count("\n") + 1
"""The number of the first line after what every program starts with."""

CASES = [
    ("Thing('a')", ("__main__.py", FIRST)),
    ("\n\nThing('a',\n  {'b': 1})", ("__main__.py", FIRST + 2)),
    ("def make():\n    Thing('a')\nmake()", ("__main__.py", FIRST + 1)),
    ("import parts.things\nparts.things.thing(Thing, 'a')", ("parts/things.py", 2)),
    ("Group('a')", ("__main__.py", FIRST)),
    ("Thing('b').urn.apply(lambda _: Thing('a'))", ("__main__.py", FIRST)),
    ("Thing('a', opts=ResourceOptions(id='/id'))", ("__main__.py", FIRST)),
    ("import json\njson.loads('{}', object_hook=lambda _: Thing('a'))", ("__main__.py", FIRST + 1)),
]


@pytest.mark.parametrize(("source", "place"), CASES)
def test_a_resource_has_its_line(run: Run, source: str, place: tuple[str, int]) -> None:
    recording = run(source, {"parts/things.py": "def thing(kind, name):\n    return kind(name)\n"})

    assert recording.resource("a").source == Source(*place)


def test_without_stack_traces_no_resource_has_a_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "tracebacklimit", 7, raising=False)

    with without_stack_traces():
        recording = run("Group('a')")

    assert {each.source for each in recording.resources} == {None}
    assert sys.tracebacklimit == 7


def test_without_stack_traces_an_error_has_its_line_and_a_function_its_caller(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(sys, "tracebacklimit", raising=False)
    source = "import traceback\ndef called():\n    raise ValueError(traceback.extract_stack()[-2].name)\ncalled()"

    with pytest.raises(ProgramError) as caught, without_stack_traces():
        run(source)

    assert caught.value.text == f"__main__.py:{FIRST + 2}: ValueError: <module>"
    assert not hasattr(sys, "tracebacklimit")


def test_a_component_that_a_function_of_a_library_makes_has_the_line_of_all_its_children(run: Run) -> None:
    source = (
        "group = ComponentResource('test:index:Plain', 'a')\n"
        "for name in ('b', 'c'): Thing(name, opts=ResourceOptions(parent=group))"
    )

    assert run(source).resource("a").source == Source("__main__.py", FIRST + 1)


def test_a_component_whose_children_have_different_lines_has_none(run: Run) -> None:
    source = (
        "group = ComponentResource('test:index:Plain', 'a')\n"
        "Thing('b', opts=ResourceOptions(parent=group))\n"
        "Thing('c', opts=ResourceOptions(parent=group))"
    )

    assert run(source).resource("a").source is None


def test_all_that_our_component_declares_has_the_users_line(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text(
        "from azureml_events import EventHub, Subscription, WorkspaceEvents, run_failed\n"
        "hub = EventHub(create={'resource_group': 'rg'})\n"
        f"WorkspaceEvents('ml', workspace_id='{WORKSPACE}', location='westeurope',\n"
        "    subscriptions={'failed': Subscription(run_failed(), to=hub)})\n"
    )

    recording = preview_stack(tmp_path, project="shop", stack="dev", config={})

    assert {each.source for each in recording.resources if each.parent} == {Source("__main__.py", 3)}


def test_the_root_has_no_line_though_its_runner_lies_beside_the_program(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("")
    runner = tmp_path / "runner.py"
    runner.write_text(
        "from pathlib import Path\n"
        "from azureml_events.offline.program import preview_stack\n"
        "def start(directory): return preview_stack(directory, project='shop', stack='dev', config={})\n"
    )
    names: dict[str, object] = {}
    exec(compile(runner.read_text(), str(runner), "exec"), names)  # noqa: S102 - the two lines above

    [root] = names["start"](tmp_path).resources  # type: ignore[operator]
    assert root.source is None
