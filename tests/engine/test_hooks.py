import pytest
from azureml_events.offline.recording import Message, ProgramError
from engine.engine import Run
from engine.errors import ProviderError
from engine.memory import MemoryProvider
from small_programs import HOOKS, texts


def test_an_after_create_hook_is_told_the_id_and_the_outputs(run: Run) -> None:
    recording = run(
        """
        from hooks import *
        Thing("a", {"size": 1}, ResourceOptions(hooks=bind("after_create", "wait")))
        """,
        HOOKS,
        provider=MemoryProvider(outputs=lambda _: {"made": "now"}),
    )
    assert texts(recording) == ["a cloud:index:Thing/a ['size'] ['made', 'size']"]


def test_dependents_wait_for_an_after_create_hook(run: Run) -> None:
    recording = run(
        """
        import asyncio
        from hooks import *
        async def wait(args):
            await asyncio.sleep(0.05)
            tell(args)
        a = Thing("a", opts=ResourceOptions(hooks=bind("after_create", "one", call=wait)))
        Thing("b", {"from": a.id}, ResourceOptions(hooks=bind("after_create", "two")))
        """,
        HOOKS,
        provider=MemoryProvider(),
    )
    assert [text.split()[0] for text in texts(recording)] == ["a", "b"]


def test_hooks_of_independent_resources_wait_side_by_side(run: Run) -> None:
    """Each waits until all have begun, so one after the other they would never end."""
    recording = run(
        """
        import asyncio
        from hooks import *
        begun = []
        async def wait(args):
            begun.append(args.name)
            while len(begun) < 40:
                await asyncio.sleep(0.01)
        for n in range(40):
            Thing(f"a{n}", opts=ResourceOptions(hooks=bind("after_create", f"wait{n}", call=wait)))
        """,
        HOOKS,
        provider=MemoryProvider(),
    )
    assert len(recording.steps) == 41


FAILING = """
from hooks import *
def fail(args):
    raise ValueError("no access")
Thing("a", opts=ResourceOptions(hooks=bind("after_create", "wait", ignore_errors={}, call=fail)))
"""


def test_a_failing_hook_stops_the_deployment(run: Run) -> None:
    with pytest.raises(ProgramError, match="after create hook 'wait' failed: no access"):
        run(FAILING.format(False), HOOKS, provider=MemoryProvider())


def test_a_failing_hook_that_may_fail_is_a_warning(run: Run) -> None:
    recording = run(FAILING.format(True), HOOKS, provider=MemoryProvider())
    text = "after create hook 'wait' failed: no access"
    assert recording.messages == (Message("warning", text, recording.resource("a").urn),)


RETRYING = """
def retry(args):
    pulumi.log.info(f"{args.failed_operation} {args.errors}")
    return "denied" in args.errors[0]
hook = pulumi.ErrorHook("retry", retry)
Thing("a", opts=ResourceOptions(hooks=pulumi.ResourceHookBinding(on_error=[hook])))
"""


def test_an_error_hook_has_the_operation_repeated_and_knows_all_errors(run: Run) -> None:
    provider = MemoryProvider(failures={"a": [ProviderError("denied 1"), ProviderError("denied 2")]})
    recording = run(RETRYING, provider=provider)
    assert texts(recording) == [
        "create ['denied 1']",
        "create is tried again, as an error hook asks (1/100)",
        "create ['denied 2', 'denied 1']",
        "create is tried again, as an error hook asks (2/100)",
    ]
    assert list(recording.state) == [each.urn for each in recording.resources]


def test_an_error_hook_that_does_not_ask_lets_the_error_stand(run: Run) -> None:
    provider = MemoryProvider(failures={"a": [ProviderError("quota"), ProviderError("denied")]})
    with pytest.raises(ProgramError, match=r"Thing::a: create failed: quota$"):
        run(RETRYING, provider=provider)


def test_retries_end_after_a_hundred(run: Run) -> None:
    provider = MemoryProvider(failures={"a": [ProviderError("denied")] * 200})
    with pytest.raises(ProgramError, match="create failed: denied") as caught:
        run(RETRYING, provider=provider)
    assert "create is tried again, as an error hook asks (100/100)" in texts(caught.value.recording)
    assert len(caught.value.recording.messages) == 201
