"""Tests that need more of the machine than Python: `make tools`."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.running import ROOT, run


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, before the marks choose what runs."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.tools)


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean clone of what is committed."""
    directory = tmp_path_factory.mktemp("clone") / "repository"
    run("git", "clone", "--quiet", "--no-hardlinks", ROOT, directory)
    return directory
