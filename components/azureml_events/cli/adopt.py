"""`azureml-events adopt`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from azureml_events.adopt.adoption import Adoption, Existing
from azureml_events.adopt.adoption import adopt as take_over
from azureml_events.adopt.declared import undeclared
from azureml_events.adopt.gathered import Given
from azureml_events.adopt.remarks import Kind, Remark
from azureml_events.adopt.stack_text import stack_text
from azureml_events.cli.completion import complete_stack
from azureml_events.cli.console import FINDINGS, ClosedPipeError, Span, many, print_json, print_line
from azureml_events.cli.options import parameters_option, source_option
from azureml_events.review.input import load_document
from azureml_events.stackfile.input_error import InputError
from azureml_events.stackfile.project import find_stack_file
from azureml_events.stackfile.stack_file import load_stack_file

_STYLES: dict[Kind, str] = {
    "not expressed": "bad",
    "lost": "doubt",
    "secret": "strong",
    "allowed": "doubt",
    "advice": "faint",
    "note": "faint",
}


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="STACKFILE",
    help="Where the stack file goes; default standard output. What exists there and holds a configuration is kept.",
)
@click.option(
    "--against",
    "stacks",
    multiple=True,
    metavar="STACK",
    shell_complete=complete_stack,
    help="List what exists and this stack does not declare. May be repeated: none of them declares it.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@parameters_option
@source_option
@click.pass_context
def adopt(
    ctx: click.Context,
    files: tuple[str, ...],
    *,
    output: Path | None,
    stacks: tuple[str, ...],
    form: str,
    parameters: Path | None,
    sources: tuple[str, ...],
) -> None:
    """Write a stack file that takes over what exists already.

    FILE is a JSON document of what exists: best Azure's own answer, `az rest --method get --url
    "https://management.azure.com<topic id>/eventSubscriptions?api-version=2025-02-15"`; also what `az eventgrid … list`
    prints, an ARM template, a Pulumi state, `terraform show -json`; - is standard input. Exit status 0: all is in the
    stack file (with --against: all is declared), 1: something is not, 2: refused, and no file is written.
    """
    if files.count("-") > 1:
        raise InputError(["-: may stand once only"])
    _refuse_used(output)
    declared = [load_stack_file(*find_stack_file(each, Path.cwd())).stack for each in stacks]
    adoption = take_over([_given(each, parameters) for each in files], sources)
    unknown = undeclared(adoption.existing, declared) if stacks else ()
    text = stack_text(adoption) if adoption.config else ""
    if output and text:
        _write(output, text)
    with suppress(ClosedPipeError):  # the exit status counts, whoever reads
        if form == "json":
            print_json(_json(adoption, text, output, unknown if stacks else None))
        else:
            _print(adoption, text, output, unknown if stacks else None)
    if unknown if stacks else not adoption.complete:
        ctx.exit(FINDINGS)


def _given(file: str, parameters: Path | None) -> Given:
    text, given = load_document(file, parameters)
    return Given(file, text.value, given, text.notes)


def _refuse_used(output: Path | None) -> None:
    """Refuse an output that holds a configuration already; one that holds only how secrets are encrypted keeps that."""
    if output is None or not output.exists():
        return
    if any(line.startswith(("config:", "environment:")) for line in _lines(output)):
        raise InputError([f"{output}: holds a configuration already, which is kept; name another file"])


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError):
        raise InputError([f"{path}: cannot be read, so it is kept; name another file"]) from None


def _write(path: Path, text: str) -> None:
    kept = "".join(_lines(path)) if path.exists() else ""
    separator = "" if not kept or kept.endswith("\n") else "\n"
    try:
        path.write_text(kept + separator + text, "utf-8")
    except OSError as error:
        raise InputError([f"{path}: cannot be written: {error.strerror}"]) from None


def _print(adoption: Adoption, text: str, output: Path | None, unknown: Sequence[Existing] | None) -> None:
    if unknown is not None:
        for each in unknown:
            print_line(f"{each.kind} ", (each.id, "name"), ": no stack declares it")
        if not unknown:
            print_line("all that exists is declared")
    elif output is None and text:
        for line in text.splitlines():
            print_line(line)
    for remark in adoption.remarks:
        print_line(*_spans(remark), err=True)
    print_line(_summary(adoption, output if text else None), err=True)


def _spans(remark: Remark) -> Iterable[Span]:
    yield (remark.kind, _STYLES[remark.kind])
    if remark.about:
        yield f": {remark.about}"
    yield f": {remark.text}"
    if remark.command:
        yield f"; run: {remark.command}"


def _summary(adoption: Adoption, output: Path | None) -> str:
    counts = [
        many(len(adoption.config.get("workspaces", {})), "workspace"),
        many(len(adoption.config.get("subscriptions", {})), "subscription"),
    ]
    left = sum(each.kind == "not expressed" for each in adoption.remarks)
    end = f"; {many(left, 'thing')} not expressed" if left else ""
    return f"{' and '.join(counts)}{f' in {output}' if output else ''}{end}"


def _json(adoption: Adoption, text: str, output: Path | None, unknown: Sequence[Existing] | None) -> dict[str, Any]:
    return {
        "stackFile": str(output) if output and text else None,
        "text": text or None,
        "remarks": [asdict(each) for each in adoption.remarks],
        "undeclared": None if unknown is None else [asdict(each) for each in unknown],
    }
