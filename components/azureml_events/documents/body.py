"""Reading the body of an event subscription: tolerantly, each part as far as it is known, or strictly.

The form is ARM's, or azure-native's with `properties` lifted, which `azureml_events.arm.event_subscription` writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, get_args

from pydantic import AfterValidator

from azureml_events.arm.event_subscription import STORAGE_BLOB
from azureml_events.base.mistakes import DeclarationError, Mistake, Path, show, unknown
from azureml_events.base.model import Declaration, Many
from azureml_events.base.urls import holds_key
from azureml_events.base.values import Deferred, Secret
from azureml_events.documents.filters import ReadFilter, read_filter
from azureml_events.documents.found import Note
from azureml_events.documents.members import Members
from azureml_events.documents.unresolved import SECRET, Unresolved, unresolved_in
from azureml_events.event_grid.delivery import DEFAULT_SCHEMA, EventDeliverySchema, RetryPolicy, in_utc
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.handlers.endpoints import ENDPOINTS
from azureml_events.stack.dead_letter import DeadLetter, DeadLetterContainer
from azureml_events.stack.subscription import Subscription

T = TypeVar("T")


class Settings(Declaration):
    """The members of a body beside destinations and filter."""

    event_delivery_schema: EventDeliverySchema = DEFAULT_SCHEMA
    """The form in which it delivers."""

    retry_policy: RetryPolicy = RetryPolicy()
    """When Event Grid gives up."""

    labels: Many[str] = ()
    """Its labels."""

    expiration_time_utc: Annotated[str, AfterValidator(in_utc)] | None = None
    """When it ends, in UTC; None for never."""


_SETTINGS = ("eventDeliverySchema", "retryPolicy", "labels", "expirationTimeUtc")


@dataclass(frozen=True)
class ReadBody:
    """A body as far as it is known; None stands for what is wrong, absent or not known.

    Attributes:
        members: Its members in azure-native's form, without those that ARM ignores.
        destination: Where events go.
        delivers_with_identity: Whether they go there through an identity of the system topic.
        container: Where dead letters go.
        dead_letter_with_identity: Whether they go there through an identity of the system topic.
        filter: Its filter.
        schema: The form in which it delivers.
        settings: Its other members.
        mistakes: What is wrong, with paths below the body.
        notes: What was passed over, with paths below the body.
    """

    members: Mapping[str, Any]
    destination: Endpoint | None
    delivers_with_identity: bool
    container: DeadLetterContainer | None
    dead_letter_with_identity: bool
    filter: ReadFilter
    schema: EventDeliverySchema | None
    settings: Settings | None
    mistakes: tuple[Mistake, ...]
    notes: tuple[Note, ...]


def read_body(
    written: Mapping[str, Any] | Unresolved,
    *,
    nested: bool = False,
    printed: bool = False,
    place: Callable[[Path], Path] = lambda path: path,
) -> ReadBody:
    """Read a body as far as it is known and right.

    Args:
        written: The body; members may also be null, as Azure prints them.
        nested: Whether only ARM's nested form is right, as in a template; default false.
        printed: Whether Azure itself printed it, which knows members that we do not; default false.
        place: Gives the place in the document of a path below the body; default the path itself.
    """
    members = Members(nested=nested, printed=printed)
    if isinstance(written, Unresolved):
        body: dict[str, Any] = {"filter": written, "destination": written}
    else:
        body = members.body(written)
    given = body.get("eventDeliverySchema", DEFAULT_SCHEMA)
    schema = next((each for each in get_args(EventDeliverySchema) if each == given), None)
    filter_ = read_filter(body, schema=schema, printed=printed, doubtful=members.doubtful, place=place)
    parts = _Parts(body, printed=printed)
    target, destination, delivers_with_identity = parts.target("destination", "deliveryWithResourceIdentity")
    if destination is None:
        parts.refuse(Mistake(target, "required, but missing: where to deliver"))
    store, container, dead_letter_with_identity = parts.target(
        "deadLetterDestination", "deadLetterWithResourceIdentity"
    )
    return ReadBody(
        members=body,
        destination=parts.parse(target, _endpoint, destination),
        delivers_with_identity=delivers_with_identity,
        container=parts.parse(store, _container, container),
        dead_letter_with_identity=dead_letter_with_identity,
        filter=filter_,
        schema=schema,
        settings=parts.parse((), Settings.parse, {name: body[name] for name in _SETTINGS if name in body}),
        mistakes=(*members.mistakes, *filter_.mistakes, *parts.mistakes),
        notes=tuple(members.notes),
    )


def from_arm(body: Mapping[str, Any]) -> Subscription:
    """Read the subscription that a body declares, its handler in it.

    Which identity of the system topic delivers is the topic's affair and not read. Where the body names no container
    for dead letters, the subscription's are disabled.

    Args:
        body: What `event_subscription_body` gives; members may also be null.

    Raises:
        DeclarationError: Something in the body is wrong, not known, or cannot be written in a subscription; with every
            mistake.
    """
    read = read_body(body)
    mistakes = [*read.mistakes]
    mistakes += [Mistake((), f"{each} is known to the deployment only") for each in unresolved_in(body)]
    if mistakes or read.destination is None or read.settings is None:
        raise DeclarationError(mistakes)
    filter_ = read.filter.filter
    return Subscription(
        to=_with_identity(read.destination, read.delivers_with_identity),
        included_event_types=filter_.included_event_types,
        all_events=True if filter_.included_event_types is None else None,
        subject_begins_with=filter_.subject_begins_with or None,
        subject_ends_with=filter_.subject_ends_with or None,
        is_subject_case_sensitive=filter_.is_subject_case_sensitive,
        advanced_filters=filter_.advanced_filters,
        enable_advanced_filtering_on_arrays=filter_.enable_advanced_filtering_on_arrays,
        event_delivery_schema=read.settings.event_delivery_schema,
        retry_policy=read.settings.retry_policy,
        labels=read.settings.labels,
        expiration_time_utc=read.settings.expiration_time_utc,
        dead_letter=_dead_letter(read.container, read.dead_letter_with_identity),
    )


def _with_identity(destination: Endpoint, with_identity: bool) -> Endpoint:
    if with_identity == destination.delivers_with_identity:
        return destination
    if with_identity:
        text = f"Event Grid delivers to {destination.type} without an identity; leave it out"
        raise DeclarationError([Mistake(("deliveryWithResourceIdentity",), text)])
    return destination.model_copy(update={"identity": False})


def _dead_letter(container: DeadLetterContainer | None, with_identity: bool) -> DeadLetter:
    if container is None:
        return DeadLetter(disabled="the event subscription names no container for them")
    return DeadLetter(
        storage_account_id=container.resource_id,
        blob_container_name=container.blob_container_name,  # type: ignore[arg-type]  # a deferred one is refused
        identity=None if with_identity else False,
    )


class _Parts:
    """Reads parts of a body and keeps what is wrong with each, except where Azure or the deployment knows better."""

    def __init__(self, body: Mapping[str, Any], *, printed: bool) -> None:
        self._body = body
        self._printed = printed
        self.mistakes: list[Mistake] = []

    def refuse(self, *mistakes: Mistake) -> None:
        """Keep the mistakes, except those in what is not known and endpoint types that only Azure knows."""
        self.mistakes += [
            mistake
            for mistake in mistakes
            if not _is_open(self._body, mistake.path) and not (self._printed and mistake.path[-1:] == ("endpointType",))
        ]

    def parse(self, path: Path, parse: Callable[[Any], T], given: object) -> T | None:
        """Read one part; None where there is none or it is wrong."""
        if given is None:
            return None
        try:
            return parse(_deferred(given))
        except DeclarationError as error:
            self.refuse(*(mistake.below(*path) for mistake in error.mistakes))
            return None

    def target(self, plain: str, wrapped: str) -> tuple[Path, object, bool]:
        """Find what stands in one of two forms: its path, its body, and whether it is wrapped with an identity."""
        if plain in self._body and wrapped in self._body:
            self.refuse(Mistake((wrapped,), f"either '{plain}' or '{wrapped}'; not both"))
        if wrapped not in self._body:
            return (plain,), self._body.get(plain), False
        outer = self._body[wrapped]
        if not isinstance(outer, Mapping):
            self.refuse(Mistake((wrapped,), f"expected a map, got {show(outer)}"))
            return (wrapped,), None, True
        if not _is_identity(outer.get("identity")):
            text = "expected type SystemAssigned, or UserAssigned with userAssignedIdentity; got"
            self.refuse(Mistake((wrapped, "identity"), f"{text} {show(outer.get('identity'))}"))
        return (wrapped, plain), outer.get(plain), True


def _is_identity(body: object) -> bool:
    given = body if isinstance(body, Mapping) else {}
    user_assigned = given.get("userAssignedIdentity")
    if given.get("type") == "UserAssigned":
        return isinstance(user_assigned, (str, Deferred, Unresolved))
    return given.get("type") == "SystemAssigned" and user_assigned is None


def _endpoint(given: object) -> Endpoint:
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
    return ENDPOINTS[type_].parse(given)


def _with_secret(mapping: object) -> object:
    if not isinstance(mapping, dict) or mapping.get("isSecret") is not True:
        return mapping
    value = mapping.get("value")
    return {**mapping, "value": value if isinstance(value, Secret) else Secret(value)}


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


def _is_open(value: Any, path: Path) -> bool:
    """Tell whether something unresolved is at a path or above it, or below what is there."""
    for step in path:
        if isinstance(value, Unresolved):
            return True
        value = member_at(value, (step,))
    return any(unresolved_in(value))


def member_at(value: Any, path: Path) -> Any:
    """Find the value at a path; None where there is none.

    Args:
        value: What the path begins at.
        path: The path.
    """
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value
