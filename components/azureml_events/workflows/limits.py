"""The sizes that Azure allows a workflow definition, so that none is refused in the middle of a deployment.

Sources: Azure Logic Apps' page on limits and configuration, Consumption workflows: 500 actions, 8 levels of actions in
actions, 80 characters of an action's name, 8,192 of an expression, 50 parameters. Azure Resource Manager's page on best
practices for templates: 1 MB for the definition of a resource, taken as a million bytes.

That the 8,192 characters hold of a text with expressions in it as a whole, what stands between them included, is
UNVERIFIED: the page says "expression", and such a text is one. It is refused on the safe side.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

MOST_ACTIONS = 500
DEEPEST_NESTING = 8
LONGEST_NAME = 80
LONGEST_EXPRESSION = 8192
LONGEST_TEXT = LONGEST_EXPRESSION
"""Characters of a text with expressions in it, as it stands in the definition; UNVERIFIED."""

MOST_PARAMETERS = 50
MOST_BYTES = 1_000_000

_INSERTED = re.compile(r"(?<!@)@\{")


def size_problems(definition: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is too large about a definition, each with what is allowed.

    Args:
        definition: The definition; a deferred value in it counts for nothing.
    """
    actions = list(_actions(definition["actions"]))
    texts = list(_texts(definition))
    longest = max((len(each) - 1 for each in texts if _is_expression(each)), default=0)
    longest_text = max((len(each) for each in texts if not _is_expression(each) and _INSERTED.search(each)), default=0)
    sizes = (
        ("actions", len(actions), MOST_ACTIONS),
        ("levels of actions in actions", max((depth for _, depth in actions), default=0), DEEPEST_NESTING),
        ("characters in the name of an action", max((len(name) for name, _ in actions), default=0), LONGEST_NAME),
        ("characters in an expression", longest, LONGEST_EXPRESSION),
        ("characters in a text with expressions in it", longest_text, LONGEST_TEXT),
        ("parameters", len(definition["parameters"]), MOST_PARAMETERS),
        ("bytes", _bytes(definition), MOST_BYTES),
    )
    for what, size, most in sizes:
        if size > most:
            yield f"{size:,} {what}; allowed: {most:,}"


def _actions(actions: Mapping[str, Any], depth: int = 1) -> Iterator[tuple[str, int]]:
    for name, action in actions.items():
        yield name, depth
        for branch in (action.get("actions", {}), action.get("else", {}).get("actions", {})):
            yield from _actions(branch, depth + 1)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        for element in value:
            yield from _texts(element)
    elif isinstance(value, str):
        yield value


def _is_expression(text: str) -> bool:
    return text.startswith("@") and not text.startswith(("@{", "@@"))


def _bytes(definition: Mapping[str, Any]) -> int:
    return len(json.dumps(definition, ensure_ascii=False, separators=(",", ":"), default=lambda _: "").encode())
