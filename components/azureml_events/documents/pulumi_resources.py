"""The resources of a Pulumi state or preview: `pulumi stack export`, `pulumi preview --json` and our own.

Signatures of secrets and unknown values: Pulumi's SDK, as states and previews print them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from azureml_events.base.mistakes import MemberPath
from azureml_events.documents.unresolved import HOLE, SECRET, UNKNOWN, Text, Unresolved, text_in
from azureml_events.documents.values import whole_text

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a constant of Pulumi's format
_OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_OF_LOGIN = re.compile("<(?:clientId|objectId|subscriptionId|tenantId)>")
_UNKNOWN = {
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "1c4a061d-8073-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    "<unknown>",
}
_SECRET = {"[secret]", "<secret>"}

_DEEPEST = 100
_SEPARATORS = 3
"""The `::` in a URN."""


@dataclass(frozen=True)
class PulumiResource:
    """A resource of a state or preview.

    Attributes:
        path: Where it is in the document.
        urn: Its URN; empty where the document does not say.
        type: Its type token.
        inputs: Its inputs, or where the document holds none, its outputs; what is secret or unknown is `Unresolved`.
        outputs: Its outputs, likewise.
        id: Its id; None while unknown.
        dependencies: The URNs that each input's value comes from, and under the empty name all that it depends on.
        inputs_name: The member of the document that holds its inputs.
        waits_for: Makes the set of all that it waits for; None where the document does not say.
        provider: The URN of its provider.
        protect: Whether its deletion is refused.
        external: Whether the program only looks it up, and so never deletes it.
    """

    path: MemberPath
    urn: str
    type: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    id: str | None
    dependencies: Mapping[str, list[str]]
    inputs_name: str = "inputs"
    waits_for: Callable[[], frozenset[str] | None] = lambda: None
    provider: str | None = None
    protect: bool = False
    external: bool = False

    @property
    def name(self) -> str:
        """Its Pulumi name; empty where the document does not say."""
        return self.urn.rpartition("::")[2]

    def text(self, *names: str) -> Text | None:
        """Find the first of some members that holds a text, among inputs before outputs.

        Args:
            names: The members' names.
        """
        for name in names:
            for members in (self.inputs, self.outputs):
                text = text_in(members.get(name))
                if text is not None:
                    return text
        return None


def is_pulumi(value: object) -> bool:
    """Tell whether a JSON value is a state or preview of Pulumi's, or our own preview."""
    if not isinstance(value, Mapping):
        return False
    deployment = value.get("deployment")
    state = isinstance(deployment, Mapping) and ("resources" in deployment or "manifest" in deployment)
    own = "stack" in value and isinstance(value.get("resources"), list) and "contentVersion" not in value
    return state or own or isinstance(value.get("steps"), list)


def pulumi_resources(value: Mapping[str, Any]) -> Iterator[PulumiResource]:
    """Yield the resources that a state or preview holds, of any type; what is to be deleted is passed over."""
    states = list(_states(value))
    waits = _waits({str(state.get("urn")): state for _, state in states})
    for path, written in states:
        if isinstance(written.get("type"), str) and written.get("delete") is not True:
            yield _resource(path, written, waits)


def _waits(states: Mapping[str, Mapping[str, Any]]) -> Callable[[Mapping[str, Any]], frozenset[str] | None]:
    """Make a function that lists all that a resource waits for: what it depends on and stands below, and so on."""

    def waits(written: Mapping[str, Any]) -> frozenset[str] | None:
        if not isinstance(written.get("dependencies"), list) and "propertyDependencies" not in written:
            return None
        reached: set[str] = set()
        left = [written]
        while left:
            state = left.pop()
            named = state.get("propertyDependencies")
            urns = [urn for each in (named.values() if isinstance(named, Mapping) else ()) for urn in _urns(each)]
            parent = state.get("parent")
            for urn in (*_urns(state.get("dependencies")), *urns, *([parent] if isinstance(parent, str) else [])):
                if urn not in reached:
                    reached.add(urn)
                    left += [states[urn]] if urn in states else []
        return frozenset(reached)

    return waits


