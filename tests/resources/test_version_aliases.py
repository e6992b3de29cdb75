from __future__ import annotations

from typing import Any

import pulumi
from azureml_events import Defaults
from azureml_events.resources.version_aliases import with_version_aliases_of
from pulumi_azure_native import eventgrid
from resources.mocks import run

OWN = [
    pulumi.Alias(name="old-name"),
    pulumi.Alias(type_="azure-native:eventgrid:OldTopic"),
    pulumi.Alias(type_="azure-native:eventgrid/v20220615:SystemTopic", name="moved"),
]


def _aliases(*, keep: bool, own: list[pulumi.Alias]) -> list[Any]:
    class Component(pulumi.ComponentResource):
        def __init__(self) -> None:
            opts = with_version_aliases_of(Defaults(keep_version_aliases=keep))
            super().__init__("test:index:Component", "component", {}, opts)
            opts = pulumi.ResourceOptions(parent=self, aliases=own)
            eventgrid.SystemTopic("topic", resource_group_name="rg", opts=opts)

    return [alias.spec for alias in run(Component).request("SystemTopic", "topic").aliases]


def test_aliases_of_older_api_versions_are_dropped() -> None:
    assert _aliases(keep=False, own=[]) == []


def test_they_can_be_kept() -> None:
    assert len(_aliases(keep=True, own=[])) > 10


def test_aliases_that_users_gave_stay() -> None:
    """Also one with a versioned type that names something else beside it."""
    kept = _aliases(keep=False, own=OWN)

    assert [(alias.name, alias.type) for alias in kept] == [
        ("old-name", ""),
        ("", "azure-native:eventgrid:OldTopic"),
        ("moved", "azure-native:eventgrid/v20220615:SystemTopic"),
    ]


def test_other_options_of_the_component_stay() -> None:
    opts = with_version_aliases_of(Defaults(), pulumi.ResourceOptions(protect=True))

    assert opts.protect is True
