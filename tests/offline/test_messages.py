import pytest
from azureml_events.offline.recording import Message, ProgramError
from small_programs import Run, texts


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


def test_what_a_program_prints_is_a_message(run: Run) -> None:
    recording = run(
        """
        import sys
        print("one", "two")
        print("three", file=sys.stderr)
        sys.stdout.write("without an end")
        """
    )
    assert texts(recording) == ["one two", "three", "without an end"]


@pytest.mark.parametrize("end", ["", "raise ValueError('x')", "Thing('a')", "print('x')"])
def test_a_run_writes_nothing_however_it_ends(run: Run, end: str, capfd: pytest.CaptureFixture[str]) -> None:
    for _ in range(5):
        try:
            run(f"Thing('a', opts=ResourceOptions(transforms=[lambda args: None]))\n{end}")
        except ProgramError:
            assert end
    assert capfd.readouterr() == ("", "")


def test_a_program_may_require_any_version_of_the_cli(run: Run) -> None:
    assert run("pulumi.runtime.require_pulumi_version('>=3.244.0')").messages == ()
