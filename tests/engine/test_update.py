"""Deployments, and deployments after deployments."""

from collections.abc import Mapping
from typing import Any

import pytest
from azureml_events.offline.recording import ProgramError, Registration
from azureml_events.offline.wire import Secret
from engine.engine import Deployed, DeploymentError, Run
from engine.errors import ProviderError
from engine.memory import MemoryProvider
from engine.update import destroy
from pulumi import RunError

THING = "cloud:index:Thing"


def made(registration: Registration) -> Mapping[str, Any]:
    return {"made": f"{registration.name}!"}


class Cloud:
    """Runs one program after the other against the same provider and state."""

    def __init__(self, run: Run, provider: MemoryProvider) -> None:
        self.run = run
        self.provider = provider
        self.recording = Deployed("dev")

    def up(self, source: str) -> list[str]:
        """What the deployment did to things, in order."""
        options = {"provider": self.provider, "state": self.recording.state}
        try:
            self.recording = self.run(source, **options)
        except DeploymentError as error:
            self.recording = error.recording
            raise
        return self.steps()

    def steps(self) -> list[str]:
        """What the last deployment did to things, in order."""
        names = [(step.operation, step.urn.rpartition("::")[2]) for step in self.recording.steps]
        return [f"{operation} {name}" for operation, name in names if name != "shop-dev"]


@pytest.fixture
def cloud(run: Run) -> Cloud:
    immutable = {THING: ["place", "of"]}
    return Cloud(run, MemoryProvider(outputs=made, immutable=immutable))


CHAIN = """
a = Thing("a", {"place": "x"})
b = Thing("b", {"of": a.made})
c = Thing("c", {"note": b.made})
"""


def test_resources_are_created_in_the_order_of_their_dependencies(cloud: Cloud) -> None:
    assert cloud.up(CHAIN) == ["create a", "create b", "create c"]
    assert cloud.recording.resource("c").inputs == {"note": "b!"}
    assert cloud.recording.state[cloud.recording.resource("a").urn].id == f"{THING}/a"


def test_the_same_program_again_changes_nothing(cloud: Cloud) -> None:
    cloud.up(CHAIN)
    assert cloud.up(CHAIN) == ["same a", "same b", "same c"]


def test_one_changed_input_is_one_update(cloud: Cloud) -> None:
    cloud.up("Thing('a', {'size': 1}); Thing('b')")
    assert sorted(cloud.up("Thing('a', {'size': 2}); Thing('b')")) == ["same b", "update a"]
    assert cloud.provider.resources[f"{THING}/a"] == {"size": 2, "made": "a!"}


def test_an_ignored_change_is_no_change(cloud: Cloud) -> None:
    cloud.up("Thing('a', {'size': 1})")
    source = "Thing('a', {'size': 2}, ResourceOptions(ignore_changes=['size']))"
    assert cloud.up(source) == ["same a"]


def test_what_the_program_leaves_out_is_deleted_dependents_first(cloud: Cloud) -> None:
    cloud.up(CHAIN)
    assert cloud.up("") == ["delete c", "delete b", "delete a"]
    assert cloud.provider.resources == {}


def test_children_are_deleted_before_their_component(cloud: Cloud) -> None:
    cloud.up("Thing('a', opts=ResourceOptions(parent=Group('group')))")
    assert cloud.up("") == ["delete a", "delete group"]


def test_a_replacement_is_created_before_the_old_one_is_deleted(cloud: Cloud) -> None:
    cloud.up(CHAIN)
    steps = cloud.up(CHAIN.replace('"x"', '"y"'))
    assert steps == ["create-replacement a", "same b", "same c", "delete-replaced a"]


def test_delete_before_replace_takes_along_what_cannot_outlive_it(cloud: Cloud) -> None:
    """`b` cannot change what it is of, so it is replaced too; `c` can change its note."""
    source = CHAIN.replace('"x"}', '"x"}, ResourceOptions(delete_before_replace=True)')
    cloud.up(source)
    assert cloud.up(source.replace('"x"', '"y"')) == [
        "delete-replaced b",
        "delete-replaced a",
        "create-replacement a",
        "create-replacement b",
        "same c",
    ]


def test_the_program_can_ask_for_a_replacement(cloud: Cloud) -> None:
    source = "Thing('a', {'size': 1}, ResourceOptions(replace_on_changes=['size']))"
    cloud.up(source)
    steps = cloud.up(source.replace("1", "2"))
    assert steps == ["create-replacement a", "delete-replaced a"]


def test_an_alias_finds_the_earlier_resource(cloud: Cloud) -> None:
    cloud.up("Thing('a')")
    steps = cloud.up("Thing('b', opts=ResourceOptions(aliases=[pulumi.Alias(name='a')]))")
    assert steps == ["same b"]


def test_what_exists_can_be_imported(run: Run) -> None:
    provider = MemoryProvider(existing={"/some/id": {"made": "before"}})
    cloud = Cloud(run, provider)
    steps = cloud.up(
        """
        a = Thing("a", opts=ResourceOptions(import_="/some/id"))
        pulumi.export("made", a.made)
        """
    )
    assert steps == ["import a"]
    assert cloud.recording.outputs == {"made": "before"}


def test_what_is_only_read_is_not_deleted(run: Run) -> None:
    provider = MemoryProvider(existing={"/some/id": {"made": "before"}})
    cloud = Cloud(run, provider)
    source = "CustomResource('cloud:index:Thing', 'a', {}, ResourceOptions(id='/some/id'))"
    assert cloud.up(source) == ["read a"]
    assert cloud.up("") == ["delete a"]
    assert "/some/id" in provider.resources


