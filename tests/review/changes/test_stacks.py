"""Changes of whole stack files, one edit each."""

from __future__ import annotations

from pathlib import Path

import pytest
from azureml_events.policy.policy_file import load_policy
from azureml_events.review.changes.change import Change
from azureml_events.review.changes.find import find_changes
from azureml_events.review.changes.version import Version
from azureml_events.review.input import load_input

ID = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/"
    "Microsoft.MachineLearningServices/workspaces/ml-prod"
)
HUB = f"{ID.partition('/providers/')[0]}/providers/Microsoft.EventHub/namespaces/n/eventhubs/h"
STACK = f"""\
config:
  azure-native:subscriptionId: 00000000-0000-0000-0000-000000000001
  azureml-events:workspaces:
    ml-prod:
      resourceId: {ID}
      location: westeurope
      systemTopic: {{name: evgt-ml}}
  azureml-events:handlers:
    hook: {{type: WebHook, endpointUrl: https://hooks.contoso.com/events}}
    vault:
      type: WebHook
      endpointUrl: {{secure: v1:AAAA:BBBB}}
    archive: {{type: EventHub, resourceId: {HUB}}}
    queue: {{type: StorageQueue, create: {{resourceGroup: rg-ml, queueName: work}}}}
  azureml-events:subscriptions:
    failed: {{handler: hook, when: {{runFailed: {{experimentName: train-churn}}}}}}
    sealed: {{handler: vault, includedEventTypes: [ModelDeployed]}}
    kept: {{handler: archive, includedEventTypes: [ModelRegistered]}}
    work: {{handler: queue, includedEventTypes: [RunCompleted]}}
"""
WRITTEN_OUT = (
    "{handler: hook, includedEventTypes: [RunStatusChanged], advancedFilters: ["
    "{operatorType: StringIn, key: data.experimentName, values: [Train-Churn]}, "
    "{operatorType: StringIn, key: data.runStatus, values: [failed]}]}"
)
EDITS = {
    "nothing": ("config:", "config:", []),
    "a subscription is renamed": ("    kept: {", "    other: {", []),
    "when is spelled out": ("{handler: hook, when: {runFailed: {experimentName: train-churn}}}", WRITTEN_OUT, []),
    "a handler is renamed": ("archive", "store", []),
    "the workspace's id is in another case": ("resourceGroups/rg-ml/", "resourceGroups/RG-ML/", []),
    "the workspace is renamed": ("    ml-prod:\n", "    ml-live:\n", []),
    "another path on the host": ("contoso.com/events", "contoso.com/other", ["change-delivered-differently"]),
    "another host": ("hooks.contoso", "other.contoso", ["change-newly-delivered", "change-no-longer-delivered"]),
    "an encrypted URL is another": ("v1:AAAA:BBBB", "v1:AAAA:CCCC", ["change-may-differ"]),
    "a subscription is disabled": (
        "kept: {handler",
        "kept: {disabled: not needed now, handler",
        ["change-no-longer-delivered", "change-removed-grant"],
    ),
    "a subscription has expired": (
        "kept: {handler",
        "kept: {expirationTimeUtc: '2020-01-01T00:00:00Z', handler",
        ["change-no-longer-delivered"],
    ),
    "a subscription will expire": (
        "kept: {handler",
        "kept: {expirationTimeUtc: '2099-01-01T00:00:00Z', handler",
        ["change-delivered-differently"],
    ),
    "a role is assumed": (f"resourceId: {HUB}", f"resourceId: {HUB}, grants: assume", ["change-removed-grant"]),
    "the topic has another name": ("evgt-ml", "evgt-other", ["change-replaced"]),
    "another name in Azure": ("kept: {", "kept: {name: kept-models, ", ["change-replaced"]),
    "dead letters are lost": (
        "  azureml-events:subscriptions:",
        "  azureml-events:defaults: {deadLetter: {disabled: nobody reads them}}\n  azureml-events:subscriptions:",
        ["change-removed-grant", *["change-dead-letter-removed"] * 4],
    ),
}


def version(directory: Path, text: str) -> Version:
    """A stack file as a version."""
    directory.mkdir()
    file = directory / "Pulumi.prod.yaml"
    file.write_text(text, encoding="utf-8")
    given = load_input(str(file))
    return Version(given.subscriptions, given.judge() if given.judge else None, load_policy(None), given.sealed)


@pytest.fixture(name="project")
def _project(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: azureml-events\nruntime: python\n", encoding="utf-8")
    return tmp_path


def changes(project: Path, before: str, after: str) -> list[Change]:
    """The changes from one stack file to another."""
    return find_changes(version(project / "before", before), version(project / "after", after))


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_means(project: Path, name: str) -> None:
    old, new, kinds = EDITS[name]
    assert old in STACK
    assert sorted(each.kind for each in changes(project, STACK, STACK.replace(old, new))) == sorted(kinds)


def test_no_secret_and_no_url_is_shown(project: Path) -> None:
    after = STACK.replace("contoso.com/events", "contoso.com/s3cret").replace("v1:AAAA:BBBB", "v1:AAAA:CCCC")

    shown = repr([each.to_json() for each in changes(project, STACK, after)])

    assert "cannot be compared" in shown
    assert not any(each in shown for each in ("s3cret", "AAAA", "https://"))


def test_a_replaced_topic_takes_its_subscriptions_with_it(project: Path) -> None:
    (replaced,) = changes(project, STACK, STACK.replace("evgt-ml", "evgt-other"))

    assert replaced.subscriptions == ("failed", "kept", "sealed", "work")
    assert "its 4 event subscriptions go with it, and the events in it are lost" in replaced.because


def test_destinations_are_called_by_handler_type_and_place(project: Path) -> None:
    elsewhere = STACK.replace("hooks.", "other.").replace(HUB, f"{HUB}2").replace("work}", "other}")
    found = changes(
        project, elsewhere.replace("    vault:", "    safe:").replace("handler: vault", "handler: safe"), STACK
    )

    newly = {each.destination for each in found if each.kind == "change-newly-delivered"}
    assert newly == {
        "archive (EventHub h)",
        "hook (WebHook hooks.contoso.com)",
        "queue (StorageQueue work)",
        "vault (WebHook encrypted URL)",
    }
