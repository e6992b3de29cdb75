"""How all tests run.

Property tests take the same examples every time, however slow the machine; `HYPOTHESIS_PROFILE=explore` looks further.

A test that needs a program of the machine says so, `@pytest.mark.needs("pulumi")`, and is skipped where that is not on
PATH. With `CI=true` every other skip is a failure: what CI could have run was not run.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import Generator
from contextlib import closing

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

# A program that fails, as some must here, leaves futures that nobody asks; their failure is asserted on elsewhere.
logging.getLogger("asyncio").setLevel(logging.CRITICAL + 1)


@pytest.fixture(autouse=True)
def _event_loop() -> Generator[None]:
    """Give each test an event loop, as a Pulumi program has one; a test that ran before may have taken its own away."""
    with closing(asyncio.new_event_loop()) as loop:
        asyncio.set_event_loop(loop)
        yield
        asyncio.set_event_loop(None)


def missing_programs(item: pytest.Item) -> list[str]:
    """List the programs that a test needs and that are not on PATH."""
    needed = (name for marker in item.iter_markers("needs") for name in marker.args)
    return [name for name in needed if shutil.which(name) is None]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose programs are not there."""
    missing = missing_programs(item)
    if missing:
        pytest.skip(f"not on PATH: {', '.join(missing)}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that CI could have run and that was skipped."""
    report = yield
    skipped = report.skipped and not hasattr(report, "wasxfail")
    if skipped and os.environ.get("CI") == "true" and not missing_programs(item):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, though nothing that it needs is missing: {report.longreprtext}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail a file that skips itself in CI: its tests cannot say what they need."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped in CI as a whole: {report.longreprtext}"
    return report
