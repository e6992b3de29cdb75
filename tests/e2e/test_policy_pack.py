"""The policy pack on the real CLI: on programs that use azure-native alone, and on our own stacks."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import venv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from azureml_events.policy.rules import RULES
from e2e.configs import BARE, config_of_stack
from e2e.conftest import REPOSITORY
from e2e.engine import Project
from e2e.runs import name_of
from e2e.stand_in import azure
from stack_texts import GROUP, WORKSPACE
from wheel import build, install

COMPONENTS = REPOSITORY / "components"
PACK = COMPONENTS / "azureml_events" / "policy" / "pack"
TODAY = {"SOURCE_DATE_EPOCH": "1795651200"}
PLANTED = "hunter2planted"
PROJECT = "name: raw\nruntime: {name: python, options: {virtualenv: .venv}}\nstackConfigDir: stacks\n"
IN_PACK = {name for name, rule in RULES.items() if not rule.review_only}

PROGRAM = f"""\
import pulumi
from pulumi_azure_native import authorization, eventgrid, storage

GROUP = "{GROUP}"
store = storage.StorageAccount(
    "store", resource_group_name="rg", account_name="store1", location="westeurope", kind="StorageV2",
    sku={{"name": "Standard_LRS"}}, allow_blob_public_access=True,
)
queue = storage.Queue("queue", resource_group_name="rg", account_name=store.name)
letters = storage.BlobContainer("letters", resource_group_name="rg", account_name=store.name, container_name="letters")
topic = eventgrid.SystemTopic(
    "topic", resource_group_name="rg", location="westeurope", system_topic_name="ml-events",
    source=f"{{GROUP}}/providers/Microsoft.MachineLearningServices/workspaces/ml",
    topic_type="Microsoft.MachineLearningServices.Workspaces",
    identity={{"type": "SystemAssigned"}},
)
principal = topic.identity.apply(lambda known: known.principal_id)
sender = authorization.RoleAssignment(
    "sender", scope=store.id, principal_id=principal, principal_type="ServicePrincipal",
    role_definition_id="/providers/Microsoft.Authorization/roleDefinitions/c6a89b2d-59bc-44d0-9896-0f6e12d7b80a",
)
writer = authorization.RoleAssignment(
    "writer", scope=store.id, principal_id=principal, principal_type="ServicePrincipal",
    role_definition_id="/providers/Microsoft.Authorization/roleDefinitions/ba92f5b4-2d11-453d-a403-e96b0029c9fe",
)
authorization.RoleAssignment(
    "owner", scope=GROUP, principal_id=principal, principal_type="ServicePrincipal",
    role_definition_id="/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
)
after = pulumi.ResourceOptions(depends_on=[sender, writer, queue, letters])
eventgrid.SystemTopicEventSubscription(
    "of-classes", resource_group_name="rg", system_topic_name=topic.name,
    destination=eventgrid.WebHookEventSubscriptionDestinationArgs(
        endpoint_type="WebHook", max_events_per_batch=1,
        endpoint_url=pulumi.Output.secret("https://hooks.example.net/in?code={PLANTED}"),
        delivery_attribute_mappings=[
            eventgrid.StaticDeliveryAttributeMappingArgs(name="api-key", type="Static", value="{PLANTED}")
        ],
    ),
    filter=eventgrid.EventSubscriptionFilterArgs(
        included_event_types=["Microsoft.MachineLearningServices.ModelRegistered"], subject_begins_with="/models/"
    ),
    retry_policy=eventgrid.RetryPolicyArgs(max_delivery_attempts=1, event_time_to_live_in_minutes=1440),
)
eventgrid.SystemTopicEventSubscription(
    "of-outputs", resource_group_name="rg", system_topic_name=topic.name,
    delivery_with_resource_identity={{
        "identity": {{"type": "SystemAssigned"}},
        "destination": {{"endpointType": "StorageQueue", "resourceId": store.id, "queueName": queue.name}},
    }},
    dead_letter_destination={{
        "endpointType": "StorageBlob", "resourceId": f"{{GROUP}}/providers/Microsoft.Storage/storageAccounts/store1",
        "blobContainerName": letters.name,
    }},
    opts=after,
)
pulumi.CustomResource(
    "azure-native:eventgrid/v20220615:SystemTopicEventSubscription", "of-older-token",
    {{
        "resourceGroupName": "rg", "systemTopicName": "ml-events", "eventSubscriptionName": "older",
        "destination": {{
            "endpointType": "WebHook", "endpointUrl": topic.name.apply(lambda name: f"https://{{name}}.example.net/in"),
        }},
    }},
    pulumi.ResourceOptions(depends_on=[topic]),
)
pulumi.export("key", pulumi.Output.secret("{PLANTED}"))
"""

Found = set[tuple[str, str]]
"""Rules and the Pulumi names of what they are about."""


@pytest.fixture
def raw(start: Callable[..., Project], tmp_path: Path) -> Project:
    """A project with the raw program; a workspace and a resource group are there."""
    return _raw(start, tmp_path, COMPONENTS)


def _raw(start: Callable[..., Project], folder: Path, components: Path, **variables: str) -> Project:
    program = folder / "raw"
    program.mkdir()
    (program / "Pulumi.yaml").write_text(PROJECT, "utf-8")
    (program / "__main__.py").write_text(PROGRAM, "utf-8")
    project = start(BARE, program, PYTHONPATH=str(components), PYTHONDONTWRITEBYTECODE="1", **TODAY, **variables)
    with project.cloud() as cloud:
        azure.seed(cloud, GROUP, {"location": "westeurope"})
        azure.seed(cloud, WORKSPACE, {"location": "westeurope"})
    return project


def policy(project: Project, content: Mapping[str, Any]) -> Path:
    """Writes a policy file.

    Args:
        project: The project.
        content: What it says.
    """
    file = project.directory / "policy.json"
    file.write_text(json.dumps(content), "utf-8")
    return file


def events(project: Project) -> list[dict[str, Any]]:
    """What the policies of the last command reported, as the event stream has it."""
    lines = project.event_log.read_text("utf-8").splitlines()
    return [event["policyEvent"] for event in map(json.loads, lines) if "policyEvent" in event]


def found(project: Project) -> Found:
    """What the pack found in the last command."""
    reported = [each for each in events(project) if each["policyName"] != "undecided"]
    return {(each["policyName"], name_of(each["resourceUrn"])) for each in reported}


def undecided(project: Project) -> Found:
    """What the pack listed as undecided in the last command."""
    lines = [_words(each) for each in events(project) if each["policyName"] == "undecided"]
    assert all(re.fullmatch(r"[\w-]+: [^:]+: \S+ is unknown", line) for line in lines)
    return {(line.split(": ")[0], line.split(": ")[1]) for line in lines}


def _words(event: Mapping[str, Any]) -> str:
    """The message without the description before it and the marks of colours in it."""
    return re.sub(r"<\{%.*?%\}>", "", event["message"]).strip().rpartition("\n")[2]


def run(project: Project, command: str, *more: str, pack: Path = PACK) -> tuple[int, str]:
    """Runs a command with the pack; nothing that it prints or streams has a planted secret, or says what helps nobody.

    Args:
        project: The project.
        command: `preview` or `up`.
        more: Further options.
        pack: The folder of the pack.
    """
    done = project.run_command(command, "--policy-pack", str(pack), *more)
    streamed = "\n".join(json.dumps(each) for each in events(project)) if project.event_log.exists() else ""
    for each in (done.output, streamed):
        assert PLANTED not in each
        assert "can't run policy" not in each
        assert "failed to run policy" not in each
        assert "this is a mistake of the pack's" not in each
    return done.status, done.output


def review(project: Project, *more: str) -> tuple[Found, Found]:
    """What `review` finds of the same program, with the rules' names in the pack; and what it could not decide."""
    done = subprocess.run(
        [sys.executable, "-m", "azureml_events", "review", "e2e", "--format", "json", *more],
        cwd=project.directory,
        env={**os.environ, "PYTHONPATH": str(COMPONENTS), **TODAY},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode < 2, done.stderr
    reviewed = json.loads(done.stdout)
    counted = [each for each in reviewed["findings"] if each["exempt"] is None]
    in_pack = {(each["rule"], each["resource"]) for each in counted if each["rule"] in IN_PACK}
    in_pack |= {("never-matches", each["resource"]) for each in counted if each["rule"].startswith("never-")}
    return in_pack, {(each["rule"], each["resource"]) for each in reviewed["undecided"]}


def test_the_pack_finds_what_a_review_finds_in_a_raw_program(raw: Project) -> None:
    reviewed, unknown = review(raw, "--program", ".")
    status, _ = run(raw, "preview")
    previewed, undecided_then = found(raw), undecided(raw)

    assert status != 0
    assert previewed == reviewed
    assert {rule for rule, _ in previewed} >= {
        "attribute-secret",
        "never-matches",
        "role-privileged",
        "store-anonymous",
    }
    assert unknown - {each for each in unknown if each[0] not in IN_PACK} <= undecided_then
    assert ("webhook-https", "of-older-token") in undecided_then


def test_an_update_finds_the_same_and_an_exported_state_too(raw: Project) -> None:
    file = policy(raw, {"all": "advisory", **{name: "disabled" for name, rule in RULES.items() if rule.level == "off"}})
    status, _ = run(raw, "preview", "--policy-pack-config", str(file))
    assert status == 0
    previewed = found(raw)
    status, output = run(raw, "up", "--policy-pack-config", str(file))
    assert status == 0, output
    updated = found(raw)

    state = raw.directory / "state.json"
    raw.succeed("stack", "export", "--file", str(state))
    options = ("--policy-pack", str(PACK), "--policy-pack-config", str(file), "--file", str(state), "--json")
    analysed = raw.run("policy", "analyze", *options)
    assert analysed.status == 0, analysed.output
    assert PLANTED not in analysed.output

    assert updated == previewed
    named = set(re.findall(r'"policyName": ?"([\w-]+)"', analysed.output)) - {"undecided"}
    assert named == {rule for rule, _ in previewed}


def test_a_mandatory_rule_stops_an_update_before_its_resource_is_made(raw: Project) -> None:
    only = dict.fromkeys(RULES, "disabled") | {"attribute-secret": "mandatory"}
    status, output = run(raw, "up", "--policy-pack-config", str(policy(raw, only)))

    assert status != 0
    assert "attribute-secret" in output
    with raw.cloud() as cloud:
        assert not [each for each in cloud.resources if each.endswith("/of-classes")]


def test_a_mandatory_rule_with_an_unknown_member_is_undecided_and_stops_nothing(raw: Project) -> None:
    only = dict.fromkeys(RULES, "disabled") | {"webhook-https": "mandatory"}
    file = policy(raw, only)
    status, output = run(raw, "preview", "--policy-pack-config", str(file))

    assert status == 0, output
    assert "webhook-https: of-older-token: destination.endpointUrl is unknown" in output
    assert found(raw) == set()
    assert run(raw, "up", "--policy-pack-config", str(file))[0] == 0
    assert undecided(raw) == set()


def test_wrong_settings_are_said_and_what_is_wrong_in_a_known_one_the_cli_refuses(raw: Project) -> None:
    wrong = {"webhook-host": {"enforcementLevel": "mandatory", "alowed": ["*.contoso.com"]}}
    status, output = run(raw, "preview", "--policy-pack-config", str(policy(raw, wrong)))
    assert status != 0
    assert "webhook-host.alowed: unknown setting 'alowed'; did you mean 'allowed'?" in output

    short = {"webhook-host": {"exempt": [{"resource": "x", "reason": "short", "until": "someday"}]}}
    refused = raw.run("preview", "--policy-pack", str(PACK), "--policy-pack-config", str(policy(raw, short)))
    assert refused.status != 0
    assert "webhook-host" in refused.output
    assert "exempt.0" in refused.output


def test_the_policy_file_may_hold_every_rule_without_a_level(raw: Project) -> None:
    """Also those that a review alone knows."""
    content = {name: rule.example_settings or {"exempt": []} for name, rule in RULES.items()}
    status, output = run(raw, "preview", "--policy-pack-config", str(policy(raw, content)))

    assert status != 0
    assert "invalid enforcement level" not in output
    assert "attribute-secret" in {rule for rule, _ in found(raw)}


def test_exemptions_are_silent_until_they_end(raw: Project) -> None:
    def exempt(until: str) -> list[dict[str, str]]:
        return [{"resource": "of-*", "reason": "accepted in RISK-112", "until": until}]

    content = {"attribute-secret": {"exempt": exempt("2026-11-26")}, "retry-bounds": {"exempt": exempt("2026-11-25")}}
    file = policy(raw, content)
    _, output = run(raw, "preview", "--policy-pack-config", str(file))

    assert "attribute-secret" not in {rule for rule, _ in found(raw)}
    assert "retry-bounds" in {rule for rule, _ in found(raw)}
    assert "its exemption ended on 2026-11-25" in output
    assert found(raw) == review(raw, "--program", ".", "--policy", str(file))[0]


@pytest.mark.parametrize("stack", ["dev", "prod", "recipes"])
def test_our_own_stacks_are_as_a_review_finds_them(
    real: Callable[[Mapping[str, Any]], Project], stack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY["SOURCE_DATE_EPOCH"])
    project = real(config_of_stack(stack))
    shared = project.directory / "stacks" / "policy.json"
    status, output = run(project, "preview", "--policy-pack-config", str(shared))

    reviewed, _ = review(project)
    assert {rule for rule, _ in found(project)} == {rule for rule, _ in reviewed}
    assert "[mandatory]" not in output
    assert status == 0, output


def test_the_line_of_the_readme_works_from_an_installed_wheel(start: Callable[..., Project], tmp_path: Path) -> None:
    environment = install(build(tmp_path / "wheel"), tmp_path / "environment")
    project = _raw(start, tmp_path, tmp_path / "nothing")
    project.put_first(environment / "bin")
    policy(project, {"all": "advisory"}).rename(project.directory / "stacks" / "policy.json")
    (line,) = re.findall(
        r"^pulumi preview --policy-pack .*$", (REPOSITORY / "README.md").read_text("utf-8"), re.MULTILINE
    )
    project.paste(f"{line} --non-interactive --event-log {project.event_log}", "")

    assert "attribute-secret" in {rule for rule, _ in found(project)}


def test_a_missing_environment_is_said(raw: Project, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    venv.create(empty, symlinks=True)
    raw.put_first(empty / "bin")
    done = raw.run("preview", "--policy-pack", str(PACK))

    page = (COMPONENTS / "azureml_events" / "policy" / "README.md").read_text("utf-8")
    assert done.status != 0
    for words in ("No module named 'pulumi'", "policy pack not started"):
        assert words in done.output
        assert f"`{words}`" in page
