"""The members of an event subscription's body: `properties` lifted, nulls left out, ignored members reported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from azureml_events.base.mistakes import MemberPath, Mistake, likely, show, unknown
from azureml_events.base.model import json_names
from azureml_events.documents.found import Note
from azureml_events.documents.unresolved import SECRET, Unresolved
from azureml_events.documents.values import member_at
from azureml_events.event_grid.delivery import RetryPolicy
from azureml_events.event_grid.delivery_attributes import DeliveryAttributeMapping
from azureml_events.event_grid.filters import AdvancedFilter, EventFilter
from azureml_events.handlers import ENDPOINTS
from azureml_events.stack.dead_letter import DeadLetterContainer

MEMBERS = (
    "destination",
    "deliveryWithResourceIdentity",
    "deadLetterDestination",
    "deadLetterWithResourceIdentity",
    "filter",
    "eventDeliverySchema",
    "retryPolicy",
    "labels",
    "expirationTimeUtc",
)
"""The members of a body."""

READ_ONLY = (
    "id",
    "name",
    "type",
    "topic",
    "provisioningState",
    "systemData",
    "resourceGroup",
    "properties",
    "etag",
    "eventSubscriptionName",
    "systemTopicName",
    "resourceGroupName",
    "scope",
    "azureApiVersion",
)
"""Members that tools print beside an event subscription's own."""

ENDPOINT_MEMBERS = tuple(
    dict.fromkeys(("endpointType", *(name for kind in ENDPOINTS.values() for name in kind.arm_members())))
)
"""The members of destinations of every type."""

_SHOWN = tuple(name for kind in ENDPOINTS.values() for name in kind.shown_as.values())
_STORE = ("endpointType", *json_names(DeadLetterContainer))
_MAPPING = tuple(json_names(DeliveryAttributeMapping))
_IDENTITY = ("type", "userAssignedIdentity")
_FEDERATED = "federatedIdentityCredentialInfo"

_HOMES = {
    **dict.fromkeys(_STORE, "deadLetterDestination"),
    **dict.fromkeys(ENDPOINT_MEMBERS, "destination"),
    **dict.fromkeys(json_names(AdvancedFilter), "filter.advancedFilters"),
    **dict.fromkeys(json_names(EventFilter), "filter"),
    **dict.fromkeys(json_names(RetryPolicy), "retryPolicy"),
    **dict.fromkeys(MEMBERS, "the event subscription itself"),
}
"""The object that each member belongs in, by its name."""


def target_in(body: Mapping[str, Any], plain: str, wrapped: str) -> tuple[MemberPath, Any]:
    """Find what stands in a body in one of two forms: its path below the body, and itself.

    Args:
        body: The body, in azure-native's form.
        plain: Its member, as `destination`.
        wrapped: The member that holds it with an identity, where the body has that.
    """
    if wrapped not in body:
        return (plain,), body.get(plain)
    return (wrapped, plain), member_at(body, (wrapped, plain))


