import pytest
from azureml_events.offline.recorder import Recorder
from azureml_events.offline.recording import Invoke, ProgramError
from azureml_events.offline.wire import UNKNOWN, Asset, ResourceReference, Secret, decode_properties, encode_properties
from pulumi.runtime.proto import resource_pb2
from small_programs import Run


def test_the_root_stack_is_the_first_resource(run: Run) -> None:
    root, thing = run("Thing('a')").resources
    assert root.urn == "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
    assert (root.type, root.custom, root.parent) == ("pulumi:pulumi:Stack", False, None)
    assert (thing.type, thing.custom, thing.parent) == ("cloud:index:Thing", True, root.urn)


def test_a_urn_holds_the_types_of_all_ancestors(run: Run) -> None:
    recording = run(
        """
        outer = Group("outer")
        inner = Group("inner", ResourceOptions(parent=outer))
        Thing("a", opts=ResourceOptions(parent=inner))
        """
    )
    assert recording.resource("a").urn == (
        "urn:pulumi:dev::shop::test:index:Group$test:index:Group$cloud:index:Thing::a"
    )
    assert recording.resource("a").parent == recording.resource("inner").urn


def test_unknown_values_stay_unknown_and_known_ones_known(run: Run) -> None:
    recording = run(
        """
        a = Thing("a", {"size": 3})
        Thing("b", {
            "id_": a.id,
            "made": a.made,
            "twice": a.size.apply(lambda n: n * 2),
            "text": Output.concat("x-", a.made),
            "nested": {"list": [1, a.id]},
        })
        """
    )
    assert recording.resource("b").inputs == {
        "id_": UNKNOWN,
        "made": UNKNOWN,
        "nested": {"list": [1, UNKNOWN]},
        "text": UNKNOWN,
        "twice": 6,
    }


def test_a_secret_is_marked_where_it_stands(run: Run) -> None:
    recording = run(
        """
        Thing("a", {"plain": 1, "auth": {"user": "me", "password": Output.secret("hunter2")}})
        pulumi.export("login", {"user": "me", "password": Output.secret("hunter2")})
        """
    )
    marked = {"user": "me", "password": Secret("hunter2")}
    assert recording.resource("a").inputs == {"plain": 1, "auth": marked}
    assert recording.outputs == {"login": marked}


def test_assets_and_whole_resources_are_values(run: Run) -> None:
    recording = run(
        """
        group, a = Group("group"), Thing("a")
        Thing("b", {
            "group": group, "thing": a, "code": pulumi.StringAsset("x"),
            "zip": pulumi.AssetArchive({"main.py": pulumi.StringAsset("y")}),
        })
        """
    )
    urns = {each.name: each.urn for each in recording.resources}
    assert recording.resource("b").inputs == {
        "code": Asset("asset", {"text": "x"}),
        "group": ResourceReference(urns["group"], None),
        "thing": ResourceReference(urns["a"], ""),
        "zip": Asset("archive", {"assets": {"main.py": Asset("asset", {"text": "y"})}}),
    }


def test_dependencies_come_from_values_and_from_options(run: Run) -> None:
    recording = run(
        """
        a, b, c = Thing("a"), Thing("b"), Thing("c")
        Thing("d", {"from": a.made, "plain": 1}, ResourceOptions(depends_on=[c, b]))
        """
    )
    a, b, c = (recording.resource(name).urn for name in "abc")
    assert recording.resource("d").dependencies == (a, b, c)


def test_two_resources_of_one_urn_are_refused(run: Run) -> None:
    with pytest.raises(ProgramError) as caught:
        run("Thing('a'); Thing('a')")
    assert caught.value.text == (
        "urn:pulumi:dev::shop::cloud:index:Thing::a: another cloud:index:Thing below the same "
        "parent is called 'a'; give each a name of its own"
    )


def test_one_name_below_two_parents_is_fine(run: Run) -> None:
    recording = run(
        """
        Thing("a")
        Thing("a", opts=ResourceOptions(parent=Group("group")))
        """
    )
    assert len(recording.of_type("cloud:index:Thing")) == 2


