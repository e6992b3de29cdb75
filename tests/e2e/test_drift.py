"""What changes beside Pulumi, and what changes without touching access."""

from __future__ import annotations

from collections.abc import Callable

from e2e.configs import Config, edited
from e2e.engine import Project
from e2e.runs import type_of
from e2e.stand_in import azure
from e2e.test_recipes import PROTECTED as BRIDGES
from e2e.test_secrets import CONFIG


def test_what_somebody_changed_is_put_back_with_the_url_whole(real: Callable[[Config], Project]) -> None:
    """A refresh sees what Azure shows; the next deployment puts it back in one update, and then is still."""
    project = real(CONFIG)
    assert project.run_command("up").status == 0
    assert project.run_command("up", "--refresh").changes == {}
    with project.cloud() as cloud:
        [existing] = cloud.of_type("eventSubscriptions")
        before = existing.inputs
        azure.change(cloud, existing.id, filter={"subjectBeginsWith": "x"}, retryPolicy={"maxDeliveryAttempts": 3})

    run = project.run_command("up", "--refresh")

    assert run.changes == {"update": ["ml/everything"]}, run.output
    with project.cloud() as cloud:
        [existing] = cloud.of_type("eventSubscriptions")
    assert existing.inputs == before
    assert project.run_command("up", "--refresh").changes == {}


def test_other_tags_replace_no_role_assignment(real: Callable[[Config], Project]) -> None:
    """Of topics and of workflows, in this Azure subscription and in another; in the preview as in the deployment."""
    project = real(BRIDGES)
    assert project.run_command("up").status == 0
    project.configure(edited(project.config, [{"path": "defaults.tags", "value": {"team": "ml"}}]))

    for command in ("preview", "up"):
        run = project.run_command(command)
        assert run.status == 0, run.output
        changed = {(kind, type_of(urn).rpartition(":")[2]) for kind, urn in run.steps if kind != "same"}
        assert ("update", "SystemTopic") in changed
        assert ("update", "Workflow") in changed
        assert {kind for kind, _ in changed} == {"update"}, changed


def test_a_topic_that_somebody_deleted_stops_no_preview(real: Callable[[Config], Project]) -> None:
    project = real(BRIDGES)
    assert project.run_command("up").status == 0
    with project.cloud() as cloud:
        for topic in list(cloud.of_type("systemTopics")):
            cloud.remove(topic.id)
    project.configure(edited(project.config, [{"path": "defaults.tags", "value": {"team": "ml"}}]))

    preview = project.run_command("preview")

    assert preview.status == 0, preview.output
