"""Rules on what becomes of events that cannot be delivered, and on how and how long events are delivered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, get_args

from azureml_events.base.mistakes import Mistake
from azureml_events.base.model import Between
from azureml_events.event_grid.delivery import DEFAULT_SCHEMA, RetryPolicy, in_utc
from azureml_events.lint.rule import Example
from azureml_events.policy.event_subscription import EVENT_SUBSCRIPTIONS, dead_letter_destination, endpoint_type
from azureml_events.policy.reading import each_of, read, read_text
from azureml_events.policy.resource import Resource
from azureml_events.policy.rule import Question, Rule, Settings, Violation
from azureml_events.policy.settings import ExceptKinds


def _dead_letter(question: Question) -> Iterator[Violation]:
    resource, excepted = question.resource, question.settings.except_kinds
    at = dead_letter_destination(resource)
    if read(resource, *at) or (excepted and endpoint_type(resource) in excepted):
        return
    fix = "name a container for dead letters in deadLetterWithResourceIdentity"
    yield Violation(at, "there is no dead letter, allowed: a blob container", fix)


class RetrySettings(Settings):
    """The settings of `retry-bounds`."""

    min_attempts: Annotated[int, Between(1, 30)] = 10
    """The least attempts, 1 to 30; default 10."""

    max_attempts: Annotated[int, Between(1, 30)] = 30
    """The most attempts, 1 to 30; default 30."""

    min_minutes: Annotated[int, Between(1, 1440)] = 60
    """The least minutes that an event is tried for, 1 to 1440; default 60."""

    max_minutes: Annotated[int, Between(1, 1440)] = 1440
    """The most minutes that an event is tried for, 1 to 1440; default 1440."""

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield a mistake for a least value that is above the greatest."""
        defaults = {field.alias: field.default for field in cls.model_fields.values()}
        for least, most in (("minAttempts", "maxAttempts"), ("minMinutes", "maxMinutes")):
            values = [given.get(name, defaults[name]) for name in (least, most)]
            if all(isinstance(value, int) for value in values) and values[0] > values[1]:
                yield Mistake((least,), f"{values[0]} is above '{most}', which is {values[1]}")


_OF_SERVICE = RetryPolicy().model_dump(by_alias=True)


def _retry(question: Question) -> Iterator[Violation]:
    settings = question.settings
    attempts, minutes = (settings.min_attempts, settings.max_attempts), (settings.min_minutes, settings.max_minutes)
    yield from each_of(
        _count(question.resource, "maxDeliveryAttempts", "attempts", attempts),
        _count(question.resource, "eventTimeToLiveInMinutes", "minutes to live", minutes),
    )


def _count(resource: Resource, name: str, unit: str, bounds: tuple[int, int]) -> Iterator[Violation]:
    member = ("retryPolicy", name)
    value = read(resource, *member)
    count = _OF_SERVICE[name] if value is None else value
    low, high = bounds
    if isinstance(count, bool) or not isinstance(count, (int, float)) or low <= count <= high:
        return
    seen = f"{count:g}" if isinstance(count, float) else str(count)
    default = ", the service's default" if value is None else ""
    text = f"{seen} {unit}{default}, allowed: {low} to {high}"
    yield Violation(member, text, f"set {name} to a number from {low} to {high}", detail=name)


class ExpiringSettings(Settings):
    """The settings of `expiring`."""

    days: Annotated[int, Between(1, 3650)] = 30
    """The days within which it must not end, 1 to 3650; default 30."""


_EXPIRATION = "expirationTimeUtc"


def _end(question: Question) -> tuple[date, bool] | None:
    """Return the day, in UTC, on which a subscription ends, and whether that is past when the present day begins."""
    moment = _moment(read_text(question.resource, _EXPIRATION) or "")
    if moment is None:
        return None
    return moment.date(), moment <= datetime.combine(question.today, datetime.min.time(), UTC)


def _moment(text: str) -> datetime | None:
    for written in (text, f"{text}Z", f"{text}T00:00:00Z"):
        try:
            return datetime.fromisoformat(in_utc(written))
        except ValueError:
            continue
    return None


def _expired(question: Question) -> Iterator[Violation]:
    end = _end(question)
    if end and end[1]:
        yield Violation((_EXPIRATION,), f"it expired on {end[0]}, and delivers nothing any more")


