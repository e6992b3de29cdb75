"""Reading the body of an event subscription tolerantly: each part as far as it is known.

The form is ARM's, or azure-native's with `properties` lifted, which `azureml_events.arm.event_subscription` writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any, TypeVar, get_args

from pydantic import AfterValidator

from azureml_events.arm.event_subscription import STORAGE_BLOB
from azureml_events.base.mistakes import DeclarationError, MemberPath, Mistake, show, unknown
from azureml_events.base.model import Declaration, Many, json_names
from azureml_events.base.urls import holds_key
from azureml_events.base.values import Deferred, Secret
from azureml_events.documents.filters import open_text, read_filter
from azureml_events.documents.members import Members, target_in
from azureml_events.documents.unresolved import SECRET, Unresolved, unresolved_in
from azureml_events.documents.values import member_at
from azureml_events.event_grid.delivery import DEFAULT_SCHEMA, EventDeliverySchema, RetryPolicy, in_utc
from azureml_events.event_grid.delivery_attributes import names_credential
from azureml_events.handlers import ENDPOINTS
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.stack.dead_letter import DeadLetterContainer

T = TypeVar("T")


class Settings(Declaration):
    """The members of a body beside destinations and filter, with the service's defaults."""

    event_delivery_schema: EventDeliverySchema = DEFAULT_SCHEMA
    retry_policy: RetryPolicy = RetryPolicy()
    labels: Many[str] = ()
    expiration_time_utc: Annotated[str, AfterValidator(in_utc)] | None = None


class Body:
    """A body, read as far as it is known and right; None stands for what is wrong, absent or not known.

    Args:
        written: The body; members may also be null, as Azure prints them.
        nested: Whether only ARM's nested form is right, as in a template; default false.
        printed: Whether Azure itself printed it, which knows members that we do not; default false.
        place: Gives the place in the document of a path below the body; default the path itself.

    Attributes:
        members: Its members in azure-native's form, without those that ARM ignores.
        destination: Where events go.
        container: Where dead letters go.
        filter: Its filter.
        schema: The form in which it delivers.
        settings: Its other members.
        mistakes: What is wrong, with paths below the body.
        notes: What was passed over, with paths below the body.
        open: What to say of each member that decides about events and only the deployment knows, by its path below the
            body.
    """

    def __init__(
        self,
        written: Mapping[str, Any] | Unresolved,
        *,
        nested: bool = False,
        printed: bool = False,
        place: Callable[[MemberPath], MemberPath] = lambda path: path,
    ) -> None:
        reader = Members(nested=nested, printed=printed)
        self.members: dict[str, Any] = (
            dict.fromkeys(("filter", "destination"), written)
            if isinstance(written, Unresolved)
            else reader.body(written)
        )
        self._printed = printed
        given = self.members.get("eventDeliverySchema", DEFAULT_SCHEMA)
        self.schema = next((each for each in get_args(EventDeliverySchema) if each == given), None)
        self.filter = read_filter(
            self.members, schema=self.schema, printed=printed, doubtful=reader.doubtful, place=place
        )
        self.open: dict[MemberPath, str] = {**self.filter.open}
        for name in ("destination", "eventDeliverySchema", "expirationTimeUtc"):
            value = self.members.get(name)
            if isinstance(value, Unresolved) and value is not SECRET:
                self.open[(name,)] = open_text((name,), value)
        self.notes = reader.notes
        self.mistakes = [*reader.mistakes, *self.filter.mistakes]
        path, destination = self._target("destination", "deliveryWithResourceIdentity")
        if destination is None:
            self._refuse(Mistake(path, "required, but missing: where to deliver"))
        self.destination = self._parse(path, partial(_endpoint, exported=nested), destination)
        path, container = self._target("deadLetterDestination", "deadLetterWithResourceIdentity")
        self.container = self._parse(path, _container, container)
        given_names = [name for name in json_names(Settings) if self.members.get(name, "") != ""]
        settings = {name: self.members[name] for name in given_names}
        self.settings = self._parse((), Settings.parse, settings)

    def _target(self, plain: str, wrapped: str) -> tuple[MemberPath, object]:
        """Find what stands in one of two forms, plain or wrapped with an identity: its path and its body."""
        path, target = target_in(self.members, plain, wrapped)
        if wrapped not in self.members:
            return path, target
        if plain in self.members:
            self._refuse(Mistake((wrapped,), f"either '{plain}' or '{wrapped}'; not both"))
        outer = self.members[wrapped]
        if not isinstance(outer, Mapping):
            self._refuse(Mistake((wrapped,), f"expected a map, got {show(outer)}"))
            return (wrapped,), None
        if not _is_identity(outer.get("identity")):
            text = "expected type SystemAssigned, or UserAssigned with userAssignedIdentity; got"
            self._refuse(Mistake((wrapped, "identity"), f"{text} {show(outer.get('identity'))}"))
        return path, target

    def _parse(self, path: MemberPath, parse: Callable[[Any], T], given: object) -> T | None:
        try:
            return None if given is None else parse(_deferred(given))
        except DeclarationError as error:
            self._refuse(*(mistake.below(*path) for mistake in error.mistakes))
            return None

    def _refuse(self, *mistakes: Mistake) -> None:
        """Keep the mistakes, except those in what is not known and endpoint types that only Azure knows."""
        self.mistakes += [
            mistake
            for mistake in mistakes
            if not _is_open(self.members, mistake.path)
            and not (self._printed and mistake.path[-1:] == ("endpointType",))
        ]


