"""The work that one document may ask for: a small template can unfold without end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from azureml_events.base.mistakes import DeclarationError, MemberPath, Mistake

MOST_STEPS = 1_000_000
"""Values and expressions that are worked out for one document."""

LARGEST_VALUE = 200_000
"""Values in each other in one parameter, variable or outcome of a function."""

MOST_ITERATIONS = 800
"""Iterations that Azure allows in one copy loop."""

MOST_RESOURCES = 800
"""Resources that Azure allows in one template, copies counted."""

MOST_IN_ALL = 5_000
"""Resources of a template and those nested in it, copies counted."""


class Exceeded(Exception):  # noqa: N818  # it is no error of ours: `refusal` makes one of it
    """A template asks for more than is worked out.

    Args:
        text: What, with the limit.
        path: Where in the document.
    """

    def __init__(self, text: str, path: MemberPath = ()) -> None:
        super().__init__(text)
        self.refusal = DeclarationError([Mistake(path, text)])


@dataclass
class Budget:
    """What is left, and where the evaluation is.

    Attributes:
        steps: The steps that are left.
        resources: The resources that are left.
        depth: How many values and expressions are being worked out in each other.
        asked: The resources that the expression being worked out asks: ids in lower case.
    """

    steps: int = MOST_STEPS
    resources: int = MOST_IN_ALL
    depth: int = 0
    asked: list[str] = field(default_factory=list)

    def spend(self, steps: int = 1) -> None:
        """Take steps.

        Args:
            steps: How many.

        Raises:
            Exceeded: None are left.
        """
        self.steps -= steps
        if self.steps < 0:
            raise Exceeded(f"the template unfolds into more than {MOST_STEPS:,} values; check a part of it")

    def spend_resource(self, path: MemberPath) -> None:
        """Take a resource.

        Args:
            path: Where it is.

        Raises:
            Exceeded: None are left.
        """
        self.resources -= 1
        if self.resources < 0:
            text = f"the template unfolds into more than {MOST_IN_ALL:,} resources, those of nested templates counted"
            raise Exceeded(f"{text}; check a part of it", path)


def size_of(value: Any) -> int:
    """Count the values in a value, itself included, up to one more than `LARGEST_VALUE`."""
    size, rest = 0, [value]
    while rest and size <= LARGEST_VALUE:
        each = rest.pop()
        size += 1
        if isinstance(each, Mapping):
            rest.extend(each.values())
        elif isinstance(each, list):
            rest.extend(each)
    return size
