"""Rules on where events go, and what goes with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from azureml_events.base.arm_ids import GUID_PATTERN, Guid, is_guid
from azureml_events.base.mistakes import MemberPath, choices, show
from azureml_events.base.model import Many
from azureml_events.base.urls import holds_key
from azureml_events.documents.unresolved import HOLE, Unresolved, same_text
from azureml_events.event_grid.delivery_attributes import names_credential
from azureml_events.lint.rule import Example
from azureml_events.policy.event_subscription import (
    EVENT_SUBSCRIPTIONS,
    dead_letter_destination,
    destination,
    endpoint_type,
    web_hook,
)
from azureml_events.policy.reading import UndecidedError, each_of, read, read_beginning, read_list, read_text, value_at
from azureml_events.policy.resource import Resource
from azureml_events.policy.rule import Question, Rule, Settings, Violation
from azureml_events.policy.settings import EndpointKind, Name, show_kind

_SAME = "same"
_AZURE_SUBSCRIPTION = re.compile(r"/subscriptions/([^/]+)/", re.IGNORECASE)
_AT_PROVIDER = ("provider", "subscriptionId")


def _guid_or_same(text: str) -> str:
    if text != _SAME and not is_guid(text):
        raise ValueError(f"{show(text)} is no Azure subscription; expected its GUID, or 'same'")
    return text


AzureSubscription = Annotated[
    str, AfterValidator(_guid_or_same), Field(json_schema_extra={"pattern": f"^({_SAME}|{GUID_PATTERN})$"})
]
"""An Azure subscription's GUID, or `same`."""


class SubscriptionSettings(Settings):
    """The settings of `destination-subscription`."""

    allowed: Many[AzureSubscription] = (_SAME,)
    """The Azure subscriptions, as GUIDs; `same` is the one in which the event subscription's provider works. Default
    `same`."""


def _azure_subscription(question: Question) -> Iterator[Violation]:
    yield from each_of(
        _place(question, "the destination", destination),
        _place(question, "the dead letter", dead_letter_destination),
    )


def _place(question: Question, what: str, find: Callable[[Resource], MemberPath]) -> Iterator[Violation]:
    at = find(question.resource)
    member = (*at, "resourceId")
    written = read_beginning(question.resource, *member)
    if written is None:
        return
    places = _places(question, member)
    if not places:
        if not written[1]:
            raise UndecidedError(member)
        text = f"{what} names no Azure subscription, allowed: {choices(question.settings.allowed)}"
        yield Violation(member, text, "write the resource's ARM id", detail=str(at[-1]))
        return
    allowed = {_is_allowed(question, place, member) for place in places}
    if len(allowed) > 1:
        raise UndecidedError(member)
    if not allowed.pop():
        seen = f"{what} lies in Azure subscription {show(min(places))}"
        text = f"{seen}, allowed: {choices(question.settings.allowed)}"
        fix = "deliver to a resource in one of these, or allow it in destination-subscription.allowed"
        yield Violation(member, text, fix, detail=str(at[-1]))


def _places(question: Question, member: MemberPath) -> set[str]:
    """Return the Azure subscription that an id names; of an unknown id, those of the resources that it comes from.

    A template may name it by an expression, which stays one.
    """
    value = value_at(question.resource, *member)
    known = value.known if isinstance(value, Unresolved) else value
    if isinstance(value, str | Unresolved) and known != HOLE:
        place = same_text(value.split("/")[2]) if _AZURE_SUBSCRIPTION.match(str(known)) else None
        is_named = place is not None and (is_guid(place) or isinstance(value, Unresolved))
        return {str(place).lower()} if is_named else set()
    origins = question.resources.sources_of(question.resource, str(member[0]))
    places = [each.azure_subscription for each in origins]
    return {place.lower() for place in places if place} if all(places) else set()


def _is_allowed(question: Question, place: str, member: MemberPath) -> bool:
    allowed = {each.lower() for each in question.settings.allowed}
    own = _own_subscription(question.resource) if _SAME in allowed else None
    if place in allowed or (own is not None and own.lower() == place):
        return True
    if not is_guid(place):
        raise UndecidedError(member)
    if _SAME in allowed and (own is None or not is_guid(own)):
        raise UndecidedError(_AT_PROVIDER)
    return False


