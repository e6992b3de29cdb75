"""An event subscription of a document as entries of a stack file: its handler, and itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from azureml_events.adopt.gathered import name_of
from azureml_events.adopt.remarks import Kind, Remark, read_secrets, read_without_loss
from azureml_events.base.mistakes import dotted, show
from azureml_events.base.urls import holds_key
from azureml_events.documents.found import FoundSubscription
from azureml_events.documents.members import ENDPOINT_MEMBERS
from azureml_events.documents.subscription import ReadSubscription
from azureml_events.documents.unresolved import SECRET, UNKNOWN, Unresolved, unresolved_in
from azureml_events.documents.values import member_at
from azureml_events.event_grid.delivery import DEFAULT_SCHEMA, DELIVERING_NOTHING, has_passed
from azureml_events.event_grid.delivery_attributes import names_credential
from azureml_events.handlers import ENDPOINTS
from azureml_events.stackfile.secrets import FILL_IN

FOUND_IN_AZURE = "found in Azure"
"""The reason of what is allowed because it is there already."""

TO_FILL_IN = {"secure": FILL_IN}
"""What stands for a secret until somebody fills it in."""

_HIDDEN = (None, "Hidden")
"""What Azure answers in place of an attribute's secret value."""

_WEB_HOOK = "WebHook"
_FEDERATED = "federatedIdentityCredentialInfo"
_SWITCHES = ("isSubjectCaseSensitive", "enableAdvancedFilteringOnArrays")
_RETRY = {"maxDeliveryAttempts": 30, "eventTimeToLiveInMinutes": 1440}


@dataclass(frozen=True)
class TopicSetting:
    """What a subscription's entry takes from its system topic.

    Attributes:
        imported: Whether what exists is taken over, by its ARM id.
        ours: Whether our own component declares it already.
        user_assigned: The ARM id of the user-assigned identity that the topic delivers by; None for the
            system-assigned one.
    """

    imported: bool
    ours: bool
    user_assigned: str | None


@dataclass
class Entries:
    """The entries of one event subscription.

    Attributes:
        handler: The handler's; None where it cannot be written.
        subscription: Its own, the handler's name left out.
        handler_names: Names for the handler, the shortest first.
        remarks: What is to be said.
        fill_ins: The places in the handler of secrets to fill in.
    """

    handler: dict[str, Any] | None = None
    subscription: dict[str, Any] = field(default_factory=dict)
    handler_names: tuple[str, ...] = ()
    remarks: list[Remark] = field(default_factory=list)
    fill_ins: list[tuple[tuple[str | int, ...], str]] = field(default_factory=list)


def entries_of(found: FoundSubscription, read: ReadSubscription, topic: TopicSetting) -> Entries:
    """Write an event subscription as entries of a stack file.

    Args:
        found: It, as found.
        read: It, as read.
        topic: What it takes from its system topic.
    """
    return _Writer(found, read, topic).write()


