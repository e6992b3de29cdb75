import pytest
from azureml_events.offline.recording import ProgramError, Registration
from azureml_events.offline.transforms import OPTIONS
from pulumi.runtime.proto import resource_pb2
from small_programs import Run


def sent(registration: Registration) -> resource_pb2.RegisterResourceRequest:
    assert registration.request
    return registration.request


MARK = """
def mark(word):
    def transform(args):
        args.props["seen"] = [*args.props.get("seen", []), word]
        return pulumi.ResourceTransformResult(args.props, args.opts)
    return transform
"""


def test_own_transforms_run_before_the_ancestors_and_these_before_the_stacks(run: Run) -> None:
    recording = run(
        """
        from helper import mark
        pulumi.runtime.register_resource_transform(mark("stack"))
        outer = Group("outer", ResourceOptions(transforms=[mark("outer")]))
        inner = Group("inner", ResourceOptions(parent=outer, transforms=[mark("inner")]))
        Thing("a", opts=ResourceOptions(parent=inner, transforms=[mark("own 1"), mark("own 2")]))
        Thing("b")
        """,
        {"helper.py": "import pulumi" + MARK},
    )
    seen = ["own 1", "own 2", "inner", "outer", "stack"]
    assert recording.resource("a").inputs["seen"] == seen
    assert recording.resource("b").inputs["seen"] == ["stack"]


def test_a_transform_of_a_component_drops_the_version_aliases_of_its_children(run: Run) -> None:
    recording = run(
        """
        from pulumi_azure_native import eventgrid
        def drop(args):
            args.opts.aliases = [alias for alias in args.opts.aliases or [] if "/v20" not in str(alias.type_)]
            return pulumi.ResourceTransformResult(args.props, args.opts)
        for name, transforms in [("with", [drop]), ("without", [])]:
            group = Group(name, ResourceOptions(transforms=transforms))
            eventgrid.SystemTopic(f"{name}-topic", resource_group_name="rg", opts=ResourceOptions(
                parent=group, aliases=[pulumi.Alias(name="old", type_="a:b:C")]))
        """
    )
    dropped, kept = (sent(recording.resource(name)).aliases for name in ("with-topic", "without-topic"))
    assert [(alias.spec.name, alias.spec.type) for alias in dropped] == [("old", "a:b:C")]
    assert len(kept) > 10


MINUTE = resource_pb2.RegisterResourceRequest.CustomTimeouts(create="1m")
CHANGES = [
    ("protect = True", "protect", True),
    ("import_ = '/some/id'", "importId", "/some/id"),
    ("ignore_changes = ['x']", "ignoreChanges", ["x"]),
    ("replace_on_changes = ['x']", "replaceOnChanges", ["x"]),
    ("delete_before_replace = True", "deleteBeforeReplace", True),
    ("delete_before_replace = True", "deleteBeforeReplaceDefined", True),
    ("retain_on_delete = True", "retainOnDelete", True),
    ("version = '2.0.0'", "version", "2.0.0"),
    ("additional_secret_outputs = ['x']", "additionalSecretOutputs", ["x"]),
    ("custom_timeouts = pulumi.CustomTimeouts(create='1m')", "customTimeouts", MINUTE),
]


@pytest.mark.parametrize(("change", "field", "expected"), CHANGES)
def test_a_transform_may_change_any_option(run: Run, change: str, field: str, expected: object) -> None:
    recording = run(
        f"""
        def transform(args):
            args.opts.{change}
            return pulumi.ResourceTransformResult(args.props, args.opts)
        Thing("a", opts=ResourceOptions(transforms=[transform]))
        """
    )
    assert getattr(sent(recording.resource("a")), field) == expected


def test_protection_and_import_by_a_transform_are_recorded(run: Run) -> None:
    recording = run(
        """
        def transform(args):
            args.opts.protect, args.opts.import_ = True, "/some/id"
            return pulumi.ResourceTransformResult(args.props, args.opts)
        Thing("a", opts=ResourceOptions(transforms=[transform]))
        """
    )
    a = recording.resource("a")
    assert (a.protect, a.import_id) == (True, "/some/id")


def test_a_transform_that_returns_nothing_changes_nothing(run: Run) -> None:
    recording = run(
        """
        options = dict(
            protect=True, ignore_changes=["x"], delete_before_replace=True, retain_on_delete=True,
            custom_timeouts=pulumi.CustomTimeouts(create="1m"), depends_on=[Thing("b")],
            replace_on_changes=["y"], aliases=[pulumi.Alias(name="old")], version="1.0.0",
        )
        def nothing(args):
            return None
        Thing("a", {"x": Output.secret(1)}, ResourceOptions(**options))
        group = Group("group", ResourceOptions(transforms=[nothing]))
        Thing("a", {"x": Output.secret(1)}, ResourceOptions(parent=group, **options))
        """
    )
    plain, transformed = recording.of_type("cloud:index:Thing")[1:]
    if plain.parent == recording.resource("group").urn:
        plain, transformed = transformed, plain
    assert transformed.inputs == plain.inputs
    given, kept = sent(plain), sent(transformed)
    assert [getattr(kept, field) for field in OPTIONS.values()] == [getattr(given, field) for field in OPTIONS.values()]
    assert given.customTimeouts.create == "1m"


def test_a_transform_that_raises_stops_the_program_with_its_text(run: Run) -> None:
    with pytest.raises(ProgramError) as caught:
        run(
            """
            def transform(args):
                raise ValueError("tags are missing")
            Thing("a", opts=ResourceOptions(transforms=[transform]))
            """
        )
    assert caught.value.text == "a: a transform failed: tags are missing"


def test_look_ups_are_transformed_too(run: Run) -> None:
    recording = run(
        """
        def transform(args):
            return pulumi.InvokeTransformResult({**args.args, "added": 1}, args.opts)
        pulumi.runtime.register_invoke_transform(transform)
        pulumi.runtime.invoke_output("cloud:index:find", {"name": "t"})
        """
    )
    assert [each.args for each in recording.invokes] == [{"name": "t", "added": 1}]
