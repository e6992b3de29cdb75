"""Which tests run: each target its own; one whose program is missing is skipped, and in CI nothing else is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS_FOLDER = Path(__file__).parent

TESTS = """
import pytest

@pytest.mark.needs("sh")
def test_that_skips_though_its_program_is_there():
    pytest.skip("not today")

@pytest.mark.needs("no-such-program")
def test_whose_program_is_missing():
    raise AssertionError

@pytest.mark.skip(reason="not today")
def test_that_is_always_skipped():
    raise AssertionError

@pytest.mark.xfail(strict=True)
def test_that_is_known_to_fail():
    raise AssertionError

def test_that_passes():
    pass
"""


def pytest_prints(*arguments: str, directory: Path, ci: str = "") -> list[str]:
    """Run pytest in a directory; gives the lines that it prints."""
    run = subprocess.run(  # noqa: S603 our own interpreter
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *arguments],
        cwd=directory,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout.splitlines()


def outcomes(directory: Path, source: str, ci: str) -> str:
    """Run tests under this project's conftest; gives the closing line."""
    (directory / "test_them.py").write_text(source, encoding="utf-8")
    shutil.copy(TESTS_FOLDER / "conftest.py", directory)
    (directory / "pytest.ini").write_text("[pytest]\nmarkers = needs\n", encoding="utf-8")
    return pytest_prints(directory=directory, ci=ci)[-1].partition(" in ")[0]


@pytest.mark.parametrize(
    ("ci", "expected"),
    [("", "1 passed, 3 skipped, 1 xfailed"), ("true", "1 failed, 1 passed, 1 skipped, 1 xfailed, 1 error")],
)
def test_a_skip_without_a_missing_program_fails_in_ci(tmp_path: Path, ci: str, expected: str) -> None:
    assert outcomes(tmp_path, TESTS, ci) == expected


@pytest.mark.parametrize(("ci", "expected"), [("", "1 skipped"), ("true", "1 error")])
def test_a_file_that_skips_itself_fails_in_ci(tmp_path: Path, ci: str, expected: str) -> None:
    skipped = "import pytest\npytest.importorskip('no_such_module')\n"
    assert outcomes(tmp_path, skipped, ci) == expected


def test_without_being_asked_pytest_starts_neither_the_real_engine_nor_tools() -> None:
    lines = pytest_prints("--collect-only", "tests/e2e", "tests/tools", directory=TESTS_FOLDER.parent)
    chosen = [line for line in lines if "::" in line]

    assert chosen
    assert [each for each in chosen if "[in-process" not in each and "/test_stand_in.py::" not in each] == []


@pytest.mark.parametrize("marker", ["e2e", "tools"])
def test_each_target_finds_its_own(marker: str) -> None:
    lines = pytest_prints("--collect-only", "-m", marker, f"tests/{marker}", directory=TESTS_FOLDER.parent)

    assert [line for line in lines if "::" in line]
