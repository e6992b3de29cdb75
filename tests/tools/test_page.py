"""The review's page in a real browser, judged by axe-core in both colour schemes, with hostile names and many rows.

Playwright and axe-core come from the tools' environment, the browser from the machine.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cli.review_page.test_page import HOSTILE, document, stack_of
from tools.running import run

WORKSPACE = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers"
    "/Microsoft.MachineLearningServices/workspaces/ml-a"
)
PAGES = {
    "3 subscriptions": stack_of(1, 3, alike=False),
    "200 in groups": stack_of(40, 5, alike=True),
    "1,000 of their own": stack_of(100, 10, alike=False),
}


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What happens where each page is opened."""
    directory = tmp_path_factory.mktemp("pages")
    for name, text in PAGES.items():
        (directory / f"{name}.yaml").write_text(text, encoding="utf-8")
        page(directory, f"{name}.yaml")
    (directory / "hostile names.json").write_text(document(*HOSTILE.values()), encoding="utf-8")
    page(directory, "hostile names.json", "--source", WORKSPACE)
    pages = sorted(directory.glob("*.html"))
    python = Path(shutil.which("playwright") or "").with_name("python")
    printed = run(python, Path(__file__).with_name("browse.py"), shutil.which("chromium") or "", *pages)
    return {Path(name).stem: found for name, found in json.loads(printed).items()}


def page(directory: Path, given: str, *arguments: str) -> None:
    """Write the page of a review."""
    output = Path(given).with_suffix(".html").name
    command = [sys.executable, "-m", "azureml_events", "review", given, "--format", "html", "--output", output]
    done = subprocess.run([*command, *arguments], cwd=directory, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("name", [*PAGES, "hostile names"])
def test_a_page_is_accessible_and_asks_nothing_of_anybody(looked: dict[str, Any], name: str) -> None:
    for found in looked[name].values():
        assert found.get("violations", []) == []
        assert (found["requests"], found["dialogs"], found["errors"]) == ([], [], [])


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_complete_without_its_script(looked: dict[str, Any], name: str) -> None:
    assert looked[name]["still"]["search"] is False
    assert "What each handler sees" in looked[name]["still"]["text"]


@pytest.mark.needs("chromium")
def test_the_search_says_how_many_rows_are_left(looked: dict[str, Any]) -> None:
    assert looked["1,000 of their own"]["light"]["said"] == ["1,000 of 1,000", "1 of 1,000", "0 of 1,000"]
