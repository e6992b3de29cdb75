"""`azureml-events adopt`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from adopt.documents import TOPIC, WORKSPACE, answer, flattened, topic, web_hook
from cli.conftest import Run

HOOK = flattened("hook", destination=web_hook())
EXTENSION = flattened(
    "own",
    id=f"{WORKSPACE}/providers/Microsoft.EventGrid/eventSubscriptions/own",
    topic=WORKSPACE,
    type="Microsoft.EventGrid/eventSubscriptions",
)


@pytest.fixture
def documents(project: Path) -> Path:
    """A directory with documents of a topic and of event subscriptions."""
    for name, value in {
        "topics.json": [topic()],
        "all.json": [flattened("a"), HOOK],
        "more.json": [EXTENSION],
        "half.json": {**answer(flattened("a")), "nextLink": "https://management.azure.com/next"},
    }.items():
        (project / name).write_text(json.dumps(value), "utf-8")
    return project


def test_the_stack_file_passes_check_which_names_what_to_fill_in(run: Run, documents: Path) -> None:
    adopted = run("adopt", "topics.json", "all.json", "--output", "new.yaml")

    assert adopted.exit_code == 0, adopted.stderr
    assert adopted.stdout == ""
    command = "pulumi config set --path --secret 'azureml-events:handlers.hook.endpointUrl'"
    assert command in adopted.stderr
    assert "hush" not in adopted.output + (documents / "new.yaml").read_text("utf-8")
    checked = run("check", "new.yaml", "--format", "json")
    assert checked.exit_code == 0
    found = [each for each in json.loads(checked.stdout)["findings"] if each["rule"] == "fill-in"]
    assert [(each["path"], command in each["fix"]) for each in found] == [("handlers.hook.endpointUrl", True)]


def test_the_text_goes_to_standard_output_and_is_the_same_in_any_order(run: Run, documents: Path) -> None:
    assert documents.is_dir()
    first, second = run("adopt", "topics.json", "all.json"), run("adopt", "all.json", "topics.json")

    assert first.stdout.splitlines()[0].endswith("and changes nothing but what adopt said beside this file.")
    assert (first.stdout, first.stderr) == (second.stdout, second.stderr)


def test_what_is_not_expressed_makes_the_status_one(run: Run, documents: Path) -> None:
    adopted = run("adopt", "topics.json", "all.json", "more.json", "--output", "new.yaml")

    assert adopted.exit_code == 1
    assert "Two ways out" in adopted.stderr
    assert (documents / "new.yaml").is_file()


@pytest.mark.parametrize("refused", ["half.json", "stack.yaml", "nowhere.json"])
def test_what_is_refused_writes_no_file(run: Run, documents: Path, refused: str) -> None:
    adopted = run("adopt", "topics.json", refused, "--output", "new.yaml")

    assert adopted.exit_code == 2
    assert adopted.stderr.startswith(refused)
    assert not (documents / "new.yaml").exists()


def test_a_file_with_a_configuration_is_kept_and_one_without_keeps_its_key(run: Run, documents: Path) -> None:
    before = (documents / "stack.yaml").read_text("utf-8")
    (documents / "begun.yaml").write_text("encryptionsalt: v1:abc\n", "utf-8")

    kept = run("adopt", "topics.json", "all.json", "--output", "stack.yaml")
    begun = run("adopt", "topics.json", "all.json", "--output", "begun.yaml")

    assert (kept.exit_code, (documents / "stack.yaml").read_text("utf-8")) == (2, before)
    assert begun.exit_code == 0
    assert (documents / "begun.yaml").read_text("utf-8").startswith("encryptionsalt: v1:abc\n# Written")
    assert run("check", "begun.yaml").exit_code == 0


def test_a_document_comes_from_standard_input_too(run: Run, documents: Path) -> None:
    assert documents.is_dir()
    adopted = run("adopt", "topics.json", "-", stdin=json.dumps(answer(flattened("a"))))

    assert adopted.exit_code == 0
    assert f"import: {TOPIC}/eventSubscriptions/a" in adopted.stdout


def test_what_is_odd_in_a_text_is_said(run: Run, documents: Path) -> None:
    (documents / "twice.json").write_text('{"value": [], "value": []}', "utf-8")

    adopted = run("adopt", "topics.json", "twice.json")

    assert "note: twice.json: value: " in adopted.stderr


def test_against_lists_what_no_stack_declares(run: Run, documents: Path) -> None:
    run("adopt", "topics.json", "all.json", "--output", "new.yaml")
    (documents / "later.json").write_text(json.dumps([flattened("later")]), "utf-8")

    declared = run("adopt", "topics.json", "all.json", "--against", "new.yaml")
    more = run("adopt", "topics.json", "all.json", "later.json", "--against", "new.yaml")
    elsewhere = run("adopt", "topics.json", "--against", "stack.yaml", "--format", "json")
    run("adopt", "topics.json", "later.json", "--output", "other.yaml")
    together = run("adopt", "topics.json", "all.json", "later.json", "--against", "other.yaml", "--against", "new.yaml")

    assert together.exit_code == 0, together.stdout
    assert (declared.exit_code, declared.stdout) == (0, "all that exists is declared\n")
    assert more.exit_code == 1
    assert more.stdout == f"event subscription {TOPIC}/eventSubscriptions/later: no stack declares it\n"
    assert elsewhere.exit_code == 1
    assert json.loads(elsewhere.stdout)["undeclared"] == [{"kind": "system topic", "id": TOPIC}]


def test_json_holds_the_text_and_every_remark(run: Run, documents: Path) -> None:
    assert documents.is_dir()
    adopted = run("adopt", "topics.json", "all.json", "--format", "json")

    printed: dict[str, Any] = json.loads(adopted.stdout)
    assert printed["text"].startswith("# Written")
    assert {each["kind"] for each in printed["remarks"]} == {"advice", "lost", "secret"}
    assert printed["undeclared"] is None
