"""Parts of a recording."""

from __future__ import annotations

import pytest
from azureml_events.offline.part import part_of
from azureml_events.offline.recording import Recording, Registration
from small_programs import Run, run

__all__ = ["run"]

PROGRAM = """\
def workspace(name, hub):
    group = Group(name)
    return Thing(name + "/subscription", {"hub": hub.id}, ResourceOptions(parent=group))
hubs = Group("hubs")
shared, own, foreign = (Thing(name, opts=ResourceOptions(parent=hubs)) for name in ("shared", "own", "foreign"))
Thing("shared/rule", {"of": shared.id}, ResourceOptions(parent=hubs))
Thing("foreign/rule", {"of": foreign.id}, ResourceOptions(parent=hubs))
Thing("unrelated")
a = workspace("a", shared)
Thing("a/second", {"hub": own.id, "after": a.id}, ResourceOptions(parent=a))
workspace("b", shared)
workspace("c", foreign)
pulumi.log.info("about c", foreign)
pulumi.log.info("about nothing")
"""


@pytest.fixture
def part(run: Run) -> Recording:
    """What workspace `a` of `PROGRAM` is about."""
    recording = run(PROGRAM)
    roots = {name: recording.resource(name).urn for name in ("a", "b", "c")}
    return part_of(recording, {roots.pop("a")}, set(roots.values()))


def names(resources: tuple[Registration, ...]) -> set[str]:
    return {each.name for each in resources}


def test_it_has_what_stands_below_what_that_needs_and_what_belongs_to_that(part: Recording) -> None:
    wanted = {"shop-dev", "hubs", "shared", "own", "shared/rule", "a", "a/subscription", "a/second"}

    assert names(part.resources) == wanted


def test_messages_about_others_are_left_out(part: Recording) -> None:
    assert [each.text for each in part.messages] == ["about nothing"]
