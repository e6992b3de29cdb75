from collections.abc import Callable

import pytest
from azureml_events.offline.recording import ProgramError, Recording

Run = Callable[..., Recording]

TELL = """
import pulumi
def tell(args):
    pulumi.log.info(f"{args.name} {args.id} {sorted(args.new_inputs or {})} {sorted(args.new_outputs or {})}")
def bind(stage, name, on_dry_run=None, ignore_errors=None, call=tell):
    hook = pulumi.ResourceHook(name, call, pulumi.ResourceHookOptions(on_dry_run, ignore_errors))
    return pulumi.ResourceHookBinding(**{stage: [hook]})
"""
FILES = {"helper.py": TELL}


def texts(recording: Recording) -> list[str]:
    return [message.text for message in recording.messages]


def test_a_preview_runs_only_the_hooks_that_ask_for_it(run: Run) -> None:
    recording = run(
        """
        from helper import *
        Thing("a", {"size": 1}, ResourceOptions(hooks=bind("before_create", "one", on_dry_run=True)))
        Thing("b", {"size": 1}, ResourceOptions(hooks=bind("before_create", "two")))
        """,
        FILES,
    )
    assert texts(recording) == ["a  ['size'] []"]


def test_two_hooks_of_one_name_are_refused(run: Run) -> None:
    with pytest.raises(ProgramError) as caught:
        run(
            """
            from helper import *
            Thing("a", opts=ResourceOptions(hooks=bind("after_create", "wait")))
            Thing("b", opts=ResourceOptions(hooks=bind("after_create", "wait")))
            """,
            FILES,
        )
    assert caught.value.text == ("hook 'wait': another hook has this name; give each hook a name of its own")
