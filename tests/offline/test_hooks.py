import pytest
from azureml_events.offline.recording import ProgramError
from small_programs import HOOKS, Run, texts


def test_a_preview_runs_only_the_hooks_that_ask_for_it(run: Run) -> None:
    recording = run(
        """
        from hooks import *
        Thing("a", {"size": 1}, ResourceOptions(hooks=bind("before_create", "one", on_dry_run=True)))
        Thing("b", {"size": 1}, ResourceOptions(hooks=bind("before_create", "two")))
        """,
        HOOKS,
    )
    assert texts(recording) == ["a  ['size'] []"]


def test_two_hooks_of_one_name_are_refused(run: Run) -> None:
    with pytest.raises(ProgramError) as caught:
        run(
            """
            from hooks import *
            Thing("a", opts=ResourceOptions(hooks=bind("after_create", "wait")))
            Thing("b", opts=ResourceOptions(hooks=bind("after_create", "wait")))
            """,
            HOOKS,
        )
    assert caught.value.text == ("hook 'wait': another hook has this name; give each hook a name of its own")
