"""The map in components/README.md: every room in the order of the contract, and no path that is not there."""

from __future__ import annotations

import re
import tomllib

import pytest
from golden import ROOT

COMPONENTS = ROOT / "components"
PACKAGE = COMPONENTS / "azureml_events"
PAGES = ("components/README.md", "components/DECISIONS.md", ".github/CONTRIBUTING.md", ".github/SECURITY.md")
MAP = (COMPONENTS / "README.md").read_text("utf-8")
ROOMS = re.findall(r"^\| \[`([\w.]+?)/?`\]", MAP, re.MULTILINE)


def layers() -> dict[str, int]:
    """Give the layer of each room by the contract of imports, 0 the highest."""
    [contract] = [
        each
        for each in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
        if each["type"] == "layers"
    ]
    return {room.strip(): at for at, layer in enumerate(contract["layers"]) for room in layer.split("|")}


def test_the_map_shows_every_room_in_the_order_of_the_layers() -> None:
    shown = [room.removesuffix(".py") for room in ROOMS]
    order = layers()

    assert sorted(shown) == sorted(order.keys() - {"__main__"})
    assert [order[room] for room in shown] == sorted(order[room] for room in shown)


def named(page: str) -> list[tuple[str, str]]:
    """List the pages with the paths that they name: in code spans, of the package or the repository, and in links."""
    text = (ROOT / page).read_text("utf-8")
    spans = re.findall(r"`([\w.-]+(?:/[\w.-]+)*/?)`", text)
    links = re.findall(r"\]\(((?!http)[^)#]+)", text)
    return [(page, path) for path in dict.fromkeys([*filter(is_path, spans), *links])]


def is_path(span: str) -> bool:
    return "/" in span or span.endswith((".py", ".toml", ".txt"))


@pytest.mark.parametrize(("page", "path"), [each for page in PAGES for each in named(page)])
def test_a_path_on_a_page_is_there(page: str, path: str) -> None:
    assert any((base / path).exists() for base in (PACKAGE, ROOT, (ROOT / page).parent)), path
