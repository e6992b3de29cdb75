"""A project on the real Pulumi engine: the CLI, a file backend and the stand-in for Azure."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from e2e.stand_in.cloud import Cloud, CloudFile, Properties
from e2e.stand_in.server import CLOUD_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

STACK = "e2e"
"""The name of the stack that runs."""

TESTS = Path(__file__).parents[1]
LAUNCHER = """#!{python}
import sys

sys.path.insert(0, {tests!r})
from e2e.stand_in.server import serve

serve()
"""
_COMMAND_SECONDS = 240


@dataclass(frozen=True)
class Run:
    """What one Pulumi command did.

    Attributes:
        status: Its exit status.
        output: What it printed, both streams in their order.
        operations: What reached the cloud meanwhile, oldest first.
        steps: How often the engine did what, by kind of step (`create`, `same`, …); empty where
            it said nothing.
    """

    status: int
    output: str
    operations: list[Properties]
    steps: dict[str, int]

    def ids(self, operation: str) -> list[str]:
        """The ids that an operation succeeded on, in their order."""
        return [entry["id"] for entry in self.operations if entry["operation"] == operation and entry["error"] is None]


class Project:
    """A Pulumi project in a directory of its own, with one stack and its own cloud.

    Args:
        root: An empty directory for all files.
        program: The directory of the program, which is copied.
        config: The text of the stack file.
    """

    def __init__(self, root: Path, program: Path, config: str) -> None:
        self.directory = root / "program"
        shutil.copytree(program, self.directory, ignore=_left_out)
        environment = self.directory / ".venv"
        environment.symlink_to(sys.prefix, target_is_directory=True)
        self.file = CloudFile(root / "cloud.json")
        self._environment = _environment(root)
        self._events = root / "events.jsonl"
        self.succeed("stack", "init", STACK)
        self.stack_file.parent.mkdir(exist_ok=True)
        salt = self.stack_file.read_text("utf-8") if self.stack_file.exists() else ""
        self.stack_file.write_text(salt + config, "utf-8")

    @property
    def stack_file(self) -> Path:
        """The stack's own file."""
        return self.directory / "stacks" / f"Pulumi.{STACK}.yaml"

    @contextmanager
    def cloud(self) -> Iterator[Cloud]:
        """What exists in Azure, to look at or to change."""
        with self.file.open() as cloud:
            yield cloud

    def configure(self, text: str) -> None:
        """Puts another configuration into the stack file; how secrets are encrypted stays."""
        lines = self.stack_file.read_text("utf-8").splitlines(keepends=True)
        salt = "".join(line for line in lines if line.startswith("encryptionsalt:"))
        self.stack_file.write_text(salt + text, "utf-8")

    def run(self, *command: str) -> Run:
        """Runs a Pulumi command, whatever its exit status."""
        before = len(self.file.operations())
        self._events.unlink(missing_ok=True)
        done = subprocess.run(
            ["pulumi", "--non-interactive", *command],  # noqa: S607 - the CLI that is on PATH
            cwd=self.directory,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_COMMAND_SECONDS,
            check=False,
        )
        operations = self.file.operations()[before:]
        return Run(done.returncode, done.stdout, operations, self._steps())

    def succeed(self, *command: str) -> Run:
        """Runs a Pulumi command that must succeed."""
        run = self.run(*command)
        assert run.status == 0, run.output
        return run

    def preview(self, *options: str) -> Run:
        """`pulumi preview`."""
        return self.run("preview", *self._logged(), *options)

    def up(self, *options: str) -> Run:
        """`pulumi up`."""
        return self.run("up", "--yes", "--skip-preview", *self._logged(), *options)

    def refresh(self, *options: str) -> Run:
        """`pulumi refresh`."""
        return self.run("refresh", "--yes", "--skip-preview", *self._logged(), *options)

    def destroy(self, *options: str) -> Run:
        """`pulumi destroy`."""
        return self.run("destroy", "--yes", "--skip-preview", *self._logged(), *options)

    def state(self) -> dict[str, Any]:
        """`pulumi stack export`: the deployment."""
        exported: dict[str, Any] = json.loads(self.succeed("stack", "export").output)
        return dict(exported["deployment"])

    def config(self) -> dict[str, Any]:
        """`pulumi config --json --show-secrets`."""
        shown = self.succeed("config", "--json", "--show-secrets").output
        return dict(json.loads(shown))

    def _logged(self) -> tuple[str, str]:
        return ("--event-log", str(self._events))

    def _steps(self) -> dict[str, int]:
        """The summary at the end of the engine's event log."""
        if not self._events.exists():
            return {}
        for line in reversed(self._events.read_text("utf-8").splitlines()):
            summary = json.loads(line).get("summaryEvent")
            if summary:
                return dict(summary["resourceChanges"])
        return {}


def _left_out(_: str, names: list[str]) -> list[str]:
    """What of a program's directory is not part of the program."""
    kept_out = {"tests", "dist", "node_modules"}
    return [name for name in names if name.startswith(".") or name in kept_out or name == "__pycache__"]


def _environment(root: Path) -> dict[str, str]:
    """The environment of a command: the stand-in on PATH, no network, all state below `root`."""
    bin_directory = root / "bin"
    bin_directory.mkdir()
    launcher = bin_directory / "pulumi-resource-azure-native"
    launcher.write_text(LAUNCHER.format(python=sys.executable, tests=str(TESTS)))
    launcher.chmod(0o755)
    (root / "backend").mkdir()
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "ARM_", "AZURE_"))
    }
    return {
        **inherited,
        "PATH": f"{bin_directory}{os.pathsep}{inherited['PATH']}",
        "PULUMI_HOME": str(root / "home"),
        "PULUMI_BACKEND_URL": f"file://{root / 'backend'}",
        "PULUMI_CONFIG_PASSPHRASE": "e2e",
        "PULUMI_DEBUG_COMMANDS": "true",  # adds --event-log
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PYTHONDONTWRITEBYTECODE": "1",
        CLOUD_VARIABLE: str(root / "cloud.json"),
    }
