"""`azureml-events init`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

import click

from azureml_events import __version__, start
from azureml_events.cli.console import print_line
from azureml_events.start.repository import (
    EXPECTATIONS,
    STACK,
    STACK_FILE,
    WORKFLOWS,
    Ci,
    Outcome,
    lies_outside,
    plan_files,
    relative_package,
    write_files,
)

_PUBLISHED = f"azureml-events=={__version__}"


@click.command()
@click.argument("directory", metavar="[DIR]", type=click.Path(path_type=Path), default=".")
@click.option("--workspace", metavar="RESOURCE_ID", help="The ARM id of the workspace; default one to be filled in.")
@click.option("--ci", type=click.Choice(list(WORKFLOWS)), help="Write workflows for this service; default none.")
@click.option(
    "--package",
    metavar="SPEC",
    default=_PUBLISHED,
    show_default=True,
    help="What requirements.txt names, as pip reads it: a version, a wheel, a repository.",
)
def init(directory: Path, *, workspace: str | None, ci: Ci | None, package: str) -> None:
    """Write the files of a repository of your own into DIR: a Pulumi project, a stack, its expectations, workflows.

    DIR is the current directory by default. What exists is kept and named. Nothing is asked, and nothing but files is
    made; the last lines say what to do next.
    """
    outcomes = write_files(directory, plan_files(workspace, ci, relative_package(package, directory)))
    for each in outcomes:
        _print_outcome(each)
    print_line()
    print_line(f"Next, in {directory}:")
    unreachable = ci is not None and lies_outside(package, directory)
    for number, step in enumerate(_steps(outcomes, workspace, ci, package, unreachable=unreachable), 1):
        print_line(f"{number}. {step}")


def _print_outcome(outcome: Outcome) -> None:
    if outcome.kept is None:
        print_line(("wrote ", "good"), outcome.path)
    else:
        print_line(("kept  ", "doubt"), f"{outcome.path}: {outcome.kept}")


def _steps(
    outcomes: Iterable[Outcome], workspace: str | None, ci: Ci | None, package: str, *, unreachable: bool
) -> Iterator[str]:
    written = {each.path for each in outcomes if each.kept is None}
    if package == _PUBLISHED and "requirements.txt" in written:
        yield f"{_PUBLISHED} is on no public index yet: in requirements.txt, name the wheel or an index that has it"
    if unreachable and "requirements.txt" in written:
        yield f"{package} lies outside the repository, where no workflow finds it: put it inside, or name an address"
    yield "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt"
    if STACK_FILE in written:
        filled = "" if workspace else "the workspace's id and the Azure subscription, "
        yield f"{STACK_FILE}: write {filled}the region of the inbox, and what you want to happen"
    commands = f"check {STACK}", f"preview {STACK}", f"route {STACK} --expect {EXPECTATIONS}"
    yield "ask before deploying: " + ", ".join(f".venv/bin/azureml-events {each}" for each in commands)
    page = files(start) / "README.md"
    yield f"state, key, login and roles, once: {page}"
    yield f"pulumi stack init {STACK} --secrets-provider azurekeyvault://… && pulumi up --stack {STACK}"
    if ci is None:
        yield f"azureml-events init --ci {'|'.join(WORKFLOWS)} adds workflows that check, review, preview and deploy"
