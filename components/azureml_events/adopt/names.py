"""Keys of a stack file for things that Azure calls something else."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)

_OTHERS = re.compile(r"[^A-Za-z0-9_-]+")
LONGEST_WORKSPACE_KEY, LONGEST_ENTRY_KEY = 33, 50
"""Characters of the keys: `base/names.py`."""


def distinct_keys(wanted: Mapping[T, Sequence[str]], longest: int) -> dict[T, str]:
    """Give each thing a key of its own: the first of its names that no other has, else one with a number.

    Args:
        wanted: The names by thing, the shortest first; the things in an order that does not depend on the input's.
        longest: Characters that a key may have.

    Returns:
        The keys by thing.
    """
    keys: dict[T, str] = {}
    names = {thing: [key_of(each, longest) for each in given] for thing, given in wanted.items()}
    for step in range(max(map(len, names.values()), default=0)):
        left = [thing for thing in names if thing not in keys]
        at = {thing: names[thing][min(step, len(names[thing]) - 1)] for thing in left}
        times = Counter(at.values())
        taken = {each.lower() for each in keys.values()}
        keys |= {thing: key for thing, key in at.items() if times[key] == 1 and key.lower() not in taken}
    numbers: dict[str, int] = defaultdict(int)
    taken = {each.lower() for each in keys.values()}
    for thing in names:
        if thing not in keys:
            keys[thing] = _numbered(names[thing][-1], longest, numbers, taken)
            taken.add(keys[thing].lower())
    return keys


def key_of(name: str, longest: int) -> str:
    """Write a name with the letters that a key may have.

    Args:
        name: The name, of any content.
        longest: Characters that the key may have.
    """
    allowed = _OTHERS.sub("-", name)
    if longest == LONGEST_ENTRY_KEY:
        allowed = allowed.replace("_", "-")
    return (allowed if allowed == name else allowed.strip("-"))[:longest] or "unnamed"


def _numbered(name: str, longest: int, numbers: dict[str, int], taken: set[str]) -> str:
    while True:
        numbers[name] += 1
        end = f"-{numbers[name]}"
        key = f"{name[: longest - len(end)]}{end}"
        if key.lower() not in taken:
            return key
