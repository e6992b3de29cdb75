"""The condition on the deployer's right to assign roles: only the roles that are declared, only to identities.

The language and both halves (`@Request` for writing, `@Resource` for deleting): Azure's page on delegating role
assignments with conditions, version 2.0 of the language.
"""

from __future__ import annotations

from collections.abc import Iterable

_HALVES = (("write", "@Request"), ("delete", "@Resource"))
_ROLE_ASSIGNMENTS = "Microsoft.Authorization/roleAssignments"


def assignment_condition(roles: Iterable[str]) -> str:
    """Write the condition, as Azure's portal and `az role assignment create --condition` take it.

    Args:
        roles: The GUIDs of the role definitions that may be assigned and removed.
    """
    listed = ", ".join(sorted(set(roles)))
    return "\nAND\n".join(_half(verb, source, listed) for verb, source in _HALVES)


def _half(verb: str, source: str, roles: str) -> str:
    return f"""\
(
 (
  !(ActionMatches{{'{_ROLE_ASSIGNMENTS}/{verb}'}})
 )
 OR
 (
  {source}[{_ROLE_ASSIGNMENTS}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {{{roles}}}
  AND
  {source}[{_ROLE_ASSIGNMENTS}:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {{'ServicePrincipal'}}
 )
)"""
