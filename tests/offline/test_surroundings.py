import sys
from pathlib import Path

import pytest
from azureml_events.offline.recording import ProgramError
from small_programs import Run


def test_a_program_runs_in_its_directory_with_its_own_modules(run: Run, tmp_path: Path) -> None:
    recording = run(
        """
        import os, sys
        from parts.sizes import SIZE
        Thing("a", {"size": SIZE, "cwd": os.getcwd(), "path": sys.path[0], "argv": sys.argv})
        """,
        {"parts/__init__.py": "", "parts/sizes.py": "SIZE = 3"},
    )
    directory = str(tmp_path / "program0")
    assert recording.resource("a").inputs == {
        "argv": [directory],
        "cwd": directory,
        "path": directory,
        "size": 3,
    }


def test_modules_of_one_program_are_not_seen_by_the_next(run: Run) -> None:
    source = "import sizes; Thing('a', {'size': sizes.SIZE})"
    first = run(source, {"sizes.py": "SIZE = 1"})
    second = run(source, {"sizes.py": "SIZE = 2"})
    assert first.resource("a").inputs == {"size": 1}
    assert second.resource("a").inputs == {"size": 2}


@pytest.mark.parametrize("end", ["", "raise ValueError('x')", "sys.exit(3)"])
def test_all_is_as_before_however_the_program_ends(run: Run, end: str) -> None:
    before = (sys.path[:], sys.argv, Path.cwd(), sys.modules["__main__"], sys.stdout, sys.stderr)
    program = f"""
        import os, sys, sizes
        sys.path.insert(0, "/elsewhere"); os.chdir("/"); sys.argv = ["x"]
        {end}
        """
    try:
        run(program, {"sizes.py": ""})
    except ProgramError:
        assert end
    after = (sys.path[:], sys.argv, Path.cwd(), sys.modules["__main__"], sys.stdout, sys.stderr)
    assert after == before
    assert "sizes" not in sys.modules


def test_libraries_stay_imported(run: Run) -> None:
    run("import pulumi_azure_native.eventgrid, azureml_events.testing")
    assert "pulumi_azure_native.eventgrid" in sys.modules
    assert "azureml_events.testing" in sys.modules
