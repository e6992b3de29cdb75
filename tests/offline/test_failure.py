from pathlib import Path

import pytest
from azureml_events.offline.failure import describe
from azureml_events.offline.program import preview_stack
from azureml_events.offline.recording import Message, ProgramError
from azureml_events.offline.wire import encode_properties
from small_programs import Run

FIRST = 10
"""The number of the first line after what every program starts with."""

HELPER = """\
def fail(settings):
    return settings['size']
def refuse():
    from azureml_events.base.mistakes import DeclarationError, Mistake
    raise DeclarationError([Mistake(('a', 0), 'wrong'), Mistake((), 'missing')])
"""

CASES = [
    ("raise pulumi.RunError('no such workspace')", "no such workspace"),
    (
        "import helper; helper.refuse()",
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
    (
        "from pulumi_azure_native import storage; storage.get_storage_account('store', 'rg')",
        f"__main__.py:{FIRST}: get_storage_account: a look-up has no answer offline; use get_storage_account_output, ",
    ),
    (
        "from pulumi_azure_native import storage; storage.list_storage_account_keys('store', 'rg').keys[0].value",
        f"__main__.py:{FIRST}: list_storage_account_keys: a look-up has no answer offline; use ",
    ),
    ("assert 1 == 2, 'odd'", f"__main__.py:{FIRST}: AssertionError: odd"),
    ("pulumi.Config().require('size')", "Missing required configuration variable 'shop:size'"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "text"), CASES)
def test_people_are_told_where_and_why_without_a_traceback(run: Run, source: str, text: str) -> None:
    files = {"broken.py": "import sys\nprint(\n", "helper.py": HELPER}
    with pytest.raises(ProgramError) as caught:
        run(source, files)
    assert caught.value.text.startswith(text), caught.value.text
    assert "Traceback" not in caught.value.text


def test_a_place_in_this_package_is_not_the_programs_own() -> None:
    """Although both lie in one directory, as in this repository."""
    with pytest.raises(TypeError) as caught:
        encode_properties({"tags": {"a"}})
    place = describe(caught.value, Path(__file__).parents[2]).partition(":")[0]
    assert place == "tests/offline/test_failure.py"


def test_an_error_that_is_its_own_cause_is_told() -> None:
    """The SDK raises so what a registration raised first."""
    error = ValueError("no")
    error.__cause__ = error
    assert describe(error, Path("/")) == "ValueError: no"


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
        preview_stack(tmp_path, project="shop", stack="dev", config={})
    assert caught.value.text == f"{tmp_path}: no Pulumi program here; it would be called __main__.py"


def test_a_program_that_exits_well_has_run(run: Run) -> None:
    assert len(run("import sys; Thing('a'); sys.exit(0)").resources) == 2
