"""What must be there before the first `pulumi up`, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import IO, Any

from azureml_events.cli.console import print_line
from azureml_events.policy.grants import Grant
from azureml_events.review.day_one.day_one import AppRole, DayOne, DeployerRole


def day_one_json(day_one: DayOne) -> dict[str, Any]:
    """Return what must be there as `review --day-one --format json` prints it.

    Args:
        day_one: What must be there.
    """
    return {
        "providers": list(day_one.providers),
        "roles": [asdict(each) for each in day_one.roles],
        "dataRoles": [asdict(each) for each in day_one.data_roles],
        "appRoles": [asdict(each) for each in day_one.app_roles],
        "prerequisites": [
            *(each.to_json() for each in day_one.prerequisites),
            *(asdict(each) for each in day_one.outside),
        ],
        "limits": [asdict(each) for each in day_one.limits],
    }


def print_day_one(day_one: DayOne, *, file: IO[str] | None = None) -> None:
    """Print what must be there, grouped by who provides it, the conditions last.

    Args:
        day_one: What must be there.
        file: Where to; default standard output.
    """
    conditions = list(dict.fromkeys(each.condition for each in day_one.roles if each.condition is not None))
    groups: list[tuple[str, Iterable[str]]] = [
        ("Resource providers to register, in each Azure subscription", day_one.providers),
        ("Roles of whoever deploys", _roles(day_one.roles, conditions)),
        ("Roles on Pulumi's own data", (f"{each.role} on {each.scope}: {each.why}" for each in day_one.data_roles)),
        ("App roles, for whoever deploys and for Event Grid's own application", map(_app_role, day_one.app_roles)),
        ("Role assignments that somebody else makes", map(_prerequisite, day_one.prerequisites)),
        ("Rights outside Azure", (f"{each.needed}, for {_few(each.identities)}" for each in day_one.outside)),
        ("Limits", (f"{each.name}: {each.used:,} of {each.allowed:,}" for each in day_one.limits)),
        *((f"Condition {number} (version 2.0)", each.splitlines()) for number, each in enumerate(conditions, 1)),
    ]
    written = [(title, listed) for title, lines in groups if (listed := list(lines))]
    for index, (title, lines) in enumerate(written):
        if index:
            print_line(file=file)
        print_line((title, "strong"), file=file)
        for line in lines:
            print_line(f"  {line}", file=file)


def _roles(roles: Iterable[DeployerRole], conditions: list[str]) -> Iterator[str]:
    for each in roles:
        limited = f", with condition {conditions.index(each.condition) + 1}" if each.condition else ""
        yield f"{each.role or 'a custom role'} on {each.scope}{limited}"
        yield f"  for: {_few(each.why)}"
        if each.role is None:
            yield from (f"  action: {action}" for action in each.actions)


def _few(why: tuple[str, ...], most: int = 3) -> str:
    more = f", and {len(why) - most:,} more" if len(why) > most else ""
    return ", ".join(why[:most]) + more


def _app_role(each: AppRole) -> str:
    return f"{each.role} of {each.application} in tenant {each.tenant}, for {_few(each.why)}"


def _prerequisite(each: Grant) -> str:
    because = f", for {_few(each.because)}" if each.because else ""
    return f"{each.role} for {each.principal} on {each.place}{because}"
