"""What is called otherwise in the stack file stays in Azure, where an alias says what it was called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from e2e.configs import BARE, Config, config_of_stack, edited
from e2e.engine import Project, write_program
from e2e.stand_in import azure
from stack_texts import GROUP, WORKSPACE

COMPONENT = "urn:pulumi:e2e::azureml-events::azureml-events:index:WorkspaceEvents::ml-dev"
URN = "urn:pulumi:e2e::azureml-events::azureml-events:index:WorkspaceEvents$azure-native:eventgrid:{}::{}"

OPERATIONS = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ops/providers"
BRIDGED = [
    {
        "path": "handlers.retrain",
        "value": {
            "type": "DataFactoryPipeline",
            "factoryId": f"{GROUP}/providers/Microsoft.DataFactory/factories/adf-ml",
            "pipelineName": "retrain",
        },
    },
    {"path": "subscriptions.retraining", "value": {"handler": "retrain", "when": "monitorBreached"}},
    {
        "path": "handlers.release",
        "value": {"type": "AzureDevOpsPipeline", "organization": "contoso", "project": "churn", "pipelineId": 12},
    },
    {"path": "subscriptions.releasing", "value": {"handler": "release", "when": "modelRegistered"}},
]
MAILED = [
    {
        "path": "handlers.mail",
        "value": {
            "type": "EmailAlert",
            "communicationServiceId": f"{OPERATIONS}/Microsoft.Communication/communicationServices/acs",
            "sender": "ml@contoso.com",
            "to": ["ops@contoso.com"],
        },
    },
    {"path": "subscriptions.mailing", "value": {"handler": "mail", "when": "runFailed"}},
]
WATCHED = [
    {
        "path": "defaults.alerts",
        "value": {"actionGroupId": f"{OPERATIONS}/Microsoft.Insights/actionGroups/on-call"},
    },
    {
        "path": "defaults.diagnostics",
        "value": {"workspaceId": f"{OPERATIONS}/Microsoft.OperationalInsights/workspaces/log"},
    },
]
STORES: dict[str, list[dict[str, object]]] = {
    "shared": [],
    "its own": [
        {"path": "workspaces.ml-dev.location", "remove": True},
        {"path": "workspaces.ml-dev.deadLetter", "value": {"create": {"accountName": "stmldevletters"}}},
        {"path": "handlers.retraining.create.location", "value": "westeurope"},
    ],
}
PROGRAM = f"""
import pulumi

from azureml_events import (
    CreateDeadLetter, CreateEventHub, DeadLetter, Defaults, EventHub, Subscription, SystemTopic, WorkspaceEvents,
    run_failed
)


def events(key, topic=None, name=None, aliases=None):
    hub = EventHub(create=CreateEventHub(resource_group="rg", namespace_name=name))
    WorkspaceEvents(
        key,
        workspace_id="{WORKSPACE}",
        location="westeurope",
        system_topic=SystemTopic(name=topic),
        dead_letter=DeadLetter(create=CreateDeadLetter(account_name="mine")),
        defaults=Defaults(access_delay_seconds=0, access_retry_minutes=0),
        subscriptions={{"failed": Subscription(run_failed(), to=hub)}},
        opts=pulumi.ResourceOptions(aliases=aliases),
    )


"""


def prerequisites(project: Project) -> list[dict[str, str]]:
    """The stack's output of that name."""
    (stack,) = [each for each in project.state()["resources"] if each["type"] == "pulumi:pulumi:Stack"]
    listed: list[dict[str, str]] = stack["outputs"]["prerequisites"]
    assert listed
    return listed


def renamed(config: Config, section: str, old: str, new: str) -> Config:
    """A configuration with another key for an entry."""
    entries = config[f"azureml-events:{section}"]
    return {
        **config,
        f"azureml-events:{section}": {new if key == old else key: entry for key, entry in entries.items()},
    }


