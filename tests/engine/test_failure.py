from collections.abc import Callable
from pathlib import Path

import pytest

from azureml_events.engine.errors import ProgramError
from azureml_events.engine.program import run_program
from azureml_events.engine.recording import Message, Recording

Run = Callable[..., Recording]
FIRST = 10
"""The number of the first line after what every program starts with."""

CASES = [
    ("raise pulumi.RunError('no such workspace')", "no such workspace"),
    (
        "from azureml_events.declarations.mistakes import *\n"
        "raise DeclarationError([Mistake(('a', 0), 'wrong'), Mistake((), 'missing')])",
        "a[0]: wrong\nmissing",
    ),
    ("raise ValueError('no')", f"__main__.py:{FIRST}: ValueError: no"),
    ("raise ValueError", f"__main__.py:{FIRST}: ValueError"),
    ("raise Exception('no')", f"__main__.py:{FIRST}: no"),
    ("1 + 'a'", f"__main__.py:{FIRST}: TypeError: unsupported operand type(s) for +: 'int' and 'str'"),
    ("import sys; sys.exit(3)", f"__main__.py:{FIRST}: the program called sys.exit(3)"),
    ("import broken", "broken.py:2: SyntaxError: '(' was never closed"),
    ("import helper; helper.fail({})", "helper.py:2: KeyError: 'size'"),
    ("import helper; helper.fail(None)", "helper.py:2: TypeError: 'NoneType' object is not subscriptable"),
    ("import json; json.loads('{')", f"__main__.py:{FIRST}: JSONDecodeError: Expecting property name"),
    ("import helper; Thing('a').urn.apply(helper.fail)", "helper.py:2: TypeError: string indices"),
    ("Thing('a', {'b': pulumi.Output.from_input(1).apply(lambda n: n / 0)})",
     f"__main__.py:{FIRST}: ZeroDivisionError: division by zero"),
    ("import nowhere", f"__main__.py:{FIRST}: ModuleNotFoundError: No module named 'nowhere'"),
    ("pulumi.Config().require('size')", "Missing required configuration variable 'shop:size'"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "text"), CASES)
def test_people_are_told_where_and_why_without_a_traceback(
    run: Run, source: str, text: str
) -> None:
    helper = "def fail(settings):\n    return settings['size']\n"
    files = {"broken.py": "import sys\nprint(\n", "helper.py": helper}
    with pytest.raises(ProgramError) as caught:
        run(source, files)
    assert caught.value.text.startswith(text), caught.value.text
    assert "Traceback" not in caught.value.text


def test_what_was_recorded_until_then_is_kept(run: Run) -> None:
    with pytest.raises(ProgramError) as caught:
        run("Thing('a'); pulumi.log.warn('careful'); raise ValueError('no')")
    recording = caught.value.recording
    assert [each.name for each in recording.resources] == ["shop-dev", "a"]
    assert recording.messages == (Message("warning", "careful"),)


def test_the_cause_is_what_the_program_raised(run: Run) -> None:
    with pytest.raises(ProgramError) as caught:
        run("raise ValueError('no')")
    assert isinstance(caught.value.__cause__, ValueError)


def test_a_directory_without_a_program_says_so(tmp_path: Path) -> None:
    with pytest.raises(ProgramError) as caught:
        run_program(tmp_path, project="shop", stack="dev", config={})
    assert caught.value.text == f"{tmp_path}: no Pulumi program here; it would be called __main__.py"


def test_a_program_that_exits_well_has_run(run: Run) -> None:
    assert run("import sys; Thing('a'); sys.exit(0)").resource("a")
