"""End-to-end tests on the real Pulumi CLI, `make e2e`; most also run on the in-process engine, `make test`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from e2e.configs import Config, secrets_in, text_of, with_secrets
from e2e.engine import Project
from e2e.in_process import InProcess
from e2e.runs import Engine
from e2e.surroundings import furnish

REPOSITORY = Path(__file__).parents[2]
REAL = (pytest.mark.e2e, pytest.mark.needs("pulumi"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts the CLI, before the marks choose what runs."""
    for item in items:
        if isinstance(item, pytest.Function) and "start" in item.fixturenames:
            for mark in REAL:
                item.add_marker(mark)


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., Project]:
    """Starts a project with a stack file's text; this repository's program, or that of a folder; more variables."""

    def start(config: str, program: Path = REPOSITORY, **variables: str) -> Project:
        return Project(tmp_path, program, config, variables=variables)

    return start


@pytest.fixture
def real(start: Callable[..., Project]) -> Callable[[Config], Project]:
    """Starts a project on the real engine; encrypts its secrets and makes exist what it takes for granted."""

    def begin(config: Config) -> Project:
        secrets = secrets_in(config)
        project = start(text_of(with_secrets(config, secrets)))
        project.encrypt(secrets)
        _furnish(project)
        return project

    return begin


@pytest.fixture(params=[pytest.param("pulumi", marks=REAL), "in-process"])
def begin(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Config], Engine]:
    """Starts a project on either engine; makes exist what it takes for granted."""
    if request.param == "pulumi":
        started: Callable[[Config], Project] = request.getfixturevalue("real")
        return started

    def begin(config: Config) -> InProcess:
        project = InProcess(tmp_path, REPOSITORY, config)
        _furnish(project)
        return project

    return begin


def _furnish(engine: Engine) -> None:
    """Azure is furnished, and refuses whoever does not wait for access as long as the stack says."""
    with engine.cloud() as cloud:
        furnish(cloud, engine.config)
        cloud.access_delay = engine.config["azureml-events:defaults"]["accessDelaySeconds"]
