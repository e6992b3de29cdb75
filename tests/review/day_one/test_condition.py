"""The condition on assigning roles, read by a parser of the condition language and asked about requests.

The language, from Azure's page on the format of conditions: `ActionMatches{'…'}`, attributes
`@Source[Provider/type:Name]`, the operators used here, `!`, `AND`, `OR` and parentheses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from azureml_events.review.day_one.condition import assignment_condition

SENDER, CONTRIBUTOR = "2b629674-e913-4c01-ae53-ef4638d8f975", "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
PREFIX = "Microsoft.Authorization/roleAssignments"
TOKEN = re.compile(
    r"\s*(?:(?P<action>ActionMatches\{'(?P<matched>[^']+)'\})"
    r"|(?P<source>@\w+)\[(?P<attribute>[^\]]+)\]\s+(?P<operator>\w+:\w+)\s+\{(?P<values>[^}]*)\}"
    r"|(?P<symbol>AND|OR|[()!]))"
)


@dataclass(frozen=True)
class Request:
    """A call of the service, as the condition sees it."""

    action: str
    role: str
    principal_type: str

    def holds(self, token: re.Match[str]) -> bool:
        """Whether a token's condition holds."""
        if token["action"]:
            return token["matched"] == self.action
        own = "@Request" if self.action.endswith("write") else "@Resource"
        assert token["source"] == own, "the attribute is of the other half"
        values = [value.strip() for value in token["values"].split(",")]
        if token["operator"] == "ForAnyOfAnyValues:GuidEquals":
            assert token["attribute"] == f"{PREFIX}:RoleDefinitionId"
            return self.role in values
        assert (token["operator"], token["attribute"]) == (
            "ForAnyOfAnyValues:StringEqualsIgnoreCase",
            f"{PREFIX}:PrincipalType",
        )
        return self.principal_type.lower() in [value.strip("'").lower() for value in values]


class Parser:
    """Evaluates a condition by recursive descent; `AND` binds closer than `OR`, both stop early."""

    def __init__(self, text: str, request: Request) -> None:
        self._tokens: list[re.Match[str]] = []
        self._request = request
        at = 0
        while text[at:].strip():
            token = TOKEN.match(text, at)
            assert token, text[at : at + 40]
            self._tokens.append(token)
            at = token.end()

    def value(self) -> bool:
        """What the whole text says."""
        found = self._alternatives(asked=True)
        assert not self._tokens
        return found

    def _symbol(self, *symbols: str) -> bool:
        if self._tokens and self._tokens[0]["symbol"] in symbols:
            del self._tokens[0]
            return True
        return False

    def _alternatives(self, *, asked: bool) -> bool:
        found = self._all(asked=asked)
        while self._symbol("OR"):
            found = self._all(asked=asked and not found) or found
        return found

    def _all(self, *, asked: bool) -> bool:
        found = self._one(asked=asked)
        while self._symbol("AND"):
            found = self._one(asked=asked and found) and found
        return found

    def _one(self, *, asked: bool) -> bool:
        if self._symbol("!"):
            return not self._one(asked=asked)
        if self._symbol("("):
            found = self._alternatives(asked=asked)
            assert self._symbol(")")
            return found
        token = self._tokens.pop(0)
        return asked and self._request.holds(token)


CASES = [
    (f"{PREFIX}/write", SENDER, "ServicePrincipal", True, "a declared role, for an identity"),
    (f"{PREFIX}/write", CONTRIBUTOR, "ServicePrincipal", True, "the other declared role"),
    (f"{PREFIX}/write", OWNER, "ServicePrincipal", False, "a role that is not declared"),
    (f"{PREFIX}/write", SENDER, "User", False, "a person"),
    (f"{PREFIX}/delete", SENDER, "ServicePrincipal", True, "a declared role is removed, as a replacement does"),
    (f"{PREFIX}/delete", OWNER, "ServicePrincipal", False, "another role is not removed"),
    (f"{PREFIX}/delete", SENDER, "Group", False, "nobody else's is removed"),
    (f"{PREFIX}/read", OWNER, "User", True, "reading is not limited"),
]


@pytest.mark.parametrize(("action", "role", "principal", "allowed", "why"), CASES, ids=[each[-1] for each in CASES])
def test_the_condition_allows_only_what_is_declared(
    action: str, role: str, principal: str, allowed: bool, why: str
) -> None:
    condition = assignment_condition([SENDER, CONTRIBUTOR, SENDER])

    assert Parser(condition, Request(action, role, principal)).value() is allowed, why
