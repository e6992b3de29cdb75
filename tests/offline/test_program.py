import asyncio
import contextvars
import inspect
import sys
import threading
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc.aio
import pulumi
import pytest
from azureml_events.offline.program import preview_stack, record
from azureml_events.offline.recorder import Recorder
from azureml_events.offline.recording import ProgramError, Recording
from azureml_events.offline.wire import Secret
from small_programs import Run, runs


def recorded(directory: Path, *, project: str, stack: str, **settings: Any) -> Recording:
    recorder = Recorder(project, stack)
    record(recorder, directory, **settings)
    return recorder.recording()


def test_a_program_is_told_what_the_cli_tells_it(run: Run, tmp_path: Path) -> None:
    recording = run(
        """
        for name in ["project", "stack", "organization", "root_directory"]:
            pulumi.export(name, getattr(pulumi, f"get_{name}")())
        pulumi.export("preview", pulumi.runtime.is_dry_run())
        """
    )
    assert recording.stack == "dev"
    assert recording.outputs == {
        "project": "shop",
        "stack": "dev",
        "organization": "organization",
        "root_directory": str(tmp_path / "program0"),
        "preview": True,
    }


def test_settings_reach_the_program_and_secret_ones_are_secret(tmp_path: Path) -> None:
    recording = runs(tmp_path, recorded)(
        """
        config = pulumi.Config()
        pulumi.export("sizes", config.require_object("sizes"))
        pulumi.export("key", config.require_secret("key"))
        pulumi.export("is secret", pulumi.runtime.is_config_secret("shop:key"))
        """,
        config={"shop:sizes": '{"a": [1, 2]}', "shop:key": "hunter2"},
        secret_keys=["shop:key"],
    )
    outputs = {"sizes": {"a": [1, 2]}, "key": Secret("hunter2"), "is secret": True}
    assert recording.outputs == outputs


def test_nothing_of_one_run_is_left_for_the_next(tmp_path: Path) -> None:
    """Neither settings, nor exports, nor transforms, nor hooks of the same name."""
    source = """
        def transform(args):
            return pulumi.ResourceTransformResult({**args.props, "seen": 1}, args.opts)
        config = pulumi.Config()
        if config.get("first"):
            pulumi.runtime.register_resource_transform(transform)
            pulumi.export("first", 1)
        hook = pulumi.ResourceHook("hook", lambda args: None)
        Thing("a", opts=ResourceOptions(hooks=pulumi.ResourceHookBinding(after_create=[hook])))
        """
    run = runs(tmp_path, recorded)
    first = run(source, config={"shop:first": "1"}, secret_keys=["shop:first"])
    second = run(source)
    assert first.resource("a").inputs == {"seen": 1}
    assert first.outputs == {"first": 1}
    assert second.resource("a").inputs == {}
    assert second.outputs == {}


@pytest.mark.parametrize("end", ["", "raise ValueError('x')", "Thing('a')"])
def test_no_thread_and_no_loop_is_left(run: Run, end: str) -> None:
    before = set(threading.enumerate())
    try:
        run(f"Thing('a', opts=ResourceOptions(transforms=[lambda args: None]))\n{end}")
    except ProgramError:
        assert end
    assert set(threading.enumerate()) == before
    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.get_running_loop()


def test_nothing_is_served_for_transforms_and_hooks(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(grpc.aio, "server")
    monkeypatch.delattr(grpc, "server")
    recording = run(
        """
        def transform(args):
            return pulumi.ResourceTransformResult({"seen": 1}, args.opts)
        hook = pulumi.ResourceHook("hook", lambda args: None, pulumi.ResourceHookOptions(on_dry_run=True))
        binding = pulumi.ResourceHookBinding(after_create=[hook])
        Thing("a", opts=ResourceOptions(transforms=[transform], hooks=binding))
        """
    )
    assert recording.resource("a").inputs == {"seen": 1}


def test_the_callers_own_pulumi_settings_stay(run: Run) -> None:
    def unit_test() -> tuple[str, str | None]:
        pulumi.runtime.set_all_config({"other:size": "1"})
        pulumi.runtime.settings.configure(pulumi.runtime.Settings("other", "prod"))
        run("Thing('a')")
        return pulumi.get_stack(), pulumi.Config("other").get("size")

    assert contextvars.copy_context().run(unit_test) == ("prod", "1")


def test_an_asynchronous_program_is_awaited(run: Run) -> None:
    recording = run(
        """
        import asyncio
        async def main():
            await asyncio.sleep(0)
            return {"made": Thing("a", {"size": 1}).size}
        pulumi.run(main)
        """
    )
    assert recording.outputs == {"made": 1}


def test_values_of_many_megabytes_pass(run: Run) -> None:
    recording = run("Thing('a', {'text': 'x' * 10_000_000})")
    assert len(recording.resource("a").inputs["text"]) == 10_000_000


def test_a_thousand_resources_are_all_recorded(run: Run) -> None:
    recording = run(
        """
        a = Thing("a")
        for n in range(1_000):
            Thing(f"b{n}", {"from": a.id})
        """
    )
    assert len(recording.resources) == 1_002


def test_programs_run_in_any_thread(run: Run) -> None:
    found = []
    thread = threading.Thread(target=lambda: found.append(run("Thing('a')")))
    thread.start()
    thread.join()
    assert [each.resource("a").name for each in found] == ["a"]


def pulumi_modules() -> Iterator[types.ModuleType]:
    for name, module in list(sys.modules.items()):
        if name == "pulumi" or name.startswith("pulumi."):
            yield module


def functions_of_pulumi() -> dict[str, int]:
    """Every function and class of the SDK, and every function of its classes, by identity."""
    found = {}
    for module in pulumi_modules():
        for name, value in vars(module).items():
            if inspect.isfunction(value) or inspect.isclass(value):
                found[f"{module.__name__}.{name}"] = id(value)
            if inspect.isclass(value) and value.__module__.startswith("pulumi"):
                for method, function in vars(value).items():
                    if inspect.isfunction(function):
                        found[f"{value.__module__}.{value.__qualname__}.{method}"] = id(function)
    return found


def test_pulumi_is_not_patched_even_while_a_program_runs(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("pulumi.runtime.mocks, pulumi.log")
    before = functions_of_pulumi()
    during = types.ModuleType("during")
    during.seen = []  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "during", during)
    monkeypatch.setattr(during, "look", lambda: during.seen.append(functions_of_pulumi()), raising=False)
    run("import during; Thing('a'); during.look()")
    assert len(before) > 500
    assert during.seen == [before]
    assert functions_of_pulumi() == before


def test_the_directory_may_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "__main__.py").write_text("import pulumi; pulumi.export('a', 1)")
    monkeypatch.chdir(tmp_path.parent)
    directory = Path(tmp_path.name)
    recording = preview_stack(directory, project="shop", stack="dev", config={})
    assert recording.outputs == {"a": 1}
