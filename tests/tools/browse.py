"""Opens pages in Chromium and prints what happens as JSON; `make tools` runs it in the tools' environment.

Arguments: the path of Chromium, then pages. For each page and colour scheme: the violations that axe-core finds, the
requests, the dialogs and the console's errors; and what the search says.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-not-found]
from playwright.sync_api import Browser, sync_playwright  # type: ignore[import-not-found]

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def browse(browser: Browser, page: Path, scheme: Any, *, scripts: bool) -> dict[str, Any]:
    """Open a page, and look."""
    context = browser.new_context(color_scheme=scheme, java_script_enabled=scripts, bypass_csp=False)
    tab = context.new_page()
    requests: list[str] = []
    dialogs: list[str] = []
    errors: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))

    def dismiss(dialog: Any) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    tab.on("dialog", dismiss)
    tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    tab.goto(page.as_uri())
    found: dict[str, Any] = {"text": tab.inner_text("main"), "search": tab.locator("input[type=search]").is_visible()}
    if scripts:
        result = Axe().run(tab)
        found["violations"] = [f"{each['id']}: {each['nodes'][0]['html']}" for each in result.response["violations"]]
        found["said"] = searched(tab)
    context.close()
    return {**found, "requests": [each for each in requests if each != page.as_uri()], "dialogs": dialogs,
            "errors": errors}  # fmt: skip


def searched(tab: Any) -> list[str]:
    """What the search says of everything, of the first subscription's name, and of nonsense."""
    box, said = tab.locator("input[type=search]"), tab.locator("[aria-live]")
    first = tab.locator("#routes tbody td:nth-child(2) code").first.inner_text()
    answers = [said.inner_text()]
    for words in (first, "no such words"):
        box.fill(words)
        answers.append(said.inner_text())
    return answers


def main() -> None:
    """Open every page, light, dark and without its script."""
    chromium, *pages = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        looked = {
            name: {
                "light": browse(browser, Path(name), "light", scripts=True),
                "dark": browse(browser, Path(name), "dark", scripts=True),
                "still": browse(browser, Path(name), "light", scripts=False),
            }
            for name in pages
        }
        browser.close()
    print(json.dumps(looked))  # noqa: T201 - what the test reads


main()