def test_an_import_of_nothing_fails(cloud: Cloud) -> None:
    with pytest.raises(ProgramError, match="Thing::a: import failed: /some/id: does not exist"):
        cloud.up("Thing('a', opts=ResourceOptions(import_='/some/id'))")


def test_a_protected_resource_is_not_deleted(cloud: Cloud) -> None:
    cloud.up("Thing('a', opts=ResourceOptions(protect=True))")
    with pytest.raises(ProgramError, match="Thing::a: protected, so it cannot be deleted"):
        cloud.up("")
    assert f"{THING}/a" in cloud.provider.resources
    assert cloud.up("Thing('a')") == ["same a"]
    assert cloud.up("") == ["delete a"]


@pytest.mark.parametrize("option", ["retain_on_delete=True", "deleted_with=kept"])
def test_a_resource_that_is_kept_leaves_only_the_stack(cloud: Cloud, option: str) -> None:
    cloud.up(f"kept = Thing('kept')\nThing('a', opts=ResourceOptions(depends_on=[], {option}))")
    cloud.up("")
    assert f"{THING}/a" in cloud.provider.resources
    assert cloud.recording.state.keys() == {cloud.recording.resources[0].urn}


def test_after_a_failure_the_next_deployment_completes(run: Run) -> None:
    provider = MemoryProvider(outputs=made, failures={"b": [ProviderError("quota")]})
    cloud = Cloud(run, provider)
    with pytest.raises(ProgramError, match=r"Thing::b: create failed: quota$"):
        cloud.up(CHAIN)
    assert cloud.steps() == ["create a"]
    assert cloud.up(CHAIN) == ["same a", "create b", "create c"]


def test_a_failed_update_leaves_the_resource_as_it_was(run: Run) -> None:
    provider = MemoryProvider(failures={})
    cloud = Cloud(run, provider)
    cloud.up("Thing('a', {'size': 1})")
    cloud.provider = MemoryProvider(failures={"a": [ProviderError("busy")]})
    with pytest.raises(ProgramError, match="update failed: busy"):
        cloud.up("Thing('a', {'size': 2})")
    (state,) = [each for urn, each in cloud.recording.state.items() if urn.endswith("::a")]
    assert state.registration.inputs == {"size": 1}
    assert cloud.up("Thing('a', {'size': 2})") == ["update a"]


def test_a_resource_that_exists_but_failed_is_repaired_by_an_update(run: Run) -> None:
    failure = ProviderError("1 error occurred", partial=("/half", {"made": None}))
    cloud = Cloud(run, MemoryProvider(failures={"a": [failure]}))
    with pytest.raises(ProgramError, match="1 error occurred"):
        cloud.up("Thing('a')")
    assert cloud.up("Thing('a')") == ["update a"]
    (state,) = [each for urn, each in cloud.recording.state.items() if urn.endswith("::a")]
    assert (state.id, state.failed) == ("/half", None)


def test_a_provider_must_return_an_id(run: Run) -> None:
    class Forgetful(MemoryProvider):
        def create(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
            return "", registration.inputs

    with pytest.raises(ProgramError, match="Thing::a: the provider returned no id"):
        Cloud(run, Forgetful()).up("Thing('a')")


def test_look_ups_are_answered(run: Run) -> None:
    cloud = Cloud(run, MemoryProvider(lookups={"cloud:index:find": {"place": "x"}}))
    cloud.up(
        """
        found = pulumi.runtime.invoke("cloud:index:find", {}).value
        Thing("a", {"place": found["place"]})
        """
    )
    assert cloud.recording.resource("a").inputs == {"place": "x"}


def test_a_look_up_keeps_its_secrets(run: Run) -> None:
    cloud = Cloud(run, MemoryProvider(lookups={"cloud:index:find": {"place": "x", "key": Secret("hunter2")}}))
    cloud.up(
        """
        found = pulumi.runtime.invoke_output("cloud:index:find", {})
        pulumi.export("place", found.apply(lambda it: it["place"]))
        """
    )
    assert cloud.recording.outputs == {"place": Secret("x")}


def test_the_first_error_stops_what_comes_after_it(run: Run) -> None:
    provider = MemoryProvider(failures={"a": [ProviderError("quota")]})
    cloud = Cloud(run, provider)
    with pytest.raises(ProgramError, match=r"Thing::a: create failed: quota$"):
        cloud.up("a = Thing('a')\nfor n in range(3): Thing(f'b{n}', opts=ResourceOptions(depends_on=[a]))")
    assert cloud.steps() == []


HOOKS = """
def tell(args):
    pulumi.log.info(f"{args.name} {args.id}")
hooks = [pulumi.ResourceHook(name, tell) for name in ["before", "after"]]
binding = pulumi.ResourceHookBinding(before_delete=hooks[:1], after_delete=hooks[1:])
"""


def test_delete_hooks_run_around_a_deletion(cloud: Cloud) -> None:
    cloud.up(f"{HOOKS}\nThing('a', opts=ResourceOptions(hooks=binding))")
    assert cloud.up(HOOKS) == ["delete a"]
    texts = [message.text for message in cloud.recording.messages]
    assert texts == [f"a {THING}/a"] * 2


def test_destroy_deletes_everything_dependents_first(cloud: Cloud) -> None:
    cloud.up(CHAIN)
    steps = destroy(cloud.provider, cloud.recording.state)
    names = [step.urn.rpartition("::")[2] for step in steps]
    assert names == ["c", "b", "a", "shop-dev"]
    assert cloud.provider.resources == {}


def test_destroy_refuses_what_is_protected(cloud: Cloud) -> None:
    cloud.up("Thing('a', opts=ResourceOptions(protect=True))")
    with pytest.raises(RunError, match="protected"):
        destroy(cloud.provider, cloud.recording.state)
