"""Mail through Azure Communication Services.

Sources: the Communication Services email REST API, version 2023-03-31 (`Email - Send`: its body, the `Operation-Id`
header, 202 for a mail that it took, 10 MB a mail; `Email - Get Send Result`: what became of the mail with such an id),
and its page on service limits (50 recipients); for a service that is created, the resource provider's REST API
(`location` is `Global`, an Azure-managed domain is called `AzureManagedDomain`) and its page on Azure-managed domains
(mails come from `DoNotReply@` the domain, which is verified at once).

One event is mailed once: each delivery of it has the same `Operation-Id`. Reported by users: a second call with it
sends no second mail (firezone/firezone#12835), and may be answered with 400 (Azure/azure-sdk-for-net#50889). So 400 and
409 are followed by the question what became of that id: a mail that was taken counts as delivered, else the status
counts. The headers of repeatable requests are not sent. Their page wants the time of the first call, which a workflow
does not know: with another time a repetition is refused (400), after five minutes every one is (412), and Event Grid
repeats for a day.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, PlainValidator, WithJsonSchema

from azureml_events.base.arm_ids import OfType, read_reference
from azureml_events.base.constraints import ExactlyOne, Excludes, Needs
from azureml_events.base.mistakes import Mistake, show
from azureml_events.base.model import Declaration, Many
from azureml_events.base.names import NameForm, ResourceGroup
from azureml_events.base.values import Deferred, Reference
from azureml_events.handlers.endpoint import Role
from azureml_events.handlers.messages import (
    CARRIAGE_RETURN,
    NEW_LINE,
    MessageHandler,
    escaped,
    join_lines,
    message_text,
)
from azureml_events.handlers.workflow_handler import LookUp
from azureml_events.workflows.actions import Action, Compose, Http, in_order
from azureml_events.workflows.event_fields import STUDIO_URL, EventFields
from azureml_events.workflows.event_fields import Field as EventField
from azureml_events.workflows.expressions import Expression, call, text
from azureml_events.workflows.parameters import BridgedSubscription
from azureml_events.workflows.workflow import SECONDS, Repetition, Taken, Target, parameter

API_VERSION = "2023-03-31"
SECONDS_FOR_QUESTION = 8
MOST_RECIPIENTS = 50
AUDIENCE = "https://communication.azure.com"
"""Communication Services' data plane, as Entra names it."""

_ENDPOINT = "https://[A-Za-z0-9.-]+/?"
_ENDPOINT_FORM = "https://<name>.communication.azure.com"
_WORD = r'[^\s@<>",;.]+'
_LABEL = r'(?!-)[^\s@<>",;.]{1,63}(?<!-)'

_ADDRESS = NameForm(
    rf"(?=[^@]{{1,64}}@[^@]{{1,253}}$){_WORD}(\.{_WORD})*@{_LABEL}(\.{_LABEL})+",
    "an e-mail address, as ops@contoso.com",
)
Address = Annotated[str, _ADDRESS]
"""An e-mail address."""


def _endpoint(text: str) -> str:
    if not re.fullmatch(_ENDPOINT, text):
        raise ValueError(f"{show(text)} is not an endpoint; expected {_ENDPOINT_FORM}")
    return text.rstrip("/")


DataLocation = Literal[
    "Africa",
    "Asia Pacific",
    "Australia",
    "Brazil",
    "Canada",
    "Europe",
    "France",
    "Germany",
    "India",
    "Japan",
    "Korea",
    "Norway",
    "Switzerland",
    "UAE",
    "UK",
    "United States",
]
"""Where Communication Services keeps data at rest. ARM's description takes any text; these are the values that the page
of Terraform's azurerm lists for the public cloud."""


class CreateEmailAlert(Declaration):
    """A new Communication Services resource that sends from a domain which Azure manages; without keys."""

    resource_group: ResourceGroup
    """The resource group to create it in, which must exist; required."""

    data_location: DataLocation
    """The geography in which it keeps data at rest, as `Europe` or `United States`; required, and cannot be changed
    later."""

    name: (
        Annotated[str, NameForm("[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?", "1 to 63 letters, digits and -")]
        | None
    ) = None
    """Its name and that of its email service, unique in all of Azure; default derived from the handler's."""

    protect: bool = False
    """Whether Pulumi refuses to delete it: its address is lost with it; default false."""


def _endpoint_of(host: str) -> str:
    return f"https://{host}"


