"""`azureml-events sample`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from azureml_events.base.mistakes import DeclarationError, no_such, show
from azureml_events.cli.completion import complete_event_type, complete_target, complete_workspace
from azureml_events.cli.console import FINDINGS, print_json, print_line
from azureml_events.cli.options import refuse_unknown_workspace
from azureml_events.event_grid.catalogue import full_name
from azureml_events.event_grid.delivery import EventDeliverySchema
from azureml_events.event_grid.samples import catalogued
from azureml_events.event_grid.samples import sample as sample_of
from azureml_events.stackfile.input_error import InputError

SCHEMAS: dict[str, EventDeliverySchema] = {
    "eventgrid": "EventGridSchema",
    "cloudevents": "CloudEventSchemaV1_0",
}
"""The schemas by the names that `--schema` takes."""


@click.command()
@click.argument("event_type", metavar="[TYPE]", required=False, shell_complete=complete_event_type)
@click.option("--schema", "schema_name", type=click.Choice(list(SCHEMAS)), default="eventgrid", show_default=True)
@click.option("--set", "settings", multiple=True, metavar="PATH=VALUE", help="As data.runTags.stage=prod.")
@click.option(
    "--for",
    "target",
    nargs=2,
    metavar="STACK SUBSCRIPTION",
    help="An event that reaches this subscription; exit status 1 where there is none.",
    shell_complete=complete_target,
)
@click.option("--workspace", help="The workspace whose subscription is meant.", shell_complete=complete_workspace)
@click.pass_context
def sample(
    ctx: click.Context,
    event_type: str | None,
    *,
    schema_name: str,
    settings: tuple[str, ...],
    target: tuple[str, str] | None,
    workspace: str | None,
) -> None:
    """Print a realistic event of a TYPE, short or full, or one that reaches a subscription."""
    if target is None and event_type is None:
        raise InputError(["a TYPE is required, or --for STACK SUBSCRIPTION; `azureml-events events` shows the types"])
    if target is None and workspace is not None:
        raise InputError(["--workspace goes with --for STACK SUBSCRIPTION"])
    set_ = parse_settings(settings)
    try:
        if target is not None:
            ctx.exit(_print_reaching(target, workspace, event_type, set_, SCHEMAS[schema_name]))
        print_json(sample_of(str(event_type), SCHEMAS[schema_name], set_))
    except DeclarationError as error:
        raise InputError([str(mistake) for mistake in error.mistakes]) from None


def _print_reaching(
    target: tuple[str, str],
    workspace: str | None,
    event_type: str | None,
    settings: dict[str, str],
    schema: EventDeliverySchema,
) -> int:
    from azureml_events.lint.example import find_example
    from azureml_events.review.input import load_input

    given = load_input(target[0])
    for note in given.notes:
        print_line(note, err=True)
    refuse_unknown_workspace(workspace, (each.workspace for each in given.subscriptions))
    there = [each for each in given.subscriptions if workspace in {None, each.workspace}]
    meant = [each for each in there if each.name == target[1]]
    if not meant:
        raise InputError([f"--for: {no_such('subscription', target[1], [each.name for each in there])}"])
    types = [_type(event_type)] if event_type is not None else []
    for subscription in meant:
        found = find_example(subscription, types, settings, schema)
        if isinstance(found, dict):
            print_json(found)
            if subscription.workspace_id is None:
                fix = f"route it with --workspace {subscription.workspace}"
                print_line(f"note: only the deployment knows the workspace's id, so {fix}", err=True)
            return 0
        for reason in found:
            print_line(f"{subscription.full_name}: no {reason.event_type} reaches it: {reason.text}", err=True)
    return FINDINGS


def _type(name: str) -> str:
    try:
        catalogued(name)
    except ValueError as error:
        raise InputError([str(error)]) from None
    return full_name(name)


def parse_settings(texts: Sequence[str]) -> dict[str, str]:
    """Parse the values of `--set`.

    Args:
        texts: Each `<path>=<value>`.

    Raises:
        InputError: Settings without a path or without `=`; all of them at once.
    """
    wrong = [text for text in texts if not text.partition("=")[1] or text.startswith("=")]
    if wrong:
        expected = "expected <path>=<value>, as in data.runTags.stage=prod"
        raise InputError([f"{expected}, got {show(text)}" for text in wrong])
    return dict(text.split("=", 1) for text in texts)