def test_a_look_up_is_unknown_in_a_preview(run: Run) -> None:
    recording = run(
        """
        from pulumi_azure_native import eventgrid
        topic = eventgrid.get_system_topic_output(resource_group_name="rg", system_topic_name="t")
        Thing("a", {"location": topic.location})
        pulumi.export("location", topic.location)
        """
    )
    assert recording.resource("a").inputs == {"location": UNKNOWN}
    assert recording.outputs == {"location": UNKNOWN}
    args = {"resourceGroupName": "rg", "systemTopicName": "t"}
    assert recording.invokes == (Invoke("azure-native:eventgrid:getSystemTopic", args),)


def test_a_look_up_through_an_explicit_provider_names_it(run: Run) -> None:
    recording = run(
        """
        from pulumi_azure_native import Provider, eventgrid
        other = Provider("other", subscription_id="00000000-0000-0000-0000-000000000002")
        eventgrid.get_system_topic_output("rg", "t", opts=pulumi.InvokeOptions(provider=other))
        """
    )
    (invoke,) = recording.invokes
    assert invoke.provider == recording.resource("other").urn


def test_a_resource_that_is_read_is_not_one_to_create(run: Run) -> None:
    recording = run(
        """
        class Other(CustomResource):
            def __init__(self, name, opts):
                super().__init__("cloud:index:Other", name, {"made": None}, opts)
        other = Other("other", ResourceOptions(id="/some/id"))
        Thing("a", {"id_": other.id, "made": other.made})
        """
    )
    other = recording.resource("other")
    assert (other.read_id, other.import_id, other.exists) == ("/some/id", None, True)
    assert recording.resource("a").inputs == {"id_": "/some/id", "made": UNKNOWN}
    assert recording.resource("a").dependencies == (other.urn,)


def test_an_imported_resource_has_its_id(run: Run) -> None:
    recording = run(
        """
        a = Thing("a", opts=ResourceOptions(import_="/some/id"))
        pulumi.export("id", a.id)
        """
    )
    assert recording.resource("a").import_id == "/some/id"
    assert recording.outputs == {"id": "/some/id"}


def test_a_resource_is_found_again_by_its_urn(run: Run) -> None:
    recording = run(
        """
        a = Thing("a", {"size": 3})
        state = a.urn.apply(lambda urn: pulumi.runtime.invoke("pulumi:pulumi:getResource", {"urn": urn}).value)
        pulumi.export("size", state.apply(lambda s: s["state"]["size"]))
        """
    )
    assert recording.outputs == {"size": 3}


def test_a_component_is_found_again_with_the_outputs_that_it_registered() -> None:
    recorder = Recorder("shop", "dev")
    urn = recorder.RegisterResource(resource_pb2.RegisterResourceRequest(type="test:index:Group", name="group")).urn
    outputs = encode_properties({"size": 3})
    recorder.RegisterResourceOutputs(resource_pb2.RegisterResourceOutputsRequest(urn=urn, outputs=outputs))

    args = encode_properties({"urn": urn})
    found = recorder.Invoke(resource_pb2.ResourceInvokeRequest(tok="pulumi:pulumi:getResource", args=args))

    assert decode_properties(getattr(found, "return")) == {"urn": urn, "id": "", "state": {"size": 3}}


def test_a_urn_that_the_stack_does_not_have_is_refused(run: Run) -> None:
    with pytest.raises(ProgramError, match=r"^urn:x: no such resource in this stack$"):
        run("pulumi.runtime.invoke('pulumi:pulumi:getResource', {'urn': 'urn:x'})")


def test_a_child_is_protected_as_its_parent_unless_it_says_otherwise(run: Run) -> None:
    recording = run(
        """
        group = Group("group", ResourceOptions(protect=True, depends_on=[Thing("kept")]))
        Thing("a", opts=ResourceOptions(parent=group))
        Thing("b", opts=ResourceOptions(parent=group, protect=False))
        Thing("c")
        """
    )
    assert [recording.resource(name).protect for name in "abc"] == [True, False, False]
    assert recording.resource("a").dependencies == ()


def test_methods_of_plugins_are_refused(run: Run) -> None:
    with pytest.raises(ProgramError, match="cloud:index:call: methods run in a plugin"):
        run("pulumi.runtime.call('cloud:index:call', {})")


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
