"""Small Pulumi programs, run offline: `run` is a fixture for the tests that need them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent
from types import MappingProxyType
from typing import Any

import pytest
from azureml_events.offline.program import preview_stack
from azureml_events.offline.recording import Recording

HEADER = """\
import pulumi
from pulumi import ComponentResource, CustomResource, Output, ResourceOptions
class Thing(CustomResource):
    made: Output[str]
    def __init__(self, name, inputs=None, opts=None):
        super().__init__("cloud:index:Thing", name, {"made": None, **(inputs or {})}, opts)
class Group(ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("test:index:Group", name, {}, opts)
"""
"""What every program starts with: a resource whose output `made` the program does not give, and a component."""

HOOKS = {
    "hooks.py": """\
        import pulumi
        def tell(args):
            inputs, outputs = sorted(args.new_inputs or {}), sorted(args.new_outputs or {})
            pulumi.log.info(f"{args.name} {args.id} {inputs} {outputs}")
        def bind(stage, name, on_dry_run=None, ignore_errors=None, call=tell):
            hook = pulumi.ResourceHook(name, call, pulumi.ResourceHookOptions(on_dry_run, ignore_errors))
            return pulumi.ResourceHookBinding(**{stage: [hook]})
        """
}
"""A further file for programs with hooks: what a hook may do, and how to bind it."""

Run = Callable[..., Recording]
NO_FILES: Mapping[str, str] = MappingProxyType({})


def texts(recording: Recording) -> list[str]:
    """The texts of what a program logged."""
    return [message.text for message in recording.messages]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a program, given as its source; further files by path; options are `preview_stack`'s."""
    return runs(tmp_path, preview_stack)


def runs(folder: Path, execute: Callable[..., Recording]) -> Run:
    """Runs programs, given as their sources.

    Args:
        folder: Where to write them.
        execute: Runs the program of a directory.
    """
    count = iter(range(100))

    def run_source(
        source: str,
        files: Mapping[str, str] = NO_FILES,
        config: Mapping[str, str] = NO_FILES,
        **options: Any,
    ) -> Recording:
        directory = folder / f"program{next(count)}"
        for path, text in {"__main__.py": HEADER + dedent(source), **files}.items():
            file = directory / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(dedent(text), "utf-8")
        return execute(directory, project="shop", stack="dev", config=config, **options)

    return run_source
