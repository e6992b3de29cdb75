"""The change that the README shows, and its picture; `make golden` rewrites the picture."""

from __future__ import annotations

import re
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

from azureml_events.cli import main
from click.testing import CliRunner

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "components" / "azureml_events" / "review" / "changes" / "picture.svg"
STYLE = ROOT / "components" / "azureml_events" / "cli" / "review_page" / "page.css"
DEV = ROOT / "stacks" / "Pulumi.dev.yaml"


def reviewed(form: str) -> str:
    """The review of the dev stack without its extra large models, against the dev stack."""
    written = DEV.read_text("utf-8")
    with TemporaryDirectory() as directory, chdir(directory):
        before, after = Path("before") / DEV.name, Path("after") / DEV.name
        for file, text in ((before, written), (after, written.replace("[large, x-large]", "[large]"))):
            file.parent.mkdir()
            file.write_text(text, encoding="utf-8")
        command = ["review", str(after), "--base", str(before), "--format", form]
        result = CliRunner().invoke(main, command, catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def picture() -> str:
    """The picture of that page, as a file of its own."""
    (drawing,) = re.findall(r"<svg (.*?)</svg>", reviewed("html"), re.DOTALL)
    style = f"<style>{STYLE.read_text('utf-8')}</style>\n<path"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {drawing.replace("<path", style, 1)}</svg>\n'
