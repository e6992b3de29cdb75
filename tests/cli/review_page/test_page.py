"""The page: complete, safe whatever is named, and the same for the same review."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from html.parser import HTMLParser
from pathlib import Path

import pytest
from cli.conftest import HUB, STACK, WORKSPACE, Run

HOSTILE = {
    "a script": "</title><script>alert(1)</script>",
    "an image": "<img src=x onerror=alert(1)>",
    "the end of an attribute": '"><b onmouseover="alert(1)',
    "a template": "{{ 7*7 }}",
    "text turned round": "a\u202egnp.exe",
    "an entity": "&lt;b&gt;",
    "the end of a style": "</style><style>*{display:none}</style>",
}

TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "h1",
    "h2",
    "p",
    "strong",
    "code",
    "div",
    "svg",
    "desc",
    "path",
    "g",
    "rect",
    "text",
    "ul",
    "li",
    "span",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "label",
    "input",
    "details",
    "summary",
    "time",
    "script",
}
ATTRIBUTES = {
    "lang",
    "charset",
    "http-equiv",
    "content",
    "name",
    "class",
    "id",
    "tabindex",
    "role",
    "aria-label",
    "aria-labelledby",
    "aria-live",
    "width",
    "height",
    "viewbox",
    "x",
    "y",
    "rx",
    "d",
    "scope",
    "hidden",
    "type",
    "autocomplete",
    "datetime",
}


class Reader(HTMLParser):
    """Collects the tags, with their attributes, and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.said: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Hold it against the one that is open."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note what is read."""
        if self.open and self.open[-1] not in ("style", "script"):
            self.said.append(data)

    @property
    def text(self) -> str:
        """What is read."""
        return " ".join("".join(self.said).split())

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each tag of a name."""
        return [attributes for name, attributes in self.tags if name == tag]


def page_of(run: Run, *arguments: str) -> str:
    """The page of a review."""
    result = run("review", *arguments, "--format", "html", "--today", "2026-11-26")
    assert result.exit_code in (0, 1), result.stderr
    return result.stdout


def document(*names: str) -> str:
    """A list of subscriptions that are called something, as the Azure CLI prints it."""
    id_ = f"{WORKSPACE}/ml-a".replace("Microsoft.MachineLearningServices/workspaces/ml-a", "Microsoft.EventGrid")
    return json.dumps(
        [
            {
                "id": f"{id_}/systemTopics/t/eventSubscriptions/{name}",
                "name": name,
                "type": "Microsoft.EventGrid/systemTopics/eventSubscriptions",
                "destination": {"endpointType": "StorageQueue", "resourceId": f"{id_}/x", "queueName": name},
                "filter": {"includedEventTypes": ["Microsoft.MachineLearningServices.RunCompleted"],
                           "subjectBeginsWith": name},
                "labels": [name],
                "provisioningState": "Succeeded",
            }
            for name in names
        ]
    )  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_an_input_names_is_text(run: Run, project: Path, name: str) -> None:
    (project / "list.json").write_text(document(name), encoding="utf-8")

    reader = Reader(page_of(run, "list.json", "--source", f"{WORKSPACE}/ml-a"))

    assert {tag for tag, _ in reader.tags} <= TAGS
    assert {name for _, attributes in reader.tags for name in attributes} <= ATTRIBUTES
    assert len(reader.named("script")) == len(reader.named("style")) == 1
    assert name.replace("\u202e", "\\u202e") in reader.text


def test_nothing_is_requested_and_only_its_own_style_and_script_run(run: Run) -> None:
    page = page_of(run, "stack.yaml")
    reader = Reader(page)

    assert not re.search(r"\b(?:src|href|action|style|on\w+)\s*=", page.split("</style>")[1].split("<script>")[0])
    (policy,) = [each["content"] or "" for each in reader.named("meta") if "http-equiv" in each]
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert f"{tag}-src 'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in policy


def test_it_says_everything_without_its_script(run: Run) -> None:
    text = Reader(page_of(run, "stack.yaml")).text

    for heading in ("Deliveries", "Findings", "Routes", "Grants", "What each handler sees"):
        assert heading in text


def test_two_pages_are_equal(run: Run) -> None:
    assert page_of(run, "stack.yaml") == page_of(run, "stack.yaml")


def stack_of(workspaces: int, declarations: int, *, alike: bool) -> str:
    """A stack file of workspaces with some subscriptions each."""
    lines = ["config:", "  azureml-events:workspaces:"]
    names = [f"ml-{number:03}" for number in range(workspaces)]
    lines += [f"    {each}: {{resourceId: {WORKSPACE}/{each}, location: westeurope}}" for each in names]
    lines += ["  azureml-events:handlers:", "    hub: {type: EventHub, resourceId: " + HUB + "}"]
    lines += ["  azureml-events:subscriptions:"]
    for name in ["all"] if alike else names:
        for number in range(declarations):
            only = "" if alike else f", workspaces: [{name}]"
            filters = f"advancedFilters: [{{operatorType: StringIn, key: data.experimentName, values: [e{number}]}}]"
            lines.append(f"    {name}-{number}: {{handler: hub, includedEventTypes: [RunCompleted], {filters}{only}}}")
    return "\n".join(lines) + "\n"


FORMS = [
    ((1, 3, False), (1, False), "a box for each"),
    ((40, 5, True), (1, False), "40 workspaces that have the same five are drawn as one"),
    ((10, 5, False), (10, True), "a matrix, and a picture for each workspace"),
]


@pytest.mark.parametrize(("stack", "expected", "why"), FORMS, ids=[each[-1] for each in FORMS])
def test_the_picture_fits_how_many_there_are(
    run: Run, project: Path, stack: tuple[int, int, bool], expected: tuple[int, bool], why: str
) -> None:
    workspaces, declarations, alike = stack
    (project / "many.yaml").write_text(stack_of(workspaces, declarations, alike=alike), encoding="utf-8")

    reader = Reader(page_of(run, "many.yaml"))

    has_matrix = "Subscriptions between workspaces and handlers" in reader.text
    assert (len(reader.named("svg")), has_matrix) == expected, why
    assert ("40 workspaces" in reader.text) is alike


def test_a_subscription_that_delivers_nothing_says_so(run: Run, project: Path) -> None:
    (project / "off.yaml").write_text(STACK.replace("handler:", "disabled: waits for the hub, handler:", 1))

    page = page_of(run, "off.yaml")

    assert "(disabled)" in page
