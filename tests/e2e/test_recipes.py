"""The recipes on both engines: workflow, its role, then the subscription, and no signature where it does not belong."""

from __future__ import annotations

import json
from collections.abc import Callable

from e2e.configs import Config, config_of_stack, edited
from e2e.engine import Project
from e2e.runs import Engine, Run, type_of
from e2e.stand_in.workflows import SIGNATURE

ENTRA = {"tenantId": "11111111-2222-3333-4444-555555555555", "audience": "api://events"}
PROTECTED = edited(config_of_stack("recipes"), [{"path": "handlers.retraining.entra", "value": ENTRA}])
WITH_WORKFLOW = {
    *("failed-run", "tell-teams", "tell-slack", "completed-run", "retrain-on-breach", "retrain-on-drift"),
    *("drift", "monitor-breach", "tagged-model", "registered-model"),
}


def test_the_recipes_come_up_stay_and_go(begin: Callable[[Config], Engine]) -> None:
    engine = begin(PROTECTED)
    with engine.cloud() as cloud:
        before = set(cloud.resources)
    first = engine.run_command("up")
    assert first.status == 0, first.output
    for subscription in WITH_WORKFLOW:
        check_order(first, subscription)
    check_destinations(engine)
    check_what_was_found(engine)
    assert engine.run_command("up").changes == {}
    dependencies = engine.dependencies()
    gone = engine.run_command("destroy")
    assert gone.status == 0, gone.output
    deleted = [urn for operation, urn in gone.steps if operation == "delete"]
    for urn in deleted:
        assert all(deleted.index(urn) < deleted.index(each) for each in dependencies[urn] & set(deleted))
    with engine.cloud() as cloud:
        assert set(cloud.resources) == before


def check_order(run: Run, subscription: str) -> None:
    """A workflow is there before the subscription that delivers to it, and its role, where it has one, between them."""
    created = [entry["urn"] for entry in run.operations if entry["operation"] == "create"]
    places = {(type_of(urn).rpartition(":")[2], urn.split("::", 3)[3]): at for at, urn in enumerate(created)}
    workflow = places["Workflow", f"ml-prod/{subscription}/workflow"]
    delivers = places["SystemTopicEventSubscription", f"ml-prod/{subscription}"]
    roles = [
        at
        for (kind, name), at in places.items()
        if kind == "RoleAssignment" and name.startswith(f"ml-prod-{subscription}-")
    ]
    assert len(roles) == (subscription != "tagged-model")
    assert workflow < min([*roles, delivers])
    assert max([workflow, *roles]) < delivers


def check_destinations(engine: Engine) -> None:
    """Event Grid gets the signed URL of a workflow; with Entra the bare one."""
    with engine.cloud() as cloud:
        destinations = {
            each.id.rpartition("/")[2]: each.inputs["destination"] for each in cloud.of_type("eventSubscriptions")
        }
    assert len(destinations) == len(WITH_WORKFLOW) + 1
    for name, destination in destinations.items():
        with_token = name in {"drift", "monitor-breach"}
        assert ("sig=" in destination["endpointUrl"]) is not with_token
        assert ("azureActiveDirectoryTenantId" in destination) is with_token


def check_what_was_found(engine: Engine) -> None:
    """What the workflows call and send from was looked up, is that of a created service, or stood in the stack file."""
    with engine.cloud() as cloud:
        given = {
            each.id.rpartition("/")[2].removeprefix("ml-prod-")[:-9]: {
                name: row["defaultValue"] for name, row in each.inputs["definition"]["parameters"].items()
            }
            for each in cloud.of_type("workflows")
            if "/ml-prod-" in each.id
        }
    assert given["failed-run"]["endpoint"] == "https://acs.invalid"
    assert given["retrain-on-breach"]["scoringUri"] == "https://found.westeurope.inference.ml.azure.com/jobs"
    assert given["retrain-on-drift"]["scoringUri"] == "https://retrain-on-drift.westeurope.inference.ml.azure.com/jobs"
    assert given["completed-run"]["sender"] == "DoNotReply@AzureManaged.azurecomm.invalid"
    assert given["completed-run"]["endpoint"].startswith("https://acs-mail-from-azure-")


def test_what_lies_in_another_azure_subscription_is_looked_up_there(begin: Callable[[Config], Engine]) -> None:
    config = config_of_stack("recipes")
    handlers = config["azureml-events:handlers"]
    elsewhere = {
        f"handlers.{handler}.{field}": handlers[handler][field].replace("-000000000001/", "-000000000002/")
        for handler, field in (("ticket", "resourceId"), ("mail-to-operators", "communicationServiceId"))
    }
    engine = begin(edited(config, [{"path": path, "value": value} for path, value in elsewhere.items()]))

    run = engine.run_command("up")

    assert run.status == 0, run.output
    assert engine.run_command("up").changes == {}


def test_no_signature_reaches_state_output_log_or_error(real: Callable[[Config], Project]) -> None:
    """Not even where a workflow is gone behind Pulumi's back: Event Grid refuses, and says so without the URL."""
    project = real(config_of_stack("recipes"))
    said = [project.run_command(command).output for command in ("preview", "up", "preview", "refresh")]
    said += [json.dumps(project.state()), project.succeed("stack", "output", "--json", "--show-secrets").output]
    with project.cloud() as cloud:
        for each in [each.id for each in cloud.of_type("workflows") if "/ml-prod-drift-" in each.id]:
            cloud.remove(each)
    project.configure(edited(project.config, [{"path": "subscriptions.drift.labels", "value": ["late"]}]))
    refused = project.run_command("up")
    assert refused.status != 0
    assert "ml-prod/failed-run" in "".join(said)
    assert SIGNATURE not in "".join([*said, refused.output])
