"""A project on the real Pulumi engine: the CLI, a file backend and the stand-in for Azure."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from azureml_events.stackfile.reader import parse_stack_file
from e2e.configs import Config, text_of
from e2e.runs import Run
from e2e.stand_in.cloud import Cloud, CloudFile
from e2e.stand_in.server import CLOUD_VARIABLE

STACK = "e2e"
"""The name of the stack that runs."""

TESTS = Path(__file__).parents[1]
PROGRAM = "program"
"""Where below a project's root the copy of the program lies."""

LAUNCHER = """#!{python}
import sys

sys.path.insert(0, {tests!r})
from e2e.stand_in.server import serve

serve()
"""
_COMMAND_SECONDS = 240


class Project:
    """A Pulumi project in a directory of its own, with one stack and its own cloud.

    Args:
        root: An empty directory for all files.
        program: The directory of the program, which is copied.
        config: The text of the stack file.
        cloud: The cloud, where another project has it already; default one of its own.
        variables: Further environment variables of the commands; default none.

    Attributes:
        file: The cloud.
        event_log: What the engine said of the last command, a JSON object a line.
    """

    commands = frozenset({"preview", "up", "refresh", "unprotect", "destroy"})

    def __init__(
        self,
        root: Path,
        program: Path,
        config: str,
        cloud: Path | None = None,
        variables: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.directory = root / PROGRAM
        shutil.copytree(program, self.directory, ignore=_left_out)
        environment = self.directory / ".venv"
        environment.symlink_to(sys.prefix, target_is_directory=True)
        cloud = cloud or root / "cloud.json"
        self.file = CloudFile(cloud)
        self._environment = {**_environment(root, cloud), **variables}
        self.event_log = root / "events.jsonl"
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

    @property
    def config(self) -> Config:
        """The stack file's configuration by full key; encrypted nodes stay encrypted."""
        return parse_stack_file(self.stack_file.read_bytes()).config

    def configure(self, config: Mapping[str, Any]) -> None:
        """Puts another configuration into the stack file; how secrets are encrypted stays."""
        lines = self.stack_file.read_text("utf-8").splitlines(keepends=True)
        salt = "".join(line for line in lines if line.startswith("encryptionsalt:"))
        self.stack_file.write_text(salt + text_of(config), "utf-8")

    def begin_stack(self, name: str, config: Mapping[str, Any]) -> None:
        """Makes another stack of the project, without secrets; it is the selected one from then on."""
        self.succeed("stack", "init", name)
        file = self.stack_file.with_name(f"Pulumi.{name}.yaml")
        salt = file.read_text("utf-8") if file.exists() else ""
        file.write_text(salt + text_of(config), "utf-8")

    def encrypt(self, values: Mapping[str, str]) -> None:
        """Puts encrypted values into the stack file, by path."""
        for path, value in values.items():
            self.succeed("config", "set", "--path", "--secret", path, value)

    def check(self) -> subprocess.CompletedProcess[str]:
        """Runs `azureml-events check` on the stack file."""
        return subprocess.run(
            [sys.executable, "-m", "azureml_events", "check", STACK],
            cwd=self.directory,
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, *command: str) -> Run:
        """Runs a Pulumi command, whatever its exit status."""
        before = len(self.file.operations())
        self.event_log.unlink(missing_ok=True)
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

    def cancel_up(self, ready: Callable[[str], bool], number: int, *, group: bool) -> Run:
        """Sends a signal to `pulumi up` once it has come so far.

        Args:
            ready: Says of what it has printed whether it has.
            number: The signal.
            group: Whether the program gets the signal too, as from a terminal.
        """
        before = len(self.file.operations())
        printed = ""
        with subprocess.Popen(
            ["pulumi", "--non-interactive", "up", "--yes", "--skip-preview"],  # noqa: S607 - the CLI that is on PATH
            cwd=self.directory,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as running:
            assert running.stdout
            for line in running.stdout:
                printed += line
                if ready(printed):
                    break
            (os.killpg if group else os.kill)(running.pid, number)
            rest, _ = running.communicate(timeout=_COMMAND_SECONDS)
        return Run(running.returncode, printed + rest, self.file.operations()[before:], ())

    def succeed(self, *command: str) -> Run:
        """Runs a Pulumi command that must succeed."""
        run = self.run(*command)
        assert run.status == 0, run.output
        return run

    def put_first(self, programs: Path) -> None:
        """Puts a directory of programs first on PATH, as activating an environment does."""
        self._environment["PATH"] = f"{programs}{os.pathsep}{self._environment['PATH']}"

    def paste(self, command: str, answer: str) -> None:
        """Runs a command as somebody pastes it into a shell, and answers what it asks."""
        shell = ["bash", "-c", command]
        subprocess.run(shell, cwd=self.directory, env=self._environment, input=answer, text=True, check=True)

    def run_command(self, command: str, *more: str) -> Run:
        """Runs one of `commands`, with more options."""
        if command == "unprotect":
            return self.run("state", "unprotect", "--all", "--yes")
        options = () if command == "preview" else ("--yes", "--skip-preview")
        return self.run(command, *options, *more, "--event-log", str(self.event_log))

    def preview_with_differences(self) -> str:
        """What `pulumi preview --diff` prints."""
        return self.run("preview", "--diff", "--event-log", str(self.event_log)).output

    def state(self) -> dict[str, Any]:
        """`pulumi stack export`: the deployment."""
        exported: dict[str, Any] = json.loads(self.succeed("stack", "export").output)
        return dict(exported["deployment"])

    def put_state(self, exported: Mapping[str, Any]) -> None:
        """Puts what `pulumi stack export --show-secrets` once printed in the place of the state, and encrypts it."""
        _, _, salt = self.stack_file.read_text("utf-8").partition("encryptionsalt: ")
        provider = {"type": "passphrase", "state": {"salt": salt.partition("\n")[0]}}
        deployment = {**exported["deployment"], "secrets_providers": provider}
        file = self.directory.parent / "state.json"
        file.write_text(json.dumps({**exported, "deployment": deployment}), "utf-8")
        self.succeed("stack", "import", "--file", str(file))

    def dependencies(self) -> dict[str, set[str]]:
        """URN of each resource to the URNs of what it depends on and of its parent."""
        return {
            resource["urn"]: {*resource.get("dependencies", ()), *filter(None, [resource.get("parent")])}
            for resource in self.state()["resources"]
        }

    def kept_texts(self) -> list[str]:
        """Every text that Pulumi keeps: state, backups, history."""
        files = (self.directory.parent / "backend").rglob("*")
        return [path.read_text("utf-8", "replace") for path in files if path.is_file()]

    def shown_config(self) -> dict[str, Any]:
        """`pulumi config --json --show-secrets`."""
        shown = self.succeed("config", "--json", "--show-secrets").output
        return dict(json.loads(shown))

    def _steps(self) -> list[tuple[str, str]]:
        """The steps in the engine's event log: those planned by a preview, those done by all else."""
        if not self.event_log.exists():
            return []
        events = [json.loads(line) for line in self.event_log.read_text("utf-8").splitlines()]
        done = [event["resOutputsEvent"]["metadata"] for event in events if "resOutputsEvent" in event]
        return [(step["op"], step["urn"]) for step in done]


def write_program(folder: Path, text: str) -> Path:
    """Writes a program that uses these components; gives its directory.

    Args:
        folder: Where to write it.
        text: Its `__main__.py`.
    """
    program = folder / "source"
    program.mkdir()
    (program / "components").symlink_to(TESTS.parent / "components")
    shutil.copy(TESTS.parent / "Pulumi.yaml", program)
    (program / "__main__.py").write_text(text, "utf-8")
    return program


def _left_out(_: str, names: list[str]) -> list[str]:
    """What of a program's directory is not part of the program."""
    kept_out = {"tests", "dist", "node_modules"}
    return [name for name in names if name.startswith(".") or name in kept_out]


def _environment(root: Path, cloud: Path) -> dict[str, str]:
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
        "PATH": os.pathsep.join([str(bin_directory), str(Path(sys.executable).parent), inherited["PATH"]]),
        "PULUMI_HOME": str(root / "home"),
        "PULUMI_BACKEND_URL": f"file://{root / 'backend'}",
        "PULUMI_CONFIG_PASSPHRASE": "e2e",
        "PULUMI_DEBUG_COMMANDS": "true",  # adds --event-log
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PYTHONPATH": str(root / PROGRAM / "components"),
        CLOUD_VARIABLE: str(cloud),
    }
