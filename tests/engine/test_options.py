import pytest
from azureml_events.offline.recorder import Recorder
from engine.engine import Run
from engine.memory import MemoryProvider
from engine.options import earlier_urns, request_of

STACK = "urn:pulumi:dev::shop"
ALIASES = [
    ("pulumi.Alias(name='old')", f"{STACK}::test:index:Group$cloud:index:Thing::old"),
    ("pulumi.Alias(type_='x:y:Z')", f"{STACK}::test:index:Group$x:y:Z::a"),
    ("pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)", f"{STACK}::cloud:index:Thing::a"),
    (
        "pulumi.Alias(stack='prod', project='old')",
        "urn:pulumi:prod::old::test:index:Group$cloud:index:Thing::a",
    ),
    ("'urn:pulumi:s::p::x:y:Z::n'", "urn:pulumi:s::p::x:y:Z::n"),
]


@pytest.mark.parametrize(("alias", "urn"), ALIASES)
def test_an_alias_is_the_urn_that_it_stands_for(run: Run, alias: str, urn: str) -> None:
    recording = run(
        f"""
        group = Group("group")
        Thing("a", opts=ResourceOptions(parent=group, aliases=[{alias}]))
        """,
        provider=MemoryProvider(),
    )
    assert earlier_urns(Recorder("shop", "dev"), request_of(recording.resource("a"))) == [urn]


def test_children_inherit_what_the_engine_passes_on(run: Run) -> None:
    recording = run(
        """
        kept = Thing("kept")
        group = Group("group", ResourceOptions(retain_on_delete=True, deleted_with=kept, ignore_changes=["size"]))
        Thing("a", opts=ResourceOptions(parent=group))
        Thing("b", opts=ResourceOptions(parent=group, retain_on_delete=False))
        """,
        provider=MemoryProvider(),
    )
    a, b = (request_of(recording.resource(name)) for name in "ab")
    assert (a.retainOnDelete, b.retainOnDelete) == (True, False)
    assert a.deletedWith == recording.resource("kept").urn
    assert a.ignoreChanges == []
