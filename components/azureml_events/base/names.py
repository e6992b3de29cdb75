"""Names: of things in Azure, and of entries in a stack file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from azureml_events.base.mistakes import show


@dataclass(frozen=True)
class NameForm:
    """The form of a name; an annotation of `str` fields.

    Attributes:
        pattern: A regular expression that the whole name matches.
        allowed: The same in words, for the error.
    """

    pattern: str
    allowed: str

    def __get_pydantic_core_schema__(self, source: type[str], handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "pattern": f"^(?:{self.pattern})$"}

    def problem(self, name: str) -> str | None:
        """Say what is wrong with a name, or None."""
        if re.fullmatch(self.pattern, name, re.ASCII):
            return None
        return f"{show(name)} is refused; allowed: {self.allowed}"

    def check(self, name: str) -> str:
        """Return the name itself.

        Raises:
            ValueError: It is not of this form.
        """
        problem = self.problem(name)
        if problem:
            raise ValueError(problem)
        return name


def any_case(text: str) -> str:
    """Write a regular expression that matches a text in any case, for JSON Schema, which has no flag for that."""
    return "".join(f"[{each.lower()}{each.upper()}]" if each.isalpha() else re.escape(each) for each in text)


WORKSPACE_KEY = NameForm("[A-Za-z0-9_-]{1,33}", "1 to 33 letters, digits, - and _")
ENTRY_KEY = NameForm("[A-Za-z0-9-]{1,50}", "1 to 50 letters, digits and -")
SYSTEM_TOPIC = NameForm("[A-Za-z0-9-]{3,50}", "3 to 50 letters, digits and -")
EVENT_SUBSCRIPTION = NameForm("[A-Za-z0-9-]{3,64}", "3 to 64 letters, digits and -")

URN = NameForm(
    r"urn:pulumi:[^:\s]+::[^:\s]+::[^\s]+?::[^\n]+",
    "a resource's URN, as urn:pulumi:<stack>::<project>::<type>::<name>",
)

COMPONENT = "azureml-events:index:WorkspaceEvents"
"""The Pulumi type of a workspace's component."""

COMPONENT_URN = NameForm(
    rf"urn:pulumi:[^:\s]+::[^:\s]+::(?:[^\s]+\$)?{COMPONENT}::{WORKSPACE_KEY.pattern}",
    f"the component's URN, as urn:pulumi:<stack>::<project>::{COMPONENT}::<key>",
)

RESOURCE_GROUP = NameForm(r"[-\w.()]{0,89}[-\w()]", "1 to 90 letters, digits, - _ . ( ), no . at the end")

ResourceGroup = Annotated[str, RESOURCE_GROUP]
"""The name of a resource group."""
