"""Rules on where webhooks are and who may send to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from azureml_events.base.mistakes import MemberPath, choices, show
from azureml_events.base.model import Many
from azureml_events.base.urls import holds_key
from azureml_events.lint.rule import Example
from azureml_events.policy.event_subscription import EVENT_SUBSCRIPTIONS, is_of_component, web_hook
from azureml_events.policy.hosts import HostPattern, host_of
from azureml_events.policy.reading import UndecidedError, is_given, read, read_beginning
from azureml_events.policy.resource import Resource
from azureml_events.policy.resource_types import WORKFLOW
from azureml_events.policy.rule import Question, Rule, Settings, Violation

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#\\]*[/?#\\]")
_CALLBACK_URL = "https://prod-00.region.logic.azure.com/workflows/id/triggers/events/paths/invoke?sig=key"
"""What stands for the unknown callback URL of a workflow's trigger: Azure's page on calling workflows."""


@dataclass(frozen=True)
class _Url:
    """A webhook's URL, as far as it is known from its beginning.

    Attributes:
        member: The path of the member that holds it.
        text: What is known of it.
        whole: Whether that is all of it.
    """

    member: MemberPath
    text: str
    whole: bool


def _url(resource: Resource) -> _Url | None:
    """Return a webhook's URL, in a state its base where no more is known; None for other endpoints."""
    at = web_hook(resource)
    if at is None:
        return None
    member = (*at, "endpointUrl")
    written = read_beginning(resource, *member)
    if written and (written[1] or written[0]):
        return _Url(member, *written)
    for shown in (resource, replace(resource, inputs=resource.outputs)):
        base = _base(shown, at)
        if base:
            return _Url((*at, "endpointBaseUrl"), f"{base}/", whole=False)
    if written is None and is_given(resource, *at, "endpointBaseUrl"):
        return _Url((*at, "endpointBaseUrl"), "", whole=False)
    return _Url(member, *written) if written else None


def _base(resource: Resource, at: MemberPath) -> str | None:
    try:
        base = read_beginning(resource, *at, "endpointBaseUrl")
    except UndecidedError:
        return None
    return base[0] if base and base[1] else None


def _is_of_workflow(question: Question, url: _Url) -> bool:
    """Tell whether an unknown URL comes from a workflow, so that it is the callback URL of its trigger."""
    origins = question.resources.sources_of(question.resource, str(url.member[0]))
    return not url.text and any(each.type == WORKFLOW for each in origins)


def _undecided(url: _Url) -> UndecidedError:
    return UndecidedError((*url.member[:-1], "endpointUrl") if url.text else url.member)


def _https(question: Question) -> Iterator[Violation]:
    url = _url(question.resource)
    if url is None:
        return
    scheme = _SCHEME.match(url.text)
    if scheme is None and not url.whole:
        # The component delivers to https alone, and refuses another URL once it is known.
        if _is_of_workflow(question, url) or is_of_component(question.resource):
            return
        raise _undecided(url)
    name = scheme[1].lower() if scheme else "none"
    if name != "https":
        shown = f"'{name}'" if name in {"http", "ftp", "ws", "wss", "amqp", "amqps", "sb"} else "another one or none"
        yield Violation(url.member, f"the URL's scheme is {shown}, allowed: https")


class EntraSettings(Settings):
    """The settings of `webhook-entra`."""

    accept: Many[Literal["entra", "key"]] = ("entra",)
    """What shows the sender: `entra`, a token of Microsoft Entra; `key`, a key in the URL. Default `entra`."""


def _entra(question: Question) -> Iterator[Violation]:
    resource, accept = question.resource, question.settings.accept
    at = web_hook(resource)
    if at is None or ("key" in accept and _has_key(question)):
        return
    names = ("azureActiveDirectoryTenantId", "azureActiveDirectoryApplicationIdOrUri")
    missing = [name for name in names if read(resource, *at, name) in (None, "")]
    if "entra" in accept and not missing:
        return
    allowed = {"entra": "an Entra tenant and application", "key": "a key in the URL"}
    wanted = " or ".join(allowed[each] for each in sorted(set(accept))) or "none"
    seen = f"without {' and '.join(missing)}" if missing else "with an Entra token"
    fix = "set the Entra tenant and application" if "entra" in accept else "put a key into the URL, as a secret"
    yield Violation(at, f"the webhook is called {seen}, allowed: {wanted}", fix)


def _has_key(question: Question) -> bool:
    """Tell whether a webhook's URL holds a key, by its presence alone; a secret that is unknown is one."""
    url = _url(question.resource)
    if url is None:
        return False
    if holds_key(url.text) or _is_of_workflow(question, url) or _is_secret(question.resource, url.member):
        return True
    if url.whole:
        return False
    raise _undecided(url)


class HostSettings(Settings):
    """The settings of `webhook-host`."""

    allowed: Many[HostPattern] = ()
    """Patterns of hosts: `*` stands for one or more labels, a pattern without a port means 443; default none. An IP
    address is allowed only as it is."""


