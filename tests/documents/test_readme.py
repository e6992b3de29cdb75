"""The page about documents of other tools names what is read and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

from azureml_events.documents import azure_cli, neighbours

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "components/azureml_events/documents/README.md").read_text("utf-8")

PRINTED_BY = {
    "az eventgrid system-topic event-subscription list": "azure-cli-system-topic.json",
    "az eventgrid event-subscription list": "azure-cli-extension.json",
    "az rest": "azure-rest.json azure-rest-half.json",
    "az bicep build": "template-bicep.json",
    "what-if": "what-if.json",
    "Get-AzEventGridSystemTopicEventSubscription": "az-powershell.json",
    "pulumi stack export": "pulumi-state.json",
    "pulumi preview --json": "pulumi-preview.json",
    "terraform show -json plan": "terraform-plan.json",
    "terraform show -json > state.json": "terraform-state.json",
    "az logic workflow show": "logic-app.json",
    "az graph query": "resource-graph.json",
    "azureml-events preview": "own-preview.json",
}
"""The documents of the cases by the command that prints them."""


def section(name: str) -> str:
    """A section of the page."""
    return PAGE.partition(f"## {name}\n")[2].partition("\n## ")[0]


def test_every_document_that_is_read_has_its_command_on_the_page() -> None:
    read = section("What is read")
    cases = {name for names in PRINTED_BY.values() for name in names.split()}

    assert [command for command in PRINTED_BY if command not in read] == []
    templates = {path.name for path in (ROOT / "tests/cases/documents").glob("template-*.json")}
    assert cases | templates == {path.name for path in (ROOT / "tests/cases/documents").iterdir()}


def test_the_commands_of_refusals_are_those_of_the_page() -> None:
    printed = {
        azure_cli.LIST_OF_TOPIC.format(group="<group>", topic="<topic>"),
        azure_cli.LIST_OF_WORKSPACE.format(workspace="<workspace id>"),
        neighbours.PLAN,
        neighbours.STATE,
    }
    for file in ("main.bicep", "main.bicepparam"):
        printed |= set(re.findall(r"'(az [^']+)'", str(neighbours.refusal_of_text(file, ""))))
    printed |= set(re.findall(r"'(pulumi [^']+)'", neighbours.PULUMI_PROJECT))

    assert len(printed) == 7
    assert [command for command in printed if f"`{command}`" not in PAGE] == []
