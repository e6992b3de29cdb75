"""URNs: how Pulumi names a resource across a whole stack.

`urn:pulumi:<stack>::<project>::<qualified type>::<name>`, where the qualified type is the resource's
own type after those of its ancestors, joined by `$`; the root stack does not count.
"""

from __future__ import annotations

from dataclasses import dataclass

from azureml_events.offline import sdk


@dataclass(frozen=True, slots=True)
class Names:
    """What every URN of one deployment starts with.

    Attributes:
        stack: The stack's name.
        project: The project's name.
    """

    stack: str
    project: str

    def urn(self, parent: str | None, type_: str, name: str) -> str:
        """The URN of a resource.

        Args:
            parent: The URN of its parent, or None.
            type_: Its type token.
            name: Its Pulumi name.
        """
        ancestors = qualified_type(parent) if parent else sdk.STACK_TYPE
        chain = type_ if ancestors == sdk.STACK_TYPE else f"{ancestors}${type_}"
        return f"urn:pulumi:{self.stack}::{self.project}::{chain}::{name}"


def qualified_type(urn: str) -> str:
    """The types of a resource and its ancestors, joined by `$`."""
    return urn.split("::", 3)[2]