def _is_identity(body: object) -> bool:
    given = body if isinstance(body, Mapping) else {}
    user_assigned = given.get("userAssignedIdentity")
    if given.get("type") == "UserAssigned":
        return isinstance(user_assigned, (str, Deferred, Unresolved))
    return given.get("type") == "SystemAssigned" and user_assigned is None


_NEVER_EXPORTED = "required, but missing: an exported template never holds it; write it, or take a secure parameter"


def _endpoint(given: object, *, exported: bool = False) -> Endpoint:
    if not isinstance(given, dict):
        raise DeclarationError([Mistake((), f"expected a map, got {show(given)}")])
    type_ = given.pop("endpointType", None)
    if not isinstance(type_, str) or type_ not in ENDPOINTS:
        raise DeclarationError([Mistake(("endpointType",), unknown("endpoint type", type_, ENDPOINTS))])
    url = given.get("endpointUrl")
    if isinstance(url, str) and holds_key(url):
        given["endpointUrl"] = Secret(url)
    mappings = given.get("deliveryAttributeMappings")
    if isinstance(mappings, list):
        given["deliveryAttributeMappings"] = [_with_secret(item) for item in mappings]
    if exported and type_ == "WebHook" and url is None:
        raise DeclarationError([Mistake(("endpointUrl",), _NEVER_EXPORTED)])
    return ENDPOINTS[type_].parse(given)


def _with_secret(mapping: object) -> object:
    """Hide a value that is secret, or whose name says so: what Azure holds is not refused for it."""
    if not isinstance(mapping, dict):
        return mapping
    value = mapping.get("value")
    shown_credential = isinstance(value, str) and names_credential(mapping.get("name"))
    if isinstance(value, Secret) or not (mapping.get("isSecret") is True or shown_credential):
        return mapping
    return {**mapping, "value": Secret(value)}


def _container(given: object) -> DeadLetterContainer:
    if isinstance(given, dict) and given.pop("endpointType", None) != STORAGE_BLOB:
        raise DeclarationError([Mistake(("endpointType",), f"expected {STORAGE_BLOB}")])
    return DeadLetterContainer.parse(given)


def _deferred(value: Any) -> Any:
    """Copy a value as declarations take it: what is not known is deferred, a secret is one."""
    if isinstance(value, Unresolved):
        return Secret(None) if value is SECRET else Deferred(value)
    if isinstance(value, Mapping):
        return {name: _deferred(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_deferred(element) for element in value]
    return value


def _is_open(value: Any, path: MemberPath) -> bool:
    """Tell whether something unresolved is at a path or above it, or below what is there."""
    for step in path:
        if isinstance(value, Unresolved):
            return True
        value = member_at(value, (step,))
    return any(unresolved_in(value))
