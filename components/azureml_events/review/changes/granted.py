"""Roles that a change gives or takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from azureml_events.policy.grants import Grant, grants_of
from azureml_events.policy.resource import Resources
from azureml_events.review.changes.change import Change, ChangeKind

_THERE = {"created", "unused"}
_Key = tuple[str, str, str]


def grant_changes(before: Resources, after: Resources, workspaces: Mapping[str, str]) -> Iterator[Change]:
    """Yield the roles that are given, then those that are taken.

    Args:
        before: The base's resources.
        after: The resources of what is reviewed.
        workspaces: The workspaces' keys in what is reviewed by those in the base.
    """
    old, new = _created(before, workspaces), _created(after, {})
    assumed = {_key(each, {}) for each in grants_of(after).rows() if each.status == "assumed"}
    for key, grant in new.items():
        if key not in old:
            yield _change("change-new-grant", grant, f"{grant.principal} gets {grant.role} on {_scope(grant)}")
    for key, grant in old.items():
        if key not in new:
            text = f"{grant.principal} loses {grant.role} on {_scope(grant)}"
            if key in assumed:
                text += ", which is taken to be granted elsewhere now"
            yield _change("change-removed-grant", grant, text)


def _created(resources: Resources, workspaces: Mapping[str, str]) -> dict[_Key, Grant]:
    return {_key(each, workspaces): each for each in grants_of(resources).rows() if each.status in _THERE}


def _key(grant: Grant, workspaces: Mapping[str, str]) -> _Key:
    scope = grant.scope.lower().rstrip("/") if grant.scope else f"of {_renamed(grant.scope_of or '', workspaces)}"
    return _renamed(grant.principal, workspaces), grant.role, scope


def _renamed(name: str, workspaces: Mapping[str, str]) -> str:
    return "/".join(workspaces.get(part, part) for part in name.split("/"))


def _scope(grant: Grant) -> str:
    return grant.scope or (f"what {grant.scope_of} creates" if grant.scope_of else "<unknown>")


def _change(kind: ChangeKind, grant: Grant, text: str) -> Change:
    names = tuple(dict.fromkeys(each.removeprefix("dead letter of ").partition("/")[2] for each in grant.because))
    owners = {each.removeprefix("dead letter of ").partition("/")[0] for each in grant.because if "/" in each}
    because = f"{text}, for {', '.join(grant.because)}" if grant.because else f"{text}, which no subscription needs"
    workspace = owners.pop() if len(owners) == 1 else None
    return Change(kind, workspace, f"{grant.role} on {_scope(grant)}", tuple(filter(None, names)), because)