class Members:
    """Reads a body.

    Args:
        nested: Whether only ARM's nested form is right.
        printed: Whether Azure printed the body: a member that is like none of ours is then only noted, and a webhook's
            URL, which Azure hides, is what Azure shows of it.

    Attributes:
        mistakes: What is wrong, with paths below the body.
        notes: What was passed over, with paths below the body.
        doubtful: Members of the filter that stand there in another casing.
    """

    def __init__(self, *, nested: bool, printed: bool) -> None:
        self.mistakes: list[Mistake] = []
        self.notes: list[Note] = []
        self.doubtful: list[str] = []
        self._nested = nested
        self._printed = printed

    def body(self, written: Mapping[str, Any]) -> dict[str, Any]:
        """Keep the members that ARM reads, in azure-native's form.

        Args:
            written: The body's members.
        """
        body = self._known((), written, MEMBERS, READ_ONLY)
        for outer, inner, clean in (
            ("deliveryWithResourceIdentity", "destination", self._destination),
            ("deadLetterWithResourceIdentity", "deadLetterDestination", self._store),
        ):
            if inner in body:
                body[inner] = clean((inner,), body[inner])
            if isinstance(body.get(outer), Mapping):
                wrapped = self._known((outer,), body[outer], ("identity", inner))
                if inner in wrapped:
                    wrapped[inner] = clean((outer, inner), wrapped[inner])
                if isinstance(wrapped.get("identity"), Mapping):
                    path = (outer, "identity")
                    wrapped["identity"] = self._known(path, wrapped["identity"], _IDENTITY, (_FEDERATED,))
                body[outer] = wrapped
        if isinstance(body.get("filter"), Mapping):
            body["filter"] = self._filter(body["filter"])
        if isinstance(body.get("retryPolicy"), Mapping):
            body["retryPolicy"] = self._known(("retryPolicy",), body["retryPolicy"], json_names(RetryPolicy))
        return body

    def _filter(self, written: Mapping[str, Any]) -> dict[str, Any]:
        names = json_names(EventFilter)
        self.doubtful = [name for name in names if name not in written and name.lower() in map(str.lower, written)]
        filter_ = self._known(("filter",), written, names)
        conditions = filter_.get("advancedFilters")
        if isinstance(conditions, list):
            filter_["advancedFilters"] = [
                self._known(("filter", "advancedFilters", index), item, json_names(AdvancedFilter))
                if isinstance(item, Mapping)
                else item
                for index, item in enumerate(conditions)
            ]
        return filter_

    def _destination(self, path: MemberPath, written: object) -> object:
        type_ = written.get("endpointType") if isinstance(written, Mapping) else None
        if self._printed and isinstance(type_, str) and type_ not in ENDPOINTS:
            return {"endpointType": type_}  # its members are its own, however much they look like ours
        given = self._lifted(path, written, ("endpointType",), ENDPOINT_MEMBERS, _SHOWN)
        if not isinstance(given, dict):
            return given
        kind = ENDPOINTS.get(str(given.get("endpointType")))
        if self._printed and kind:
            for hidden, shown in kind.shown_as.items():
                given.setdefault(hidden, _printed(written, shown))
        mappings = given.get("deliveryAttributeMappings")
        if isinstance(mappings, list):
            at = (*path, "deliveryAttributeMappings")
            given["deliveryAttributeMappings"] = [
                self._lifted((*at, index), item, ("name", "type"), _MAPPING) for index, item in enumerate(mappings)
            ]
        return given

    def _store(self, path: MemberPath, written: object) -> object:
        return self._lifted(path, written, ("endpointType",), _STORE)

    def _lifted(
        self,
        path: MemberPath,
        written: object,
        outer: Iterable[str],
        names: Iterable[str],
        read_only: Iterable[str] = (),
    ) -> object:
        """Lift the `properties` of a polymorphic object into it."""
        if not isinstance(written, Mapping):
            return written
        properties = written.get("properties")
        if isinstance(properties, Unresolved):
            return properties
        if not isinstance(properties, Mapping):
            properties = {}
            if not self._nested:
                return self._known(path, written, names, read_only)
        misplaced = [name for name in written if name in names and name not in outer and written[name] is not None]
        self.mistakes += [
            Mistake((*path, name), f"ARM reads '{name}' inside 'properties' only; move it there") for name in misplaced
        ]
        kept = {name: value for name, value in written.items() if name not in {"properties", *misplaced}}
        return self._known(path, {**kept, **properties}, names, read_only)

    def _known(
        self, path: MemberPath, written: Mapping[str, Any], names: Iterable[str], read_only: Iterable[str] = ()
    ) -> dict[str, Any]:
        """Keep the known members of an object that are not null, and report the others."""
        names = tuple(names)
        known = {}
        for name, value in written.items():
            if value is None or name in read_only:
                continue
            if name in names:
                known[name] = value
            else:
                self._ignored((*path, name), name, names)
        return known

    def _ignored(self, path: MemberPath, name: str, names: Iterable[str]) -> None:
        meant, home = likely(name, names), _HOMES.get(name)
        close = None if meant or home else likely(name, _HOMES)
        if close:
            self.mistakes.append(
                Mistake(path, f"unknown member {show(name)}; did you mean '{close}' in '{_HOMES[close]}'?")
            )
        elif home and not (meant and meant.lower() == name.lower()):
            self.mistakes.append(Mistake(path, f"ARM ignores '{name}' here; it belongs in '{home}'"))
        elif meant or not self._printed:
            self.mistakes.append(Mistake(path, unknown("member", name, names)))
        else:
            self.notes.append(Note(path, f"the member '{name}' is not known here; passed over"))


def _printed(destination: Any, name: str) -> object:
    """Return what Azure prints instead of a hidden member; a secret where it prints nothing."""
    properties = destination.get("properties")
    shown = {**destination, **(properties if isinstance(properties, Mapping) else {})}.get(name)
    return shown if isinstance(shown, str) else SECRET