def _own_subscription(resource: Resource) -> str | None:
    """Return the Azure subscription of a resource's provider, or where nothing says, of its own id or scope."""
    scope = read_beginning(resource, "scope")
    for each in (resource.id, scope[0] if scope else None):
        found = _AZURE_SUBSCRIPTION.match(each or "")
        if resource.azure_subscription is None and found and is_guid(found[1]):
            return found[1]
    return resource.azure_subscription


class TenantSettings(Settings):
    """The settings of `destination-tenant`."""

    allowed: Many[Guid] = ()
    """The Entra tenants, as GUIDs; default none."""


def _tenant(question: Question) -> Iterator[Violation]:
    at, allowed = web_hook(question.resource), question.settings.allowed
    if at is None:
        return
    member = (*at, "azureActiveDirectoryTenantId")
    tenant = read_text(question.resource, *member)
    if not tenant or tenant.lower() in {each.lower() for each in allowed}:
        return
    seen = show(tenant) if is_guid(tenant) else "that is no GUID"
    text = f"the webhook's Entra tenant {seen} is not allowed, allowed: {choices(allowed) or 'none'}"
    yield Violation(
        member, text, "deliver to a webhook of an allowed tenant, or allow it in destination-tenant.allowed"
    )


class KindSettings(Settings):
    """The settings of `destination-kind`."""

    allowed: Many[EndpointKind] = ()
    """The types of endpoint; default none."""


def _kind(question: Question) -> Iterator[Violation]:
    resource, allowed = question.resource, question.settings.allowed
    kind = endpoint_type(resource)
    if kind is None or kind in allowed:
        return
    text = f"the endpoint's type is {show_kind(kind)}, allowed: {choices(allowed) or 'none'}"
    fix = "deliver to an endpoint of an allowed type, or allow it in destination-kind.allowed"
    yield Violation((*destination(resource), "endpointType"), text, fix)


class AttributeSettings(Settings):
    """The settings of `attribute-secret`."""

    names: Many[Name] = ()
    """Names of attributes that are secret beside those that say so themselves, in any case; default none."""

    ignore: Many[Name] = ()
    """Names of attributes that it does not judge, in any case; default none."""


_OWN_NAMES = {
    *("partitionkey", "messageid", "sessionid", "correlationid", "label", "replyto", "replytosessionid", "to"),
    *("viapartitionkey", "timetolive", "content-type"),
}
"""Event Grid's own names, which choose what becomes of a message: its page on delivery properties."""

_SECRET_VALUE = re.compile(
    r"(?:bearer|basic)\s+[\w.~+/=-]{8,}|eyj[\w-]{8,}\.[\w-]{8,}\.[\w-]*|gh[a-z]_\w{20,}|github_pat_\w{20,}"
    r"|xox[a-z]-[\w-]{10,}|-----begin [a-z ]*private key-----[\s\S]*"
    r"|(?:[\s\S]*[;&?\s])?(?:sharedaccesskey|accountkey|sharedaccesssignature|sig|password|pwd|client_secret|api[_-]?key)"
    r"\s*=\s*[^\s;&]{4,}[\s\S]*",
    re.IGNORECASE,
)
"""Values of well-known forms of credentials: headers, JSON web tokens, tokens of GitHub and Slack, private keys,
connection strings."""


def _attributes(question: Question) -> Iterator[Violation]:
    at = (*destination(question.resource), "deliveryAttributeMappings")
    mappings = read_list(question.resource, *at)
    yield from each_of(*(_attribute(question, (*at, index)) for index in range(len(mappings))))


