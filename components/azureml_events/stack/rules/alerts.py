"""Rules for alerts: who is told, and which subscriptions they name.

They read what is written, so that they also hold of alerts that are wrong in themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from azureml_events.base.mistakes import MemberPath, Mistake, Names, no_such, show
from azureml_events.stack.rules.names import RawEntries

_NOBODY = "required, but missing: the action group that is told, here or in the defaults"


def alert_mistakes(entries: RawEntries) -> Iterator[Mistake]:
    """Yield alerts that tell nobody, and subscriptions that they name and that are not there."""
    yield from _telling_nobody(entries)
    names = Names(entries.subscriptions)
    for key, alerts in entries.alerts.items():
        silent = alerts.get("silent") if isinstance(alerts, Mapping) else None
        for name in silent if isinstance(silent, Mapping) and "subscriptions" not in entries.unknown else ():
            if isinstance(name, str):
                yield from _unknown(entries, names, key, name)


def _telling_nobody(entries: RawEntries) -> Iterator[Mistake]:
    default = entries.default_alerts
    known = default in (None, False) or isinstance(default, Mapping)
    if not known or _tells(default) or "defaults" in entries.unknown:
        return
    for key, alerts in entries.alerts.items():
        if isinstance(alerts, Mapping) and not _tells(alerts):
            yield Mistake(("workspaces", key, "alerts", "actionGroupId"), _NOBODY)
    if isinstance(default, Mapping) and any(key not in entries.alerts for key in entries.workspaces):
        yield Mistake(("defaults", "alerts", "actionGroupId"), "required, but missing: the action group that is told")


def _tells(alerts: object) -> bool:
    return isinstance(alerts, Mapping) and alerts.get("actionGroupId") is not None


def _unknown(entries: RawEntries, names: Names, workspace: str, name: str) -> Iterator[Mistake]:
    at: MemberPath = ("workspaces", workspace, "alerts", "silent", name)
    if name not in names:
        yield Mistake(at, no_such("subscription", name, names))
        return
    chosen = entries.subscriptions[name].chosen(entries.workspaces)
    if chosen and workspace not in chosen:
        yield Mistake(at, f"subscription {show(name)} is not one of this workspace; leave it out")
