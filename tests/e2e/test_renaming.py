"""What is called otherwise in the stack file stays in Azure, where an alias says what it was called."""

from __future__ import annotations

from collections.abc import Callable

from e2e.configs import Config, config_of_stack, edited
from e2e.engine import Project

URN = "urn:pulumi:e2e::azureml-events::azureml-events:index:WorkspaceEvents$azure-native:eventgrid:{}::{}"


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