def _states(value: Mapping[str, Any]) -> Iterator[tuple[MemberPath, Mapping[str, Any]]]:
    deployment, steps = value.get("deployment"), value.get("steps")
    if isinstance(deployment, Mapping):
        yield from _maps(("deployment", "resources"), deployment.get("resources"))
    elif isinstance(steps, list):
        for path, step in _maps(("steps",), steps):
            state = step.get("newState")
            if isinstance(state, Mapping):
                yield (*path, "newState"), {"urn": step.get("urn"), **state}
    else:
        yield from _maps(("resources",), value.get("resources"))


def _maps(at: MemberPath, items: object) -> Iterator[tuple[MemberPath, Mapping[str, Any]]]:
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, Mapping):
            yield (*at, index), item


def _resource(
    path: MemberPath, written: Mapping[str, Any], waits: Callable[[Mapping[str, Any]], frozenset[str] | None]
) -> PulumiResource:
    inputs, outputs = _plain(written.get("inputs")), _plain(written.get("outputs"))
    given = isinstance(inputs, Mapping) and bool(inputs)
    named = written.get("propertyDependencies")
    dependencies = {"": _urns(written.get("dependencies"))}
    for member, urns in named.items() if isinstance(named, Mapping) else ():
        dependencies[str(member)] = _urns(urns)
    provider = written.get("provider")
    return PulumiResource(
        path=path,
        urn=str(written.get("urn") or ""),
        type=written["type"],
        inputs=inputs if given else outputs if isinstance(outputs, Mapping) else {},
        outputs=outputs if isinstance(outputs, Mapping) else {},
        id=whole_text(written.get("id")),
        dependencies=dependencies,
        inputs_name="inputs" if given else "outputs",
        waits_for=partial(waits, written),
        provider=_provider(provider) if isinstance(provider, str) else None,
        protect=written.get("protect") is True,
        external=written.get("external") is True,
    )


def _provider(reference: str) -> str:
    """Return the URN in `<urn>::<id>`; our own preview writes it alone."""
    urn, _, last = reference.rpartition("::")
    return urn if urn.count("::") == _SEPARATORS else f"{urn}::{last}"


def _urns(value: object) -> list[str]:
    return [urn for urn in value if isinstance(urn, str)] if isinstance(value, list) else []


def text_on_the_wire(text: str) -> Text:
    """Return a text as Pulumi's formats write it; those that stand for what is secret or unknown are unresolved.

    Our own preview also writes `<subscriptionId>` and the like inside a text, for what only a login tells.
    """
    if text in _UNKNOWN:
        return UNKNOWN
    if text in _SECRET:
        return SECRET
    holes = tuple(_OF_LOGIN.findall(text))
    return Unresolved(_OF_LOGIN.sub(HOLE, text), holes, same=True) if holes else text


def _plain(value: Any, depth: int = 0) -> Any:
    """Strip a value of Pulumi's signatures: what is secret or unknown becomes `Unresolved`."""
    if depth > _DEEPEST:
        return UNKNOWN
    if isinstance(value, str):
        return text_on_the_wire(value)
    if isinstance(value, list):
        return [_plain(element, depth + 1) for element in value]
    return _plain_map(value, depth) if isinstance(value, Mapping) else value


def _plain_map(value: Mapping[str, Any], depth: int) -> Any:
    signature = value.get(_SIGNATURE)
    if signature == _SECRET_SIGNATURE or (signature == _OUTPUT_SIGNATURE and value.get("secret") is True):
        return SECRET
    if signature == _OUTPUT_SIGNATURE:
        return _plain(value["value"], depth + 1) if "value" in value else UNKNOWN
    return {name: _plain(member, depth + 1) for name, member in value.items() if not name.startswith("__")}