class EmailAlert(MessageHandler):
    """A mail for each event, sent with the workflow's identity."""

    hints: ClassVar[Mapping[str, str]] = {
        **MessageHandler.hints,
        "resourceId": "write 'communicationServiceId'",
        "connectionString": "the workflow's identity sends, without a key; leave it out",
    }

    role = Role("Communication and Email Service Owner", "09976791-48a7-449e-bb21-39d1a415f350")
    """The role that can send: Azure's page on built-in roles. It is the service's only built-in role; whether one's
    own roles can send is reported both ways."""

    constraints = (
        ExactlyOne(
            ("communicationServiceId", "create"),
            Mistake(("communicationServiceId",), "required, but missing: the ARM id, or 'create' for a new one"),
            Mistake(("create",), "either 'communicationServiceId' of an existing one, or 'create'; not both"),
        ),
        Needs("communicationServiceId", "sender", "required, but missing: an address of the service's domain"),
        Excludes("create", "sender", "a new service sends from DoNotReply@ a domain that Azure makes; leave it out"),
        Excludes("create", "endpoint", "that of a new service is known once it is created; leave it out"),
    )

    text_fields = ("subject", "body")

    type: Literal["EmailAlert"] = "EmailAlert"
    """Mail."""

    communication_service_id: Annotated[Reference, OfType("Microsoft.Communication/communicationServices")] | None = (
        None
    )
    """The Communication Services resource's ARM id; an email domain is connected to it. Required without `create`."""

    create: CreateEmailAlert | None = None
    """A new service, in place of `communicationServiceId` and `sender`: it sends from an address that Azure makes."""

    endpoint: (
        Annotated[
            Reference,
            PlainValidator(lambda value: read_reference(value, _endpoint, _ENDPOINT_FORM)),
            WithJsonSchema({"type": "string", "pattern": f"^{_ENDPOINT}$"}),
        ]
        | None
    ) = None
    """Its endpoint, `https://<name>.communication.azure.com`; default looked up at deployment."""

    sender: (
        Annotated[
            Reference,
            PlainValidator(lambda value: read_reference(value, _ADDRESS.check)),
            WithJsonSchema({"type": "string", "pattern": f"^(?:{_ADDRESS.pattern})$"}),
        ]
        | None
    ) = None
    """The address that mails come from, of a domain that is verified and connected; required beside
    `communicationServiceId`."""

    to: Annotated[Many[Address], Field(json_schema_extra={"minItems": 1, "maxItems": MOST_RECIPIENTS})]
    """The addresses that mails go to, 1 to 50; required."""

    subject: Annotated[str, Field(min_length=1, max_length=250), NameForm(r"[^\r\n]*", "one line")] | None = None
    """The subject, at most 250 characters, with places as `{data.experimentName}`; default by event type."""

    body: Annotated[str, Field(min_length=1, max_length=10_000)] | None = None
    """The body, plain text of at most 10,000 characters, with places; default by event type."""

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield mails that go to nobody or to too many, and places that name fields of no event type."""
        to = given.get("to")
        if isinstance(to, (list, tuple)) and not 1 <= len(to) <= MOST_RECIPIENTS:
            fix = "write a distribution list's address" if to else "write who gets the mails, as ops@contoso.com"
            yield Mistake(("to",), f"{len(to)} addresses; allowed: 1 to {MOST_RECIPIENTS}; {fix}")
        yield from super().rules(given)

    @property
    def scope(self) -> Reference | None:
        """The Communication Services resource; None where it is not there yet."""
        return self.communication_service_id

    @property
    def look_up(self) -> LookUp | None:
        """The host of the Communication Services resource, where its endpoint is not declared."""
        if self.endpoint is not None or self.communication_service_id is None:
            return None
        function = "azure-native:communication:getCommunicationService"
        names, service_id = ("communicationServiceName",), self.communication_service_id
        return LookUp(function, names, service_id, ("hostName",), "communicationServiceId")

    def found(self, value: Deferred) -> Self:
        """Return the alert with the endpoint on the host that was found."""
        return self.model_copy(update={"endpoint": Deferred(value.value, _endpoint_of)})

    def at(self, service_id: Deferred, host: Deferred, sender: Deferred) -> Self:
        """Return the alert once its service is created.

        Args:
            service_id: The service's ARM id.
            host: Its host.
            sender: The address that it sends from.
        """
        found = {"communication_service_id": service_id, "endpoint": Deferred(host.value, _endpoint_of)}
        return self.model_copy(update={"create": None, "sender": sender, **found})

    def target(self, subscription: BridgedSubscription) -> Target:
        """Return one send, which hands the mail over and does not wait until it is delivered."""
        return Target(
            steps=lambda fields: self._steps(subscription, fields),
            parameters={"endpoint": self.endpoint, **({} if isinstance(self.sender, str) else {"sender": self.sender})},
            taken=Taken((202,)),
            repetition=_repetition(),
        )

    def describe(self) -> str:
        """Describe who gets mail."""
        return f"mails {', '.join(self.to)}"

    def _steps(self, subscription: BridgedSubscription, fields: EventFields) -> list[Action]:
        page = Compose(name="Studio_page", value=fields.value(EventField((STUDIO_URL,))))
        fields = replace(fields, studio_page=page.outputs)
        event_types = subscription.event_types
        subject = message_text(self.subject, "subject", event_types, fields)
        body = Compose(
            name="Mail_body", value=message_text(self.body, "body", event_types, fields), after=in_order(page)
        )
        digits = Compose(name="Event_id", value=_padded_id(fields), after=in_order(body))
        mail_id = Compose(name=_MAIL_ID, value=_mail_id(subscription.name, digits.outputs), after=in_order(digits))
        send = Http(
            name="Send_mail",
            method="POST",
            uri=text(parameter("endpoint"), f"/emails:send?api-version={API_VERSION}"),
            timeout_seconds=SECONDS - SECONDS_FOR_QUESTION,
            audience=AUDIENCE,
            headers={"Operation-Id": mail_id.outputs},
            body_to_send={
                "senderAddress": self.sender if isinstance(self.sender, str) else parameter("sender"),
                "recipients": {"to": [{"address": address} for address in self.to]},
                "content": {
                    "subject": join_lines(subject.expression),
                    "plainText": body.outputs,
                    "html": _html(body.outputs, page.outputs),
                },
                "userEngagementTrackingDisabled": True,
            },
            after=in_order(mail_id),
        )
        return [page, body, digits, mail_id, send]


def _repetition() -> Repetition:
    ask = Http(
        name="Ask_for_mail",
        method="GET",
        uri=text(
            parameter("endpoint"),
            "/emails/operations/",
            call("outputs", _MAIL_ID),
            f"?api-version={API_VERSION}",
        ),
        timeout_seconds=SECONDS_FOR_QUESTION,
        audience=AUDIENCE,
    )
    state = Compose(name="Mail_state", value=ask.body.member("status"), after=in_order(ask))
    taken = call("createArray", "NotStarted", "Running", "Succeeded")
    return Repetition((400, 409), (ask, state), call("contains", taken, call("coalesce", state.outputs, "")))


def _padded_id(fields: EventFields) -> Expression:
    """Write the event's id in small letters, with zeros behind it so that its first 36 characters are always there."""
    return call("concat", call("toLower", fields.text(EventField(("id",)))), "0" * _UUID_LENGTH)


