from collections.abc import Callable

import pytest

from azureml_events.engine.recording import Message, Recording

Run = Callable[..., Recording]


def test_messages_are_recorded_with_severity_and_resource(run: Run) -> None:
    recording = run(
        """
        group = Group("group")
        pulumi.log.debug("not this one")
        pulumi.log.info("fleeting", ephemeral=True)
        pulumi.log.info("one")
        pulumi.log.error("two")
        pulumi.log.warn("three", group)
        """
    )
    assert recording.messages == (
        Message("info", "one"),
        Message("error", "two"),
        Message("warning", "three", recording.resource("group").urn),
    )


def test_what_a_program_prints_is_a_message_and_nothing_else(
    run: Run, capfd: pytest.CaptureFixture[str]
) -> None:
    recording = run(
        """
        import sys
        print("one", "two")
        print("three", file=sys.stderr)
        sys.stdout.write("without an end")
        """
    )
    assert [message.text for message in recording.messages] == ["one two", "three", "without an end"]
    assert capfd.readouterr() == ("", "")


def test_a_program_may_require_any_version_of_the_cli(run: Run) -> None:
    assert run("pulumi.runtime.require_pulumi_version('>=3.244.0')").messages == ()
