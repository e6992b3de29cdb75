"""The assertions that users' own tests import."""

from __future__ import annotations

from pathlib import Path

import pytest
from azureml_events import DeclarationError
from azureml_events.testing import Routes, sample
from cli.conftest import STACK

FAILED = sample("RunStatusChanged", set={"data.runStatus": "Failed"})
RUNNING = sample("RunStatusChanged", set={"data.runStatus": "Running"})


@pytest.fixture
def routes(tmp_path: Path) -> Routes:
    path = tmp_path / "Pulumi.test.yaml"
    path.write_text(STACK)
    return Routes.of_stack_file(path)


def test_a_reached_subscription_passes(routes: Routes) -> None:
    routes.assert_reaches(FAILED, "failed-runs")
    routes.assert_misses(RUNNING, "failed-runs")


def test_a_missed_subscription_fails_with_the_condition(routes: Routes) -> None:
    with pytest.raises(AssertionError, match=r"does not reach ml-a/failed-runs: advancedFilters\[0\]: "):
        routes.assert_reaches(RUNNING, "failed-runs")


def test_a_reached_subscription_that_should_be_missed_fails(routes: Routes) -> None:
    with pytest.raises(AssertionError, match="the event reaches ml-b/failed-runs"):
        routes.assert_misses(FAILED, "failed-runs", workspace="ml-b")


def test_a_name_that_is_not_there_is_no_passing_test(routes: Routes) -> None:
    with pytest.raises(DeclarationError, match="did you mean 'failed-runs'"):
        routes.assert_misses(RUNNING, "failed-rns")


def test_a_pulumi_program_is_asserted_on_as_well(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: azureml-events\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(STACK)
    (tmp_path / "__main__.py").write_text("from azureml_events import declare_stack\n\ndeclare_stack()\n")

    routes = Routes.of_program(tmp_path, "dev")

    routes.assert_reaches(FAILED, "failed-runs")
    routes.assert_misses(RUNNING, "failed-runs")