def _expiring(question: Question) -> Iterator[Violation]:
    end, days = _end(question), question.settings.days
    if end and not end[1] and (end[0] - question.today).days <= days:
        yield Violation((_EXPIRATION,), f"it expires on {end[0]}, allowed: more than {days} days from now")


_Schema = Literal["EventGridSchema", "CloudEventSchemaV1_0", "CustomInputSchema"]
_SCHEMAS = get_args(_Schema)


class SchemaSettings(Settings):
    """The settings of `delivery-schema`."""

    wanted: _Schema = DEFAULT_SCHEMA
    """The schema, default the service's, `EventGridSchema`; `CustomInputSchema` is one of custom topics."""


def _schema(question: Question) -> Iterator[Violation]:
    member, wanted = "eventDeliverySchema", question.settings.wanted
    given = read(question.resource, member)
    schema = DEFAULT_SCHEMA if given is None else given
    if schema != wanted:
        seen = schema if schema in _SCHEMAS else "another schema"
        default = ", the service's default" if given is None else ""
        yield Violation((member,), f"events are delivered as {seen}{default}, allowed: {wanted}", f"set it to {wanted}")


_STORE = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers"
    "/Microsoft.Storage/storageAccounts/stletters"
)
_HUB = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers"
    "/Microsoft.EventHub/namespaces/n1/eventhubs/eh1"
)
_TO_HUB = f"destination: {{endpointType: EventHub, resourceId: {_HUB}}}\n"

DELIVERY_RULES = (
    Rule(
        "dead-letter",
        "An event subscription has a dead letter.",
        why="Events that cannot be delivered are dropped after the last attempt.",
        severity="high",
        level="warning",
        types=EVENT_SUBSCRIPTIONS,
        check=_dead_letter,
        fix="Name a blob container for dead letters.",
        example=Example(
            _TO_HUB,
            _TO_HUB
            + "deadLetterWithResourceIdentity:\n  identity: {type: SystemAssigned}\n  deadLetterDestination:\n"
            + f"    {{endpointType: StorageBlob, resourceId: {_STORE}, blobContainerName: letters}}\n",
        ),
        settings=ExceptKinds,
    ),
    Rule(
        "retry-bounds",
        "Attempts and time to live are within bounds.",
        why="With one attempt or one minute, every restart of the endpoint loses events.",
        severity="low",
        level="warning",
        types=EVENT_SUBSCRIPTIONS,
        check=_retry,
        fix="Leave retryPolicy out, or set its members within the bounds.",
        example=Example("retryPolicy: {maxDeliveryAttempts: 1}\n", "retryPolicy: {maxDeliveryAttempts: 10}\n"),
        settings=RetrySettings,
    ),
    Rule(
        "expired",
        "An event subscription has not expired.",
        why="It stopped delivering without a word.",
        severity="medium",
        level="error",
        types=EVENT_SUBSCRIPTIONS,
        check=_expired,
        fix="Set expirationTimeUtc to a later day, or leave it out.",
        example=Example("expirationTimeUtc: '2020-01-31T00:00:00Z'\n", "expirationTimeUtc: '2099-01-31T00:00:00Z'\n"),
    ),
    Rule(
        "expiring",
        "An event subscription does not expire soon.",
        why="It will stop delivering without a word.",
        severity="medium",
        level="warning",
        types=EVENT_SUBSCRIPTIONS,
        check=_expiring,
        fix="Set expirationTimeUtc to a later day, or leave it out.",
        example=Example("expirationTimeUtc: '2026-12-10T00:00:00Z'\n", "expirationTimeUtc: '2099-01-31T00:00:00Z'\n"),
        settings=ExpiringSettings,
    ),
    Rule(
        "delivery-schema",
        "Events are delivered in the wanted schema.",
        why="Consumers that read one schema cannot read the other.",
        severity="low",
        level="off",
        types=EVENT_SUBSCRIPTIONS,
        check=_schema,
        fix="Set eventDeliverySchema to the schema of `delivery-schema.wanted`.",
        example=Example("eventDeliverySchema: CloudEventSchemaV1_0\n", "eventDeliverySchema: EventGridSchema\n"),
        settings=SchemaSettings,
    ),
)
