from collections.abc import Callable

import pytest
from azureml_events.offline.recording import Recording

Run = Callable[..., Recording]

OPTIONS = [
    ("protect=True", "protect", True),
    ("", "protect", False),
    ("import_='/some/id'", "import_id", "/some/id"),
    ("ignore_changes=['size', 'tags.a']", "ignore_changes", ("size", "tags.a")),
    ("replace_on_changes=['*']", "replace_on_changes", ("*",)),
    ("delete_before_replace=True", "delete_before_replace", True),
    ("delete_before_replace=False", "delete_before_replace", False),
    ("", "delete_before_replace", None),
    ("retain_on_delete=True", "retain_on_delete", True),
    ("version='1.2.3'", "version", "1.2.3"),
    ("additional_secret_outputs=['key']", "additional_secret_outputs", ("key",)),
    (
        "custom_timeouts=pulumi.CustomTimeouts(create='10m', delete='5m')",
        "custom_timeouts",
        {"create": "10m", "delete": "5m"},
    ),
]


@pytest.mark.parametrize(("given", "field", "expected"), OPTIONS)
def test_every_option_is_recorded(run: Run, given: str, field: str, expected: object) -> None:
    recording = run(f"Thing('a', opts=ResourceOptions({given}))")
    assert getattr(recording.resource("a"), field) == expected


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
        """
    )
    assert recording.resource("a").aliases == (urn,)


def test_children_inherit_what_the_engine_passes_on(run: Run) -> None:
    recording = run(
        """
        kept = Thing("kept")
        group = Group("group", ResourceOptions(
            protect=True, retain_on_delete=True, deleted_with=kept, ignore_changes=["size"],
            depends_on=[kept],
        ))
        Thing("a", opts=ResourceOptions(parent=group))
        Thing("b", opts=ResourceOptions(parent=group, protect=False, retain_on_delete=False))
        """
    )
    a, b = recording.resource("a"), recording.resource("b")
    assert (a.protect, a.retain_on_delete) == (True, True)
    assert a.deleted_with == recording.resource("kept").urn
    assert (b.protect, b.retain_on_delete) == (False, False)
    assert (a.ignore_changes, a.dependencies) == ((), ())


def test_children_inherit_what_a_transform_gave_their_parent(run: Run) -> None:
    recording = run(
        """
        def protect_components(args):
            if args.custom:
                return None
            args.opts.protect = True
            return pulumi.ResourceTransformResult(args.props, args.opts)
        group = Group("group", ResourceOptions(transforms=[protect_components]))
        Thing("a", opts=ResourceOptions(parent=group))
        """
    )
    assert recording.resource("a").protect


def test_an_explicit_provider_reaches_the_children_of_a_component(run: Run) -> None:
    recording = run(
        """
        from pulumi_azure_native import Provider, eventgrid
        other = Provider("other", subscription_id="00000000-0000-0000-0000-000000000002")
        group = Group("group", ResourceOptions(providers=[other]))
        eventgrid.SystemTopic("a", resource_group_name="rg", opts=ResourceOptions(parent=group))
        eventgrid.SystemTopic("b", resource_group_name="rg")
        """
    )
    provider = recording.resource("other")
    assert provider.type == "pulumi:providers:azure-native"
    assert provider.inputs["subscriptionId"] == "00000000-0000-0000-0000-000000000002"
    assert recording.resource("a").provider == provider.urn
    assert recording.resource("b").provider is None


def test_a_child_of_a_custom_resource_inherits_its_provider_within_the_package(run: Run) -> None:
    recording = run(
        """
        class Cloud(pulumi.ProviderResource):
            def __init__(self, name):
                super().__init__("cloud", name, {})
        other = Cloud("other")
        a = Thing("a", opts=ResourceOptions(provider=other))
        Thing("b", opts=ResourceOptions(parent=a))
        """
    )
    assert recording.resource("b").provider == recording.resource("other").urn
