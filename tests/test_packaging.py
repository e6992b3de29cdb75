"""The package as others get it: a wheel, installed in an empty environment, used by a program that lies elsewhere."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import azureml_events
import pytest
from golden import ROOT
from wheel import build, install, run

PROGRAM = """\
import pulumi

from azureml_events import EventHub, Subscription, WorkspaceEvents, run_failed

azure = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers"
hub = EventHub(resource_id=pulumi.Config().require("hub"))
WorkspaceEvents(
    "ml",
    workspace_id=f"{azure}/Microsoft.MachineLearningServices/workspaces/ml",
    location="westeurope",
    subscriptions={"failed": Subscription(run_failed(), to=hub)},
)
"""
AZURE = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers"
HUB = f"{AZURE}/Microsoft.EventHub/namespaces/n/eventhubs/h"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with what is installed: nothing is downloaded."""
    return build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that has the wheel; its dependencies are those of this one, this project itself is not."""
    return install(wheel, tmp_path_factory.mktemp("environment"))


def test_the_wheel_holds_the_package_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    tops = {name.partition("/")[0] for name in names}
    assert tops == {"azureml_events", next(name for name in tops if name.endswith(".dist-info"))}
    assert "azureml_events/py.typed" in names


def test_the_wheel_holds_the_reference_of_every_field(environment: Path) -> None:
    shown = run(_python(environment), "-c", "import azureml_events; help(azureml_events)")
    read = (
        "from importlib.resources import files; print((files('azureml_events') / 'stack_file.md').read_text('utf-8'))"
    )

    assert "stack_file.md" in shown
    assert run(_python(environment), "-c", read).strip() == (ROOT / "stacks" / "README.md").read_text("utf-8").strip()


def test_the_wheel_holds_the_policy_pack_and_says_where_it_lies(environment: Path) -> None:
    printed = run(_python(environment), "-m", "azureml_events.policy", cwd=environment)

    folder = Path(printed.strip())
    assert folder.is_relative_to(environment)
    assert {each.name for each in folder.iterdir() if each.is_file()} == {"PulumiPolicy.yaml", "__main__.py"}
    assert f"\nversion: {azureml_events.__version__}\n" in (folder / "PulumiPolicy.yaml").read_text("utf-8")


def test_a_program_elsewhere_is_previewed_with_the_wheel(environment: Path, tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n", encoding="utf-8")
    (tmp_path / "Pulumi.prod.yaml").write_text(f"config:\n  shop:hub: {HUB}\n", encoding="utf-8")

    printed = _command(environment, "preview", "prod", "--program", tmp_path, "--json", directory=environment)

    resources = json.loads(printed)["resources"]
    (subscription,) = [each for each in resources if each["type"].endswith(":SystemTopicEventSubscription")]
    assert subscription["urn"].startswith("urn:pulumi:prod::shop::azureml-events:index:WorkspaceEvents$")
    assert subscription["inputs"]["deliveryWithResourceIdentity"]["destination"]["resourceId"] == HUB


def test_the_command_is_there_and_comes_from_the_wheel(environment: Path) -> None:
    assert "azureml-events, version" in _command(environment, "--version", directory=environment)
    where = run(_python(environment), "-c", "import azureml_events; print(azureml_events.__file__)", cwd=environment)
    assert Path(where.strip()).is_relative_to(environment)


def _python(environment: Path) -> Path:
    return environment / "bin" / "python"


def _command(environment: Path, *arguments: object, directory: Path) -> str:
    return run(environment / "bin" / "azureml-events", *arguments, cwd=directory)
