"""Files that people give in place of a document that can be read, each with the command that gives the right one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

from azureml_events.base.mistakes import show
from azureml_events.documents.azure_cli import LIST_OF_WORKSPACE, WHERE_TO_LOOK, is_resource_graph

_BICEP = re.compile(
    r"^\s*(?:targetScope\s*=|(?:param|var|output)\s+\w+|(?:resource|module)\s+\w+\s+'|metadata\s+\w+\s*=|using\s+')",
    re.MULTILINE,
)
_HCL = re.compile(r'^\s*(?:resource|data|module|provider|variable|terraform)\s*(?:"[^"]*"\s*){0,2}\{', re.MULTILINE)
_RECORDS = ("Obj\x01", "PAR1")
_LONGEST_LOOK = 20_000

PLAN = "terraform plan -out=plan && terraform show -json plan > plan.json"
"""The commands that print a Terraform plan as JSON."""

PULUMI_PROJECT = (
    "a Pulumi project, not one of its stacks; give a stack's name or file, or of a program that is not ours what"
    " 'pulumi preview --json > preview.json' prints"
)
"""What to say of a `Pulumi.yaml`, whose program may stand in it."""

STATE = "terraform show -json > state.json"
"""The command that prints a Terraform state as JSON."""


def refusal(value: Any) -> str | None:
    """Say what a JSON value is that is no document, and what to give in its place; None where that is not known."""
    item = value[0] if isinstance(value, list) and value else value
    if not isinstance(item, Mapping):
        return None
    return next((text for is_one, text in _KINDS if is_one(item)), None) or _resource(value, item)


def refusal_of_text(name: str, text: str) -> str | None:
    """Say what a text is that is no JSON, and what to give in its place; None where that is not known.

    Args:
        name: The file's name.
        text: The text.
    """
    file, text = PurePath(name), text[:_LONGEST_LOOK]
    if text.startswith(_RECORDS):
        return f"a file of events, Avro or Parquet; hold them against filters with 'azureml-events route … {file.name}'"
    if file.suffix == ".bicepparam":
        command = f"az bicep build-params --file {file.name}"
        return f"Bicep parameters; give the template, and with --parameters what '{command}' writes"
    if file.suffix == ".bicep" or _BICEP.search(text):
        return f"Bicep itself; compile it with 'az bicep build -f {file.name}' and give {file.stem}.json"
    return _refusal_of_terraform(file, text)


def _refusal_of_terraform(file: PurePath, text: str) -> str | None:
    if '"@level"' in text[:500] and '"@message"' in text[:500]:
        return f"the messages of 'terraform plan -json'; print the plan with '{PLAN}'"
    if text.startswith(("# azurerm_", "# module.", "Terraform will perform", "Terraform used the selected")):
        return f"Terraform's text for people; print it with '{PLAN}', a state with '{STATE}'"
    if text.startswith("PK"):
        return f"a packed file; a Terraform plan is printed with 'terraform show -json {file.name} > plan.json'"
    if file.suffix in {".tf", ".hcl"} or _HCL.search(text):
        return f"Terraform configuration; print its plan with '{PLAN}'"
    return None


def _resource(value: Any, item: Mapping[str, Any]) -> str | None:
    """Say what Azure's resources of other types are."""
    if is_resource_graph(value):
        return f"an answer of Azure Resource Graph, which knows no event subscriptions; {WHERE_TO_LOOK}"
    type_ = str(item.get("type") or item.get("Type"))
    if type_.lower() == "microsoft.machinelearningservices/workspaces":
        workspace = item.get("id") or item.get("Id")
        command = LIST_OF_WORKSPACE.format(workspace=workspace if isinstance(workspace, str) else "<workspace id>")
        return f"a workspace, without its event subscriptions; print them with '{command}'"
    if type_.lower().startswith("microsoft.") and "/" in type_:
        return f"not an event subscription, but a resource of type {show(type_)}; {WHERE_TO_LOOK}"
    return None


def _is_parameters(item: Mapping[str, Any]) -> bool:
    return "deploymentparameters.json" in str(item.get("$schema")).lower()


def _is_terraform_state(item: Mapping[str, Any]) -> bool:
    return "terraform_version" in item and "lineage" in item


def _is_terraform_configuration(item: Mapping[str, Any]) -> bool:
    resource = item.get("resource")
    return isinstance(resource, Mapping) and any(str(name).startswith(("azurerm_", "azapi_")) for name in resource)


def _is_event(item: Mapping[str, Any]) -> bool:
    return ("eventType" in item or "event_type" in item or "specversion" in item) and "properties" not in item


def _is_error(item: Mapping[str, Any]) -> bool:
    return isinstance(item.get("error"), Mapping) and "code" in item["error"]


def _is_checkpoint(item: Mapping[str, Any]) -> bool:
    return isinstance(item.get("checkpoint"), Mapping)


def _is_pulumi_program(item: Mapping[str, Any]) -> bool:
    return "runtime" in item and "name" in item


_KINDS: tuple[tuple[Callable[[Mapping[str, Any]], bool], str], ...] = (
    (_is_parameters, "a parameter file; give the template, and this file with --parameters"),
    (
        _is_terraform_state,
        f"Terraform's own state, whose form is Terraform's affair; print it with '{STATE}' and give that",
    ),
    (_is_terraform_configuration, f"Terraform configuration; print its plan with '{PLAN}'"),
    (_is_event, "an event; events come after the input: 'azureml-events route INPUT EVENTS'"),
    (_is_error, f"an error that Azure answered; {WHERE_TO_LOOK}"),
    (_is_checkpoint, "a file of Pulumi's state backend; print the state with 'pulumi stack export' and give that"),
    (_is_pulumi_program, "a Pulumi program; print what it declares with 'pulumi preview --json > preview.json'"),
)