class _Writer:
    def __init__(self, found: FoundSubscription, read: ReadSubscription, topic: TopicSetting) -> None:
        self._found = found
        self._read = read
        self._topic = topic
        self._members = read.body.members
        self._about = name_of(found)
        self._of_terraform = not (found.printed or found.nested or found.urn)
        self._moves = found.urn is not None and topic.imported
        self._entries = Entries()

    def write(self) -> Entries:
        """Write both entries; a remark for each thing that stops this."""
        for problem in self._problems():
            self._say("not expressed", problem)
        if not self._entries.remarks:
            self._write_handler()
        self._say_losses()
        if self._entries.handler is not None:
            self._write_subscription()
        return self._entries

    def _say(self, kind: Kind, text: str, command: str = "") -> None:
        self._entries.remarks.append(Remark(kind, self._about, text, command))

    def _problems(self) -> Iterator[str]:
        """Yield why it cannot be written in a stack file."""
        body = self._read.body
        if isinstance(self._found.name, Unresolved):
            yield f"its name is {self._found.name}, which only the deployment knows"
        yield from body.open.values()
        destination, _, _ = self._target("destination", "deliveryWithResourceIdentity")
        kind = destination.get("endpointType") if isinstance(destination, Mapping) else None
        left_out = self._found.nested and kind == _WEB_HOOK and "endpointUrl" not in destination
        mistakes = [each for each in body.mistakes if not (left_out and each.path[-1:] == ("endpointUrl",))]
        for mistake in mistakes:
            yield f"{dotted(mistake.path)}: {mistake.message}" if mistake.path else mistake.message
        known_destination = body.destination is not None or left_out
        if not known_destination and not mistakes and not any(unresolved_in(destination)):
            yield f"the endpoint type {show(kind)} cannot be declared" if kind else "it does not say where it delivers"
        store, _, _ = self._target("deadLetterDestination", "deadLetterWithResourceIdentity")
        if store is not None and body.container is None and not mistakes and not any(unresolved_in(store)):
            yield "dead letters go to something else than a container of blobs, which cannot be declared"
        known = {str(path[0]) for path in body.open}
        plain = {name: self._members.get(name) for name in ("filter", "retryPolicy", "labels", "eventDeliverySchema")}
        wrapped = ("deliveryWithResourceIdentity", "deadLetterWithResourceIdentity")
        identities = {name: member_at(self._members, (name, "identity")) for name in wrapped}
        open_ = {"destination": _without_secrets(destination), "deadLetterDestination": store, **identities, **plain}
        for name, part in open_.items():
            for unresolved in unresolved_in(part):
                if name not in known and not (self._topic.ours and part is store):
                    yield self._unresolved(name, unresolved)

    def _unresolved(self, name: str, unresolved: Unresolved) -> str:
        if unresolved is SECRET and self._found.urn:
            answer = f": {read_without_loss(self._found.id)}" if self._found.id else ""
            return f"{name} is encrypted in the state; give Azure's own answer beside it{answer}"
        if unresolved is UNKNOWN and name == "destination" and self._found.urn:
            return (
                "it delivers to what its program makes, which has no id before 'pulumi up'; adopt the state after that"
                " (pulumi stack export), or copy the handler with its 'create'"
            )
        return f"{name} has {unresolved}, which only the deployment knows"

    def _target(self, plain: str, wrapped: str) -> tuple[Any, str | None, bool]:
        """Find a destination, the user-assigned identity that delivers to it, and whether any identity does."""
        outer = self._members.get(wrapped)
        if not isinstance(outer, Mapping):
            return self._members.get(plain), None, False
        identity = outer.get("identity")
        own = identity.get("userAssignedIdentity") if isinstance(identity, Mapping) else None
        return outer.get(plain), own if isinstance(own, str) else None, True

    def _identity(self, own: str | None, *, with_identity: bool) -> bool | str | None:
        """Say which identity delivers, where it is not the topic's own choice."""
        if not with_identity:
            return False
        return None if own == self._topic.user_assigned else own or ""

    def _write_handler(self) -> None:
        destination, own, with_identity = self._target("destination", "deliveryWithResourceIdentity")
        kind = ENDPOINTS[destination["endpointType"]]
        handler: dict[str, Any] = {"type": destination["endpointType"]}
        if kind.role is None and with_identity:
            self._say("not expressed", f"delivery to {handler['type']} by an identity cannot be declared")
            return
        for name in ENDPOINT_MEMBERS:
            if name in destination and name != "endpointType":
                handler[name] = _whole(destination[name])
        if handler["type"] == _WEB_HOOK:
            self._hide_url(handler)
        if "deliveryAttributeMappings" in handler:
            mappings = handler["deliveryAttributeMappings"]
            handler["deliveryAttributeMappings"] = [self._attribute(at, each) for at, each in enumerate(mappings)]
        identity = self._identity(own, with_identity=with_identity) if kind.role else None
        if identity == "":
            self._say("not expressed", "it delivers by the system-assigned identity, and its topic by another one")
            return
        if identity is not None:
            handler["identity"] = identity
        if identity is False:
            text = "it delivers without an identity, by keys; an identity needs a role first: change it afterwards"
            self._say("advice", text)
        self._entries.handler = handler
        self._entries.handler_names = self._handler_names(handler)

    def _hide_url(self, handler: dict[str, Any]) -> None:
        """Take a URL over only where it is whole, known and free of keys."""
        url = None if self._of_terraform else _written_url(self._found)  # there it may be its beginning
        if url is not None and not holds_key(url):
            handler["endpointUrl"] = url
            return
        handler["endpointUrl"] = dict(TO_FILL_IN)
        what = "the webhook's whole URL"
        self._fill_in(("endpointUrl",), what, "getFullUrl", withheld="" if url is None else "it may hold a key")

    def _attribute(self, at: int, given: Mapping[str, Any]) -> dict[str, Any]:
        mapping = dict(given)
        if mapping.get("type") != "Static":
            return {name: mapping[name] for name in ("name", "type", "sourceField") if name in mapping}
        name, value = mapping.get("name"), mapping.get("value")
        withheld = "" if value in _HIDDEN or isinstance(value, Unresolved) else "it is a secret"
        if not mapping.get("isSecret") and names_credential(name):
            text = f"attribute {show(name)} is called like a credential, and Event Grid shows it; it becomes a secret"
            self._say("not expressed", text)
            mapping["isSecret"] = True
            withheld = withheld and "its attribute is called like a credential"
        if mapping.get("isSecret"):
            mapping["value"] = dict(TO_FILL_IN)
            place = ("deliveryAttributeMappings", at, "value")
            self._fill_in(place, f"the value of attribute {show(name)}", "getDeliveryAttributes", withheld=withheld)
        elif value is None:
            mapping["value"] = ""
        return {name: mapping[name] for name in ("name", "type", "value", "isSecret") if name in mapping}

    def _fill_in(
        self,
        place: tuple[str | int, ...],
        what: str,
        action: Literal["getFullUrl", "getDeliveryAttributes"],
        *,
        withheld: str,
    ) -> None:
        """Leave a secret to be filled in, and say why: withheld for a reason, or else not in the document."""
        self._entries.fill_ins.append((place, what))
        command = read_secrets(self._found.id, action) if self._found.id else ""
        if withheld:
            self._say("note", f"{what} is withheld, for {withheld}", command)
        else:
            self._say("lost", f"{what}; no list holds it", command)

    def _handler_names(self, handler: Mapping[str, Any]) -> tuple[str, ...]:
        if "queueName" in handler:
            return handler["queueName"], f"{handler['resourceId'].rpartition('/')[2]}-{handler['queueName']}"
        if "resourceId" in handler:
            names = handler["resourceId"].split("/")[8::2]
            return names[-1], "-".join(names[-2:])
        return (str(self._found.name),)

    def _write_subscription(self) -> None:
        entry = self._entries.subscription
        self._write_events(entry)
        self._write_dead_letter(entry)
        schema = self._members.get("eventDeliverySchema")
        if schema is not None and (self._moves or schema != DEFAULT_SCHEMA):
            entry["eventDeliverySchema"] = schema
        retry = {name: _whole(value) for name, value in self._members.get("retryPolicy", {}).items()}
        if retry and (self._moves or {**_RETRY, **retry} != _RETRY):
            entry["retryPolicy"] = retry
        if self._members.get("labels"):
            entry["labels"] = list(self._members["labels"])
        self._write_end(entry)
        if self._topic.imported and self._found.id:
            entry["import"] = self._found.id
            if self._found.urn:
                entry["aliases"] = [self._found.urn]
            if self._found.nested:
                self._say(
                    "note", "its ARM id follows from the template's names; import fails where nothing exists there"
                )
        if self._found.state in DELIVERING_NOTHING:
            entry["allow"] = {"not-delivering": FOUND_IN_AZURE}
            reason = DELIVERING_NOTHING[self._found.state]
            self._say("allowed", f"not-delivering: its state is {self._found.state}: {reason}")
        elif self._found.state not in (None, "Succeeded"):
            self._say("note", f"its state is {self._found.state}; read it again when that is over")

    def _write_events(self, entry: dict[str, Any]) -> None:
        filter_ = self._members.get("filter", {})
        types = filter_.get("includedEventTypes")
        if types and types != ["All"]:
            entry["includedEventTypes"] = list(types)
        else:
            entry["allEvents"] = True
        for name in ("subjectBeginsWith", "subjectEndsWith"):
            if filter_.get(name) or (self._moves and name in filter_):
                entry[name] = filter_[name]
        for name in _SWITCHES:
            if filter_.get(name) is True or (self._moves and name in filter_):
                entry[name] = filter_[name]
        if filter_.get("advancedFilters"):
            entry["advancedFilters"] = [_whole(each) for each in filter_["advancedFilters"]]
            if self._of_terraform and len(entry["advancedFilters"]) > 1:
                text = "the order of its advanced filters, which Terraform does not keep; one update may follow"
                self._say("lost", text, read_without_loss(self._found.id) if self._found.id else "")

    def _write_dead_letter(self, entry: dict[str, Any]) -> None:
        store, own, with_identity = self._target("deadLetterDestination", "deadLetterWithResourceIdentity")
        if store is None:
            if not self._topic.imported:
                entry["deadLetter"] = {"disabled": "the document names no place for dead letters"}
            self._say("advice", "events that cannot be delivered are lost: name a place for them in deadLetter")
            return
        if any(unresolved_in(store)):
            return  # of our own: the created store, which is the default
        place: dict[str, Any] = {
            "storageAccountId": store["resourceId"],
            "blobContainerName": store["blobContainerName"],
        }
        identity = self._identity(own, with_identity=with_identity)
        if identity == "":
            text = "dead letters are written by the system-assigned identity, and its topic delivers by another one"
            self._say("not expressed", text)
            self._entries.handler = None
            return
        if identity is not None:
            place["identity"] = identity
        entry["deadLetter"] = place

    def _write_end(self, entry: dict[str, Any]) -> None:
        end, settings = self._members.get("expirationTimeUtc"), self._read.body.settings
        if not isinstance(end, str) or settings is None or settings.expiration_time_utc is None:
            return
        if has_passed(settings.expiration_time_utc) and self._topic.imported:
            text = f"it ended at {end}, which Azure takes no more; expirationTimeUtc is left out, and stays as it is"
            self._say("not expressed", f"{text} until 'import' is taken out")
            entry["allow"] = {"not-delivering": FOUND_IN_AZURE}
        else:
            entry["expirationTimeUtc"] = end

    def _say_losses(self) -> None:
        found, written = self._found, self._found.body
        for note in self._read.notes:
            self._say("not expressed", note.text)
        if any(_federated(written)):
            self._say("not expressed", f"the member '{_FEDERATED}' cannot be declared")
        command = read_without_loss(found.id) if found.id else ""
        if found.flattened:
            for text in self._lost_by_cli():
                self._say("lost", text, command)

    def _lost_by_cli(self) -> Iterator[str]:
        destination, _, _ = self._target("destination", "deliveryWithResourceIdentity")
        kind = destination.get("endpointType") if isinstance(destination, Mapping) else None
        if kind == _WEB_HOOK:
            yield "the Azure CLI does not print a webhook's minimumTlsVersionAllowed; it stays as it is in Azure"
        if isinstance(destination, Mapping) and kind is None:
            yield "the Azure CLI prints no endpoint type that it does not know, as NamespaceTopic"
        conditions = self._found.body.get("filter") if isinstance(self._found.body, Mapping) else None
        filters = conditions.get("advancedFilters") if isinstance(conditions, Mapping) else None
        for at, each in enumerate(filters if isinstance(filters, list) else ()):
            if isinstance(each, Mapping) and each.get("operatorType") is None:
                yield f"the Azure CLI does not know the operator of filter.advancedFilters[{at}], and does not print it"


