"""The promise to who upgrades: nothing that the version before has deployed is replaced or deleted.

`tests/cases/upgrade` keeps of that version its example stacks (`Pulumi.*.yaml`), what replaces a resource in their
previews (`*.preview.json`) and what the real engine had of two of them in its state (`*.state.json`: `pulumi stack
export --show-secrets` of a stack with invented secrets, a resource a line, without clocks and places in files). When a
version has gone out, `python tests/upgrade.py` writes its stacks and previews over them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from azureml_events.offline.options import options_of
from azureml_events.offline.recorder import Recorder
from azureml_events.offline.recording import Recording, Registration
from azureml_events.offline.wire import UNKNOWN, shown
from e2e.stand_in.kinds import KINDS
from e2e.stand_in.wire import changes, replaces
from engine.options import earlier_urns, request_of
from golden import ROOT, STACKS, previewed

KEPT = ROOT / "tests" / "cases" / "upgrade"

_ROLE_ASSIGNMENT = "azure-native:authorization:RoleAssignment"
_PROVIDER = "pulumi:providers:azure-native"
_OF_PROVIDER = "subscriptionId"


def broken(project: str, before: Sequence[Mapping[str, Any]], after: Recording) -> list[str]:
    """Say what a deployment would replace or delete, a line each.

    Args:
        project: The project's name.
        before: What the version before declared, as `kept` gives it.
        after: What a program registers now, for the same stack.
    """
    recorder = Recorder(project, after.stack)
    by_alias = {urn: each for each in after.resources for urn in earlier_urns(recorder, request_of(each))}
    now = by_alias | {each.urn: each for each in after.resources}
    found = []
    for old in before:
        new = now.get(old["urn"])
        if new is None:
            found.append(f"{old['urn']} is gone, and no alias names it")
        else:
            found += [f"{old['urn']} is replaced: {member}" for member in _replacing(old, new)]
    return found


def kept(preview: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give what replaces each resource of a preview.

    Args:
        preview: As `azureml-events preview --json` prints it, and as a golden file holds it.
    """
    return [
        {
            "urn": each["urn"],
            "type": each["type"],
            "provider": each["provider"],
            "inputs": {
                name: value
                for name, value in each["inputs"].items()
                if each["custom"] and _can_replace(each["type"], each["options"], name)
            },
        }
        for each in preview["resources"]
    ]


def _replacing(old: Mapping[str, Any], new: Registration) -> Iterator[str]:
    """Yield the members whose change replaces a resource; what one of both previews cannot know replaces nothing."""
    if not new.custom:
        return
    if old["provider"] != new.provider:
        yield "provider"
    options, now = options_of(new), shown(new.inputs)
    names = {name for name in now if _can_replace(new.type, options, name)} | old["inputs"].keys()
    for name in sorted(names - {*options.get("ignoreChanges", ())}):
        before, after = ({name: inputs[name]} if name in inputs else {} for inputs in (old["inputs"], now))
        if UNKNOWN.value not in str((before, after)) and any(changes(before, after)):
            yield name


def _can_replace(type_: str, options: Mapping[str, Any], name: str) -> bool:
    """Say whether the change of a member replaces a resource, by the provider's own table and the resource's options.

    A role assignment cannot be changed at all: Azure refuses it.
    """
    if type_ == _PROVIDER:
        return name == _OF_PROVIDER
    return type_ == _ROLE_ASSIGNMENT or replaces(KINDS[type_], name) or name in options.get("replaceOnChanges", ())


def main() -> None:
    """Keep the example stacks and previews of this version."""
    for stack in STACKS:
        shutil.copy(ROOT / "stacks" / f"Pulumi.{stack}.yaml", KEPT)
        rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in kept(previewed(stack)))
        (KEPT / f"{stack}.preview.json").write_text(f"[\n{rows}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