def _mail_id(subscription: str, padded: Expression) -> Expression:
    """Make a UUID that is the same for each delivery of one event to one subscription, and different for others.

    It is the event's id, each digit of the last group exchanged for another by a table of the subscription's own: two
    events of a subscription never share one, as an exchange can be undone. An id that is no UUID gives a new one each
    time: the mail goes out, but a repetition is not recognised.
    """
    left = padded
    for digit in _DIGITS:
        left = call("replace", left, digit, "")
    dashes = call("concat", *(call("substring", padded, at, 1) for at in (8, 13, 18, 23)))
    is_uuid = call(
        "and",
        call("equals", call("length", padded), 2 * _UUID_LENGTH),
        call("equals", left, "----"),
        call("equals", dashes, "----"),
    )
    key = hashlib.sha256(subscription.encode()).hexdigest()
    last_group = [_exchanged(call("substring", padded, 24 + at, 1), int(key[at], 16)) for at in range(12)]
    return call("if", is_uuid, call("concat", call("substring", padded, 0, 24), *last_group), call("guid"))


def _exchanged(digit: Expression, key: int) -> Expression:
    """Xor a hexadecimal digit with a key; anything else gives some sign, as both sides of an `if` may be evaluated."""
    table = "".join(f"/{each:x}{each ^ key:x}" for each in range(16))
    return call("substring", call("last", call("split", table, call("concat", "/", digit))), 0, 1)


def _html(body: Expression, page: Expression) -> Expression:
    """Write the body as HTML that shows it as it is, the studio's page as a link."""
    shown_body, shown_page = escaped(body, _ENTITIES), escaped(page, _ENTITIES)
    link = call("concat", '<a href="', shown_page, '">', shown_page, "</a>")
    linked = call("replace", shown_body, shown_page, link)
    lines = call("replace", call("replace", linked, CARRIAGE_RETURN, ""), NEW_LINE, "<br>")
    return call("concat", "<html><body><p>", lines, "</p></body></html>")


_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
_MAIL_ID = "Mail_id"
_DIGITS = "0123456789abcdef"
_UUID_LENGTH = 36