def _whole(value: Any) -> Any:
    """Copy a value, whole numbers as such: the Azure CLI prints `1` as `1.0`."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_whole(each) for each in value]
    return {name: _whole(each) for name, each in value.items()} if isinstance(value, Mapping) else value


def _without_secrets(destination: Any) -> Any:
    """Leave out of a destination what may be secret, which is filled in later."""
    if not isinstance(destination, Mapping):
        return destination
    kept = {name: value for name, value in destination.items() if name != "endpointUrl"}
    mappings = kept.get("deliveryAttributeMappings")
    if isinstance(mappings, list):
        kept["deliveryAttributeMappings"] = [
            {name: value for name, value in each.items() if not (name == "value" and each.get("isSecret"))}
            if isinstance(each, Mapping)
            else each
            for each in mappings
        ]
    return kept


def _written_url(found: FoundSubscription) -> str | None:
    """Find a webhook's URL where the document holds it whole, not only what Azure shows of it."""
    body = found.body if isinstance(found.body, Mapping) else {}
    outer = body.get("deliveryWithResourceIdentity")
    destination = body.get("destination") or (outer.get("destination") if isinstance(outer, Mapping) else None)
    members = destination if isinstance(destination, Mapping) else {}
    properties = members.get("properties")
    url = {**members, **(properties if isinstance(properties, Mapping) else {})}.get("endpointUrl")
    return url if isinstance(url, str) and url else None


def _federated(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name == _FEDERATED and inner:
                yield inner
            yield from _federated(inner)