def _host(question: Question) -> Iterator[Violation]:
    url, allowed = _url(question.resource), question.settings.allowed
    if url is None:
        return
    if _is_of_workflow(question, url):
        if host_of(_CALLBACK_URL).is_among(allowed):
            return
        raise _undecided(url)
    if not url.whole and not _AUTHORITY.match(url.text):
        raise _undecided(url)
    places = choices(allowed) or "the hosts that you allow there"
    fix = f"allow it in webhook-host.allowed or deliver to one of {places}"
    try:
        host = host_of(url.text)
    except ValueError as error:
        yield Violation(url.member, f"{error}, so its host is not allowed", f"deliver to one of {places}")
        return
    if not host.is_among(allowed):
        yield Violation(url.member, f"destination host {show(str(host))} is not allowed", fix)


class TlsSettings(Settings):
    """The settings of `webhook-tls`."""

    minimum: Literal["1.0", "1.1", "1.2", "1.3"] = "1.2"
    """The least TLS version that may be allowed; default `1.2`."""


def _tls(question: Question) -> Iterator[Violation]:
    at, minimum = web_hook(question.resource), question.settings.minimum
    if at is None:
        return
    member = (*at, "minimumTlsVersionAllowed")
    given = read(question.resource, *member)
    # Texts of one digit, a dot and one digit compare as the numbers that they are.
    version = str(given) if re.fullmatch(r"\d\.\d", str(given)) else None
    if version is None or version < minimum:
        seen = "is not set" if given is None else f"is {version}" if version else "is no version of TLS"
        fix = f"set it to {minimum} or newer"
        yield Violation(member, f"minimumTlsVersionAllowed {seen}, allowed: {minimum} or newer", fix)


def _url_secret(question: Question) -> Iterator[Violation]:
    url = _url(question.resource)
    if url is None or url.member[-1] != "endpointUrl" or _is_secret(question.resource, url.member):
        return
    if not question.resource.marks_secrets and not holds_key(url.text):
        return
    if holds_key(url.text) or _is_of_workflow(question, url):
        fix = "pass it as pulumi.Output.secret"
        yield Violation(url.member, "a URL with a key or a user is not marked secret, allowed: a Pulumi secret", fix)
    elif not url.whole:
        raise _undecided(url)


def _is_secret(resource: Resource, member: MemberPath) -> bool:
    return any(member[: len(path)] == path for path in resource.secrets)


_HOOK = "destination: {endpointType: WebHook, endpointUrl: 'https://hooks.example.com/events'%s}\n"
_IN_ENTRA = (
    ", azureActiveDirectoryTenantId: 00000000-0000-0000-0000-000000000001,"
    " azureActiveDirectoryApplicationIdOrUri: 'api://hooks'"
)

WEBHOOK_RULES = (
    Rule(
        "webhook-https",
        "A webhook's URL begins with https.",
        why="Events would travel in the clear; Event Grid refuses such a URL.",
        severity="critical",
        level="error",
        types=EVENT_SUBSCRIPTIONS,
        check=_https,
        fix="Deliver to an https URL.",
        example=Example(_HOOK.replace("https", "http") % "", _HOOK % ""),
    ),
    Rule(
        "webhook-entra",
        "A webhook is called with a token of an Entra tenant and application.",
        why="Whoever learns the URL can send forged events, and keys in URLs end in logs.",
        severity="high",
        level="warning",
        types=EVENT_SUBSCRIPTIONS,
        check=_entra,
        fix="Set azureActiveDirectoryTenantId and azureActiveDirectoryApplicationIdOrUri.",
        example=Example(_HOOK % "", _HOOK % _IN_ENTRA),
        settings=EntraSettings,
    ),
    Rule(
        "webhook-host",
        "A webhook's host is one of those that are allowed.",
        why="Events would leave for an unknown place.",
        severity="high",
        level="off",
        types=EVENT_SUBSCRIPTIONS,
        check=_host,
        fix="Deliver to an allowed host, or allow the host in `webhook-host.allowed`.",
        example=Example(_HOOK.replace("example", "contoso.example") % "", _HOOK.replace("example", "contoso") % ""),
        settings=HostSettings,
        example_settings={"allowed": ["*.contoso.com"]},
    ),
    Rule(
        "webhook-tls",
        "A webhook is called with TLS 1.2 or newer.",
        why="Older versions of TLS can be broken.",
        severity="medium",
        level="warning",
        types=EVENT_SUBSCRIPTIONS,
        check=_tls,
        fix="Set minimumTlsVersionAllowed to 1.2.",
        example=Example(
            _HOOK % ", minimumTlsVersionAllowed: '1.0'",
            _HOOK % ", minimumTlsVersionAllowed: '1.2'",
        ),
        settings=TlsSettings,
    ),
    Rule(
        "webhook-url-secret",
        "A webhook's URL that holds a key or a user is a Pulumi secret.",
        why="Else it stands in the state, in previews and in logs for everybody to read.",
        severity="high",
        level="error",
        types=EVENT_SUBSCRIPTIONS,
        check=_url_secret,
        fix="Pass it as pulumi.Output.secret, or write it into the configuration with `--secret`.",
        example=Example(
            "destination: {endpointType: WebHook, endpointUrl: 'https://hooks.example.com/events?code=key'}\n",
            _HOOK % "",
        ),
        settings=Settings,
        review_only=True,
    ),
)
