"""Generated and kept: the stacks' previews, the JSON Schema of stack files, the page of policy rules, and tables.

The tables are those of the documentation and of the cases.

`make golden` rewrites all of it; read the difference before committing it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from azureml_events.offline.preview_json import preview_json
from azureml_events.offline.program import preview_stack
from azureml_events.stackfile.project import find_project
from azureml_events.stackfile.schema import stack_file_schema
from azureml_events.stackfile.stack_file import load_stack_file
from case_tables import CASES, COLUMNS, case_table
from change_shown import PICTURE, picture
from documentation import PAGES, written
from policy_page import POLICY_PAGE, policy_page

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT / "stacks" / "schema.json"
STACKS = tuple(sorted(path.name.split(".")[1] for path in (ROOT / "stacks").glob("Pulumi.*.yaml")))


def golden_file(stack: str) -> Path:
    """Where the preview of a stack is kept."""
    return ROOT / "tests" / "golden" / f"{stack}.json"


def previewed(stack: str) -> dict[str, Any]:
    """What `azureml-events preview <stack> --json` prints."""
    project = find_project(ROOT)
    config = load_stack_file(project.stacks / f"Pulumi.{stack}.yaml").document.config
    return preview_json(preview_stack(ROOT, project=project.name, stack=stack, config=config))


def text(values: Any) -> str:
    """JSON values as a kept file holds them."""
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Rewrite all that is kept."""
    SCHEMA.write_text(text(stack_file_schema()), encoding="utf-8")
    for stack in STACKS:
        golden_file(stack).write_text(text(previewed(stack)), encoding="utf-8")
    PICTURE.write_text(picture(), encoding="utf-8")
    POLICY_PAGE.write_text(policy_page(), encoding="utf-8")
    for page in PAGES:
        (ROOT / page).write_text(written(page), encoding="utf-8")
    for name in COLUMNS:
        (CASES / name).write_text(case_table(name), encoding="utf-8")


if __name__ == "__main__":
    main()