def _attribute(question: Question, at: MemberPath) -> Iterator[Violation]:
    resource, settings = question.resource, question.settings
    mapping = read(resource, *at)
    if not isinstance(mapping, Mapping) or mapping.get("isSecret") is True:
        return
    if read_text(resource, *at, "type") != "Static":
        return
    name = read_text(resource, *at, "name") or ""
    if name.lower() in {*_OWN_NAMES, *map(str.lower, settings.ignore)} or name.lower().startswith("aeg-"):
        return
    said = names_credential(name) or name.lower() in set(map(str.lower, settings.names))
    if not said and not _is_secret(read_text(resource, *at, "value")):
        return
    if read(resource, *at, "isSecret") is not True:
        why = "by its name" if said else "by the form of its value"
        text = f"the attribute {show(name)} is a secret {why}, and isSecret is not true"
        yield Violation(at, text, "set isSecret to true, and pass its value as pulumi.Output.secret", detail=name)


def _is_secret(value: str | None) -> bool:
    if value is None:
        return False
    return bool(_SECRET_VALUE.fullmatch(value.strip())) or (value.startswith("https://") and holds_key(value))


_HUB = (
    "/subscriptions/00000000-0000-0000-0000-00000000000%s/resourceGroups/rg/providers"
    "/Microsoft.EventHub/namespaces/n1/eventhubs/eh1"
)
_TO_HUB = "destination: {endpointType: EventHub, resourceId: %s}\n"
_HOOK = (
    "destination:\n  endpointType: WebHook\n  endpointUrl: https://hooks.example.com/events\n"
    "  azureActiveDirectoryTenantId: 00000000-0000-0000-0000-00000000000%s\n"
    "  azureActiveDirectoryApplicationIdOrUri: api://hooks\n"
)
_WITH_ATTRIBUTE = _TO_HUB.replace(
    "}", ", deliveryAttributeMappings: [{name: api-key, type: Static, value: abc%s}]}"
) % (_HUB % 1, "%s")

DESTINATION_RULES = (
    Rule(
        "destination-subscription",
        "The destination and the dead letter lie in allowed Azure subscriptions.",
        why="Events would leave for a place under other owners, other rules or in another country.",
        severity="high",
        level="warning",
        types=EVENT_SUBSCRIPTIONS,
        check=_azure_subscription,
        fix="Deliver to a resource in an allowed Azure subscription, or allow that in `destination-subscription`.",
        example=Example(_TO_HUB % (_HUB % 2), _TO_HUB % (_HUB % 1)),
        settings=SubscriptionSettings,
        example_settings={"allowed": ["00000000-0000-0000-0000-000000000001"]},
    ),
    Rule(
        "destination-tenant",
        "A webhook's Entra tenant is one of those that are allowed.",
        why="Events would leave for somebody else's tenant.",
        severity="high",
        level="off",
        types=EVENT_SUBSCRIPTIONS,
        check=_tenant,
        fix="Deliver to a webhook of an allowed tenant, or allow the tenant in `destination-tenant.allowed`.",
        example=Example(_HOOK % 2, _HOOK % 1),
        settings=TenantSettings,
        example_settings={"allowed": ["00000000-0000-0000-0000-000000000001"]},
    ),
    Rule(
        "destination-kind",
        "The type of the endpoint is one of those that are allowed.",
        why="Some organizations allow no webhooks, or one type of endpoint only.",
        severity="medium",
        level="off",
        types=EVENT_SUBSCRIPTIONS,
        check=_kind,
        fix="Deliver to an endpoint of an allowed type, or allow the type in `destination-kind.allowed`.",
        example=Example(_HOOK % 1, _TO_HUB % (_HUB % 1)),
        settings=KindSettings,
        example_settings={"allowed": ["EventHub", "ServiceBusQueue"]},
    ),
    Rule(
        "attribute-secret",
        "A static delivery attribute that looks like a secret has isSecret: true.",
        why="Else it stands in the state, and whoever may read the event subscription reads it.",
        severity="high",
        level="error",
        types=EVENT_SUBSCRIPTIONS,
        check=_attributes,
        fix="Set isSecret to true, and pass the value as pulumi.Output.secret.",
        example=Example(_WITH_ATTRIBUTE % "", _WITH_ATTRIBUTE % ", isSecret: true"),
        settings=AttributeSettings,
    ),
)
