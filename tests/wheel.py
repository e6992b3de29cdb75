"""The package as others get it: a wheel, in an environment that does not have this project."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from golden import ROOT


def build(folder: Path) -> Path:
    """Builds the wheel with what is installed: nothing is downloaded.

    Args:
        folder: Where it goes.
    """
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    (path,) = folder.glob("azureml_events-*.whl")
    return path


def install(wheel: Path, folder: Path) -> Path:
    """Makes an environment that has the wheel; its dependencies are those of this one, this project itself is not.

    Args:
        wheel: The wheel.
        folder: Where the environment goes.
    """
    venv.create(folder, symlinks=True)
    purelib = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    options = ("install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", wheel)
    run(sys.executable, "-m", "pip", "--python", folder / "bin" / "python", *options)
    # Plain directories of the path: a .pth inside of them, as of an editable installation, is not read.
    purelib.joinpath("dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder


def run(*command: object, cwd: Path = ROOT) -> str:
    """Runs a command that must succeed, without what this run's Python was told; gives what it prints.

    Args:
        command: The command.
        cwd: Its working directory.
    """
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(  # noqa: S603 our own commands
        [str(part) for part in command], cwd=cwd, env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