def test_a_renamed_subscription_stays_where_an_alias_says_its_old_name(real: Callable[[Config], Project]) -> None:
    project = real(config_of_stack("dev"))
    assert project.run_command("up").status == 0
    old = URN.format("SystemTopicEventSubscription", "ml-dev/failed-training")
    config = renamed(project.config, "subscriptions", "failed-training", "training-failures")
    entry = "subscriptions.training-failures"
    project.configure(
        edited(
            config,
            [{"path": f"{entry}.name", "value": "failed-training"}, {"path": f"{entry}.aliases", "value": [old]}],
        )
    )

    run = project.run_command("up")

    assert run.status == 0, run.output
    assert run.changes == {}
    assert "ml-dev/training-failures" in {urn.rpartition("::")[2] for urn in project.dependencies()}
    project.configure(edited(project.config, [{"path": f"{entry}.aliases", "remove": True}]))
    assert project.run_command("up").changes == {}  # the state has the new name: the alias has done its work


KEPT: list[dict[str, Any]] = [
    {"path": "workspaces.ml-development.systemTopic", "value": {"name": "ml-dev-events"}},
    {"path": "workspaces.ml-development.aliases", "value": [COMPONENT]},
]
"""Keep what the workspace has in Azure under its new key."""


@pytest.mark.parametrize("store", STORES)
def test_a_renamed_workspace_stays_with_all_that_is_called_by_its_key(
    real: Callable[[Config], Project], store: str
) -> None:
    project = real(edited(config_of_stack("dev"), [*BRIDGED, *WATCHED, *STORES[store]]))
    assert project.run_command("up").status == 0
    needed = prerequisites(project)
    project.configure(edited(renamed(project.config, "workspaces", "ml-dev", "ml-development"), KEPT))

    run = project.run_command("up")

    assert run.status == 0, run.output
    assert run.changes == {}
    assert prerequisites(project) == needed  # as Azure calls the identities
    assert not [urn for urn in project.dependencies() if "ml-dev" in urn.rpartition("::")[2].split("/")]
    project.configure(edited(project.config, [{"path": "workspaces.ml-development.aliases", "remove": True}]))
    assert project.run_command("up").changes == {}


def test_a_new_workspace_under_the_freed_key_is_told_what_is_kept(real: Callable[[Config], Project]) -> None:
    """Mail workflows tell mails apart by the key, so a rename changes them in place."""
    project = real(edited(config_of_stack("dev"), [*MAILED]))
    assert project.run_command("up").status == 0
    config = renamed(project.config, "workspaces", "ml-dev", "ml-development")
    kept = config["azureml-events:workspaces"]["ml-development"]
    new = {**kept, "resourceId": f"{kept['resourceId']}-2", "systemTopic": {"name": "ml-dev-2-events"}}
    with project.cloud() as cloud:
        azure.seed(cloud, new["resourceId"], {"location": "westeurope"})
    project.configure(edited(config, KEPT))
    moved = project.run_command("up")
    config = edited(project.config, [{"path": "workspaces.ml-development.aliases", "remove": True}])
    project.configure(edited(config, [{"path": "workspaces.ml-dev", "value": new}]))
    taken = project.run_command("up", "--continue-on-error")

    assert moved.changes == {"update": ["ml-development/mailing/workflow"]}
    assert taken.status != 0
    assert "/ml-dev exists already: a workspace that had this key before keeps it" in taken.output
    assert "ml-dev/mailing/workflow exists already: a workspace that had this key before keeps it" in taken.output


def test_a_renamed_component_stays_with_the_handlers_that_it_creates(
    start: Callable[..., Project], tmp_path: Path
) -> None:
    project = start(BARE, write_program(tmp_path, PROGRAM + "events('one')"))
    with project.cloud() as cloud:
        cloud.access_delay = 0
        azure.seed(cloud, GROUP)
        azure.seed(cloud, WORKSPACE, {"location": "westeurope"})
    assert project.run_command("up").status == 0
    main = project.directory / "__main__.py"

    main.write_text(PROGRAM + "events('two', aliases=[pulumi.Alias(name='one')])")
    refused = project.run_command("up")
    (made,) = [each["id"] for each in project.state()["resources"] if each["type"].endswith(":Namespace")]
    name = made.rpartition("/")[2]
    main.write_text(PROGRAM + f"events('two', topic='one-events', name='{name}', aliases=[pulumi.Alias(name='one')])")
    run = project.run_command("up")

    assert refused.operations == []
    assert "system_topic.name: required beside 'aliases'" in refused.output
    assert "subscriptions.failed.to.create: its name in Azure was derived" in refused.output
    assert run.status == 0, run.output
    assert run.changes == {}
    main.write_text(PROGRAM + f"events('two', topic='one-events', name='{name}')")
    assert project.run_command("up").changes == {}
