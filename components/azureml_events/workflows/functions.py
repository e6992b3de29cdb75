"""The functions of the Workflow Definition Language that the bridges use.

Source: Azure Logic Apps' reference guide to functions in workflow expressions.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Arity:
    """How many arguments a function takes.

    Attributes:
        low: The least number.
        high: The greatest number; None for any.
    """

    low: int
    high: int | None

    def takes(self, count: int) -> bool:
        """Whether a function may be called with so many arguments."""
        return self.low <= count and (self.high is None or count <= self.high)


FUNCTIONS: dict[str, Arity] = {
    "add": Arity(2, 2),
    "and": Arity(2, None),
    "body": Arity(1, 1),
    "coalesce": Arity(1, None),
    "concat": Arity(2, None),
    "contains": Arity(2, 2),
    "createArray": Arity(1, None),
    "decodeUriComponent": Arity(1, 1),
    "empty": Arity(1, 1),
    "equals": Arity(2, 2),
    "first": Arity(1, 1),
    "guid": Arity(0, 0),
    "if": Arity(3, 3),
    "items": Arity(1, 1),
    "last": Arity(1, 1),
    "length": Arity(1, 1),
    "not": Arity(1, 1),
    "outputs": Arity(1, 1),
    "parameters": Arity(1, 1),
    "replace": Arity(3, 3),
    "split": Arity(2, 2),
    "startsWith": Arity(2, 2),
    "string": Arity(1, 1),
    "substring": Arity(3, 3),
    "toLower": Arity(1, 1),
    "triggerBody": Arity(0, 0),
    "triggerOutputs": Arity(0, 0),
    "trim": Arity(1, 1),
    "uriComponent": Arity(1, 1),
    "variables": Arity(1, 1),
}
"""The functions by name, each with its number of arguments."""

LONGEST_EXPRESSION = 8192
"""Characters that one expression may have: Azure Logic Apps' page on limits."""
