"""The options of a registration: those set, by Pulumi's names."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.offline.options import options_of
from small_programs import Run, run

__all__ = ["run"]

CASES: list[tuple[str, dict[str, Any]]] = [
    ("", {}),
    ("protect=False", {}),
    ("protect=True", {"protect": True}),
    ("import_='/id'", {"import": "/id"}),
    ("ignore_changes=['a', 'b.c']", {"ignoreChanges": ["a", "b.c"]}),
    ("replace_on_changes=['a']", {"replaceOnChanges": ["a"]}),
    ("delete_before_replace=True", {"deleteBeforeReplace": True}),
    ("retain_on_delete=True", {"retainOnDelete": True}),
    ("additional_secret_outputs=['key']", {"additionalSecretOutputs": ["key"]}),
    ("custom_timeouts=pulumi.CustomTimeouts(create='5m')", {"customTimeouts": {"create": "5m"}}),
    ("aliases=['urn:old', pulumi.Alias(name='old')]", {"aliases": ["urn:old", {"name": "old"}]}),
    ("aliases=[pulumi.Alias(type_='azure-native:eventgrid/v20200601:Topic')]", {}),
    ("version='1.2.3'", {}),
    ("depends_on=[Thing('b')], parent=Group('c')", {}),
    ("protect=True, ignore_changes=['a']", {"ignoreChanges": ["a"], "protect": True}),
]


@pytest.mark.parametrize(("options", "expected"), CASES)
def test_the_options_that_are_set_are(run: Run, options: str, expected: dict[str, Any]) -> None:
    recording = run(f"Thing('a', opts=ResourceOptions({options}))")

    assert options_of(recording.resource("a")) == expected


def test_protection_of_the_parent_is_an_option_of_the_child(run: Run) -> None:
    recording = run("Thing('a', opts=ResourceOptions(parent=Group('g', ResourceOptions(protect=True))))")

    assert options_of(recording.resource("a")) == {"protect": True}


def test_the_providers_of_a_component_are_named_by_their_urns(run: Run) -> None:
    recording = run("Group('g', ResourceOptions(providers=[pulumi.ProviderResource('cloud', 'mine', {})]))")

    urn = "urn:pulumi:dev::shop::pulumi:providers:cloud::mine"
    assert options_of(recording.resource("g")) == {"providers": {"cloud": urn}}


def test_what_is_only_read_has_none(run: Run) -> None:
    assert options_of(run("Thing('a', opts=ResourceOptions(id='/id'))").resource("a")) == {}
