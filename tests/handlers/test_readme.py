"""What the page of the bridges says that targets must have is what the recipes send."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from azureml_events.event_grid.catalogue import EVENT_TYPES
from azureml_events.handlers.azure_devops_pipeline import AzureDevOpsPipeline
from azureml_events.handlers.batch_endpoint import BatchEndpoint
from azureml_events.handlers.chat_message import HOSTS, ChatMessage
from azureml_events.handlers.data_factory_pipeline import DataFactoryPipeline
from azureml_events.handlers.github_workflow import GitHubWorkflow
from azureml_events.stack.delivery import Delivery
from azureml_events.stackfile.stack_file import load_stack_file
from azureml_events.workflows.parameters import default_parameters, parameters_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "components/azureml_events/handlers/README.md").read_text("utf-8")
RECIPES = {item.key: item for item in load_stack_file(ROOT / "stacks" / "Pulumi.recipes.yaml").stack.deliveries}
SHOWN = {
    name: (kind, text)
    for name, kind, text in re.findall(r"<!-- recipe: (\S+) -->\n```(\w+)\n(.*?)```", PAGE, re.DOTALL)
}


def shown(recipe: str) -> tuple[Delivery, Any]:
    """A recipe, and what the page shows for it."""
    kind, text = SHOWN[recipe]
    return RECIPES[recipe], json.loads(text) if kind == "json" else yaml.safe_load(text)


def sent(recipe: Delivery) -> set[str]:
    """The names of the parameters that the target gets."""
    return set(parameters_of(recipe.bridged))


@pytest.mark.parametrize("name", ["drift", "monitor-breach"])
def test_the_data_factory_pipeline_declares_what_it_is_told(name: str) -> None:
    _, pipeline = shown("drift")
    recipe = RECIPES[name]

    assert isinstance(recipe.handler, DataFactoryPipeline)
    assert pipeline["name"] == recipe.handler.pipeline_name
    assert set(pipeline["properties"]["parameters"]) == sent(recipe)


def test_the_azure_devops_pipeline_declares_what_it_is_told() -> None:
    recipe, pipeline = shown("tagged-model")

    assert isinstance(recipe.handler, AzureDevOpsPipeline)
    assert {each["name"] for each in pipeline["parameters"]} == sent(recipe)
    assert set(re.findall(r"parameters\.(\w+)", str(pipeline["steps"]))) == sent(recipe)


def test_the_github_workflow_listens_for_the_dispatch_and_reads_what_it_is_told() -> None:
    recipe, workflow = shown("registered-model")

    assert isinstance(recipe.handler, GitHubWorkflow)
    listens = workflow[True]  # YAML 1.1 takes `on` for a boolean
    assert listens == {"repository_dispatch": {"types": [recipe.handler.event_type]}}
    assert set(re.findall(r"client_payload\.(\w+)", str(workflow["jobs"]))) == sent(recipe)


@pytest.mark.parametrize("name", ["retrain-on-breach", "retrain-on-drift"])
def test_the_pipeline_component_declares_what_it_is_told(name: str) -> None:
    _, component = shown("retrain-on-breach")
    recipe = RECIPES[name]

    assert isinstance(recipe.handler, BatchEndpoint)
    assert set(component["inputs"]) == sent(recipe)
    used = re.findall(r"parent\.inputs\.(\w+)", str(component["jobs"]))
    assert used
    assert set(used) <= sent(recipe)


def test_the_page_names_the_hosts_of_webhooks_and_the_secret_of_the_recipe() -> None:
    handler = RECIPES["tell-teams"].handler

    assert isinstance(handler, ChatMessage)
    assert all(f"`{host.removeprefix('.')}`" in PAGE for hosts in HOSTS.values() for host in hosts)
    assert str(handler.url_secret_id).endswith("/vaults/kv-ml/secrets/teams-webhook")
    assert "--vault-name kv-ml --name teams-webhook " in PAGE


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_the_parameters_of_each_event_type_are_listed(event_type: str) -> None:
    [listed] = re.findall(rf"^\| `{event_type}` \| (.+) \|$", PAGE, re.MULTILINE)

    assert re.findall(r"`(\w+)`", listed) == list(default_parameters([EVENT_TYPES[event_type].name]))
