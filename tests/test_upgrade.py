"""What who upgrades may rely on: the promise holds for the example stacks, and would be seen broken."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from azureml_events.offline.preview_json import preview_json
from azureml_events.offline.program import preview_stack
from azureml_events.stackfile.project import find_project
from azureml_events.stackfile.stack_file import load_stack_file
from golden import ROOT
from small_programs import Run, run
from upgrade import KEPT, broken, kept

__all__ = ["run"]

STACKS = sorted(path.name.split(".")[0] for path in KEPT.glob("*.preview.json"))
RESOURCE = """
def make(type_, name, inputs, **options):
    CustomResource(f"azure-native:{type_}", name, inputs, ResourceOptions(**options))
"""
TOPIC = "make('eventgrid:SystemTopic', 'a', {%s}%s)"
SUBSCRIPTION = "make('eventgrid:SystemTopicEventSubscription', 'a', {%s})"
ROLE = "make('authorization:RoleAssignment', 'a', {'roleAssignmentName': '1', 'scope': '/s', %s})"
WATCHED = ", replace_on_changes=['source', 'topicType']"
AZURE = "pulumi.ProviderResource('azure-native', 'else', {'subscriptionId': '%s'})"
URN = "urn:pulumi:dev::shop::azure-native:eventgrid:SystemTopic::a"
HARMLESS = {
    "nothing": (TOPIC % ("", ""), TOPIC % ("", "")),
    "an alias by name": (TOPIC % ("", ""), "make('eventgrid:SystemTopic', 'b', {}, aliases=[pulumi.Alias(name='a')])"),
    "an alias by URN": (
        TOPIC % ("", ""),
        f"make('eventgrid:SystemTopic', 'a', {{}}, parent=Group('g'), aliases=['{URN}'])",
    ),
    "a region's spelling": (TOPIC % ("'location': 'West Europe'", ""), TOPIC % ("'location': 'westeurope'", "")),
    "tags": (TOPIC % ("'tags': {'a': 'b'}", ""), TOPIC % ("", "")),
    "what is ignored": (
        TOPIC % ("'source': '/A'", WATCHED),
        TOPIC % ("'source': '/a'", f"{WATCHED}, ignore_changes=['source', 'topicType']"),
    ),
    "more": ("", TOPIC % ("", "")),
}
BREAKING = {
    "another name in Pulumi": (TOPIC % ("", ""), "make('eventgrid:SystemTopic', 'b', {})", "is gone, and no alias"),
    "another parent": (
        TOPIC % ("", ""),
        "make('eventgrid:SystemTopic', 'a', {}, parent=Group('g'))",
        "is gone, and no alias",
    ),
    "another type": (TOPIC % ("", ""), SUBSCRIPTION % "", "is gone, and no alias"),
    "a topic's source": (
        TOPIC % ("'source': '/a'", WATCHED),
        TOPIC % ("'source': '/b'", WATCHED),
        "is replaced: source",
    ),
    "a topic's type": (
        TOPIC % ("'topicType': 'a'", WATCHED),
        TOPIC % ("'topicType': 'b'", WATCHED),
        "is replaced: topicType",
    ),
    **{
        f"a topic's {member}": (
            TOPIC % (f"'{member}': 'a'", ""),
            TOPIC % (f"'{member}': 'b'", ""),
            f"is replaced: {member}",
        )
        for member in ("systemTopicName", "resourceGroupName", "location")
    },
    **{
        f"a subscription's {member}": (
            SUBSCRIPTION % f"'{member}': 'a'",
            SUBSCRIPTION % f"'{member}': 'b'",
            f"is replaced: {member}",
        )
        for member in ("eventSubscriptionName", "systemTopicName", "resourceGroupName")
    },
    **{
        f"a role assignment's {member}": (
            ROLE % f"'{member}': 'a'",
            ROLE % f"'{member}': 'b'",
            f"is replaced: {member}",
        )
        for member in ("roleAssignmentName", "scope", "principalId", "principalType", "roleDefinitionId")
    },
    "the Azure subscription": (AZURE % "a", AZURE % "b", "is replaced: subscriptionId"),
    "the provider": (TOPIC % ("", ""), TOPIC % ("", f", provider={AZURE % 'b'}"), "is replaced: provider"),
}


@pytest.mark.parametrize("stack", STACKS)
def test_an_upgrade_replaces_and_deletes_nothing(stack: str) -> None:
    """The stack file as the version before read it, under this version."""
    project = find_project(ROOT)
    config = load_stack_file(KEPT / f"Pulumi.{stack}.yaml").document.config
    before = json.loads((KEPT / f"{stack}.preview.json").read_text("utf-8"))

    after = preview_stack(ROOT, project=project.name, stack=stack, config=config)

    assert broken(project.name, before, after) == []


def test_every_example_of_the_version_before_is_kept() -> None:
    assert STACKS == ["dev", "prod", "recipes"]
    assert sorted(path.name.split(".")[1] for path in KEPT.glob("Pulumi.*.yaml")) == STACKS


@pytest.mark.parametrize("change", HARMLESS)
def test_what_keeps_a_resource_breaks_no_promise(run: Run, change: str) -> None:
    before, after = HARMLESS[change]

    assert _broken(run, before, after) == []


@pytest.mark.parametrize("change", BREAKING)
def test_what_replaces_or_deletes_a_resource_breaks_the_promise(run: Run, change: str) -> None:
    before, after, said = BREAKING[change]

    assert said in "\n".join(_broken(run, before, after))


def test_the_changelog_says_once_what_to_do() -> None:
    unreleased = re.split(r"(?m)^## ", (ROOT / "CHANGELOG.md").read_text("utf-8"))[1]
    title, *parts = re.split(r"(?m)^### ", unreleased)

    told = [part.partition("\n")[2].strip() for part in parts if part.startswith("What you must do\n")]
    assert title.startswith("Unreleased")
    assert len(told) == 1
    assert "\n- " in told[0]


def _broken(run: Run, before: str, after: str) -> list[str]:
    earlier: dict[str, Any] = preview_json(run(RESOURCE + before))
    return broken("shop", kept(earlier), run(RESOURCE + after))
