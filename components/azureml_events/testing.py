"""Assertions for your own tests: which subscriptions an event reaches.

```python
from azureml_events.testing import Routes, sample

routes = Routes.of_stack_file("stacks/Pulumi.prod.yaml")


def test_a_failed_run_is_archived():
    failed = sample("RunStatusChanged", set={"data.runStatus": "Failed"})

    routes.assert_reaches(failed, "failed-training")
    routes.assert_misses(failed, "registered-models")
```
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azureml_events.base.mistakes import DeclarationError
from azureml_events.event_grid.samples import sample
from azureml_events.review.input import load_input
from azureml_events.routing.expectations import Expectation, check_expectation, naming_mistakes
from azureml_events.routing.subscription import RoutedSubscription

__all__ = ["Routes", "sample"]


@dataclass(frozen=True)
class Routes:
    """The event subscriptions of a stack file, of another tool's document, or of a Pulumi program.

    Attributes:
        subscriptions: The event subscriptions.
    """

    subscriptions: Sequence[RoutedSubscription]

    @classmethod
    def of_stack_file(cls, path: str | Path) -> Routes:
        """Read the event subscriptions of a stack file, or of another tool's JSON document.

        Args:
            path: The file.

        Raises:
            InputError: It is wrong; with every mistake.
        """
        return cls(load_input(str(path)).subscriptions)

    @classmethod
    def of_program(cls, directory: str | Path, stack: str, config: Mapping[str, str] | None = None) -> Routes:
        """Read the event subscriptions that a Pulumi program declares, run offline.

        Args:
            directory: Where its `__main__.py` lies.
            stack: The stack's name.
            config: The stack's configuration, `namespace:key` to text; default that of its stack file.

        Raises:
            InputError: Its project or stack file is wrong.
            ProgramError: It did not run to its end.
        """
        from azureml_events.review.program import Program
        from azureml_events.review.registered import read_program

        return cls(read_program(Program.find(Path(directory), stack, config)).document.subscriptions)

    def assert_reaches(self, event: Mapping[str, Any], *subscriptions: str, workspace: str | None = None) -> None:
        """Assert that an event reaches subscriptions.

        Args:
            event: The event, in either schema.
            subscriptions: Their names, at least one.
            workspace: The workspace whose event it is; default every workspace that has the subscription.

        Raises:
            AssertionError: It does not; the message names the first condition that stops it.
            DeclarationError: There is no such subscription or workspace.
        """
        self._assert(event, workspace, reaches=subscriptions)

    def assert_misses(self, event: Mapping[str, Any], *subscriptions: str, workspace: str | None = None) -> None:
        """Assert that an event does not reach subscriptions.

        Args:
            event: The event, in either schema.
            subscriptions: Their names, at least one.
            workspace: The workspace whose event it is; default every workspace that has the subscription.

        Raises:
            AssertionError: It does, or may.
            DeclarationError: There is no such subscription or workspace.
        """
        self._assert(event, workspace, misses=subscriptions)

    def _assert(
        self,
        event: Mapping[str, Any],
        workspace: str | None,
        reaches: Sequence[str] = (),
        misses: Sequence[str] = (),
    ) -> None:
        expectation = Expectation(
            name="the event",
            event=dict(event),
            reaches=tuple(reaches),
            misses=tuple(misses),
            workspace=workspace,
        )
        mistakes = [*naming_mistakes([expectation], self.subscriptions)]
        if mistakes:
            raise DeclarationError(mistakes)
        failures = check_expectation(expectation, self.subscriptions).failures
        if failures:
            raise AssertionError("\n".join(f"the event {failure}" for failure in failures))
