"""The pinned files: every pin has its hashes, and the two that pin the package's own dependencies are one set."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HASHED = ("requirements-hashed.txt", "tests/requirements.txt", "tests/tools/requirements.txt")


def requirements(file: str) -> list[str]:
    """The requirements of a file, each with its hashes."""
    text = (ROOT / file).read_text("utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith(("#", "-e "))]


def pins(file: str) -> dict[str, str]:
    """The version of each pinned name."""
    found = (re.match(r"([a-z0-9.-]+)==([^\s;]+)", requirement) for requirement in requirements(file))
    return {match[1]: match[2] for match in found if match}


@pytest.mark.parametrize("file", HASHED)
def test_every_requirement_is_pinned_with_hashes(file: str) -> None:
    assert [each for each in requirements(file) if not re.search(r"==.* --hash=sha256:[0-9a-f]{64}", each)] == []


@pytest.mark.parametrize("file", HASHED)
def test_no_registry_is_named(file: str) -> None:
    assert "://" not in (ROOT / file).read_text("utf-8")


@pytest.mark.parametrize("file", HASHED[:2])
def test_one_environment_has_one_version(file: str) -> None:
    plain = pins("requirements.txt")

    assert plain
    assert {name: version for name, version in pins(file).items() if plain.get(name, version) != version} == {}


def test_what_pulumi_installs_has_its_hashes() -> None:
    assert pins("requirements.txt").items() <= pins("requirements-hashed.txt").items()


def test_the_build_backend_has_its_hashes() -> None:
    assert f'requires = ["hatchling=={pins("requirements-hashed.txt")["hatchling"]}"]' in (
        ROOT / "pyproject.toml"
    ).read_text("utf-8")
