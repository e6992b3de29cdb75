"""Reading a stack from configuration or from a program's arguments, with every mistake in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from azureml_events.base.arm_ids import PUBLIC_CLOUD
from azureml_events.base.mistakes import DeclarationError, Mistake, likely, show
from azureml_events.base.mistakes import unknown as unknown_name
from azureml_events.base.model import NOTHING
from azureml_events.base.names import ENTRY_KEY, WORKSPACE_KEY
from azureml_events.handlers import HANDLERS
from azureml_events.handlers.handler import Handler
from azureml_events.stack.defaults import Defaults
from azureml_events.stack.delivery import Address
from azureml_events.stack.partial import PartialSubscription, read_partially, refused_fields
from azureml_events.stack.rules.alerts import alert_mistakes
from azureml_events.stack.rules.created_handlers import creation_mistakes, mail_service_mistakes, unkept_names
from azureml_events.stack.rules.dead_letters import dead_letter_mistakes
from azureml_events.stack.rules.names import RawEntries, address_of, naming_mistakes, unused_entries
from azureml_events.stack.rules.topics_and_subscriptions import stack_mistakes
from azureml_events.stack.stack import Stack
from azureml_events.stack.subscription import Subscription
from azureml_events.stack.workspace import Workspace

SECTIONS = ("workspaces", "handlers", "subscriptions", "defaults")
"""The keys of a stack file's configuration."""

_READ_BETWEEN = {
    "workspaces": {"resourceId", "location", "systemTopic", "deadLetter", "aliases"},
    "handlers": {"type", "resourceId", "create", "identity"},
    "subscriptions": {"handler", "workspaces", "eventDeliverySchema", "deadLetter", "parameters", "name", "import"},
}
"""The fields that the rules between entries read."""

_KEY_FORMS = {"workspaces": WORKSPACE_KEY, "handlers": ENTRY_KEY, "subscriptions": ENTRY_KEY}

T = TypeVar("T")


class StackError(DeclarationError):
    """A stack with mistakes.

    Args:
        mistakes: Every one of them.
        entries: The entries as far as they could be read, also such with mistakes.
    """

    def __init__(self, mistakes: Iterable[Mistake], entries: Stack) -> None:
        super().__init__(mistakes)
        self.entries = entries

    @property
    def readable(self) -> Stack:
        """The entries as far as findings can be told of them: subscriptions with mistakes of their own are partial."""
        wrong = {mistake.path[:2] for mistake in self.mistakes}
        whole = {key: each for key, each in self.entries.subscriptions.items() if key not in self.entries.partial}
        unused = tuple(path for path in self.entries.unused if path not in wrong)
        return replace(self.entries, subscriptions=whole, unused=unused)


def parse_stack(config: Mapping[str, Any], *, unknown: Collection[str] = (), environment: str = PUBLIC_CLOUD) -> Stack:
    """Read a stack from the configuration of a stack file.

    Args:
        config: The plain values under `azureml-events:`, by key without that namespace.
        unknown: The sections that may have entries which are not read; what names them is not judged.
        environment: The cloud that the provider works in, as `azure-native:environment` names it.

    Raises:
        StackError: With every mistake, of every entry and between them.
    """
    mistakes = [Mistake((str(key),), unknown_name("key", key, SECTIONS)) for key in config if key not in SECTIONS]
    maps = {section: _map(config, section, mistakes) for section in SECTIONS}
    unread = {*unknown, *(str(item.path[0]) for item in mistakes if len(item.path) == 1)}.intersection(SECTIONS)
    mistakes += _key_mistakes({section: maps[section] for section in _KEY_FORMS})
    entries = RawEntries(
        {
            key: given.get("resourceId") if isinstance(given, Mapping) else None
            for key, given in maps["workspaces"].items()
        },
        list(maps["handlers"]),
        {key: address_of(given) for key, given in maps["subscriptions"].items()},
        unread,
        alerts={
            key: given["alerts"]
            for key, given in maps["workspaces"].items()
            if isinstance(given, Mapping) and "alerts" in given
        },
        default_alerts=maps["defaults"].get("alerts"),
    )
    partial: dict[str, PartialSubscription] = {}
    stack = Stack(
        workspaces=_entries(maps, "workspaces", Workspace.parse, mistakes),
        handlers=_entries(maps, "handlers", parse_handler, mistakes),
        subscriptions=_subscriptions(maps["subscriptions"], mistakes, partial),
        defaults=_defaults(maps["defaults"], mistakes),
        unknown=unread,
        unused=tuple(unused_entries(entries)),
        partial=partial,
        environment=environment,
    )
    if not maps["workspaces"] and "workspaces" not in unread:
        mistakes.append(Mistake(("workspaces",), "required: at least one workspace"))
    blank = {each.path for each in mistakes if each.message == NOTHING}
    mistakes += [each for each in _between(stack, entries) if each.path not in blank]
    if mistakes:
        raise StackError(dict.fromkeys(mistakes), stack)
    return stack


def workspace_stack(
    key: str,
    workspace: Workspace,
    handlers: Mapping[str, Handler],
    subscriptions: Mapping[str, Subscription],
    defaults: Defaults,
    *,
    environment: str = PUBLIC_CLOUD,
) -> Stack:
    """Make the stack of one workspace, as a program declares it: subscriptions may hold their handlers.

    Args:
        key: The workspace's key.
        workspace: The workspace.
        handlers: Handlers by name.
        subscriptions: The subscriptions by name; a handler in one is called like the first subscription that holds it.
        defaults: The settings of everything that gives none.
        environment: The cloud that the provider works in, as `azure-native:environment` names it.

    Raises:
        StackError: With every mistake.
    """
    mistakes: list[Mistake] = []
    named = _held("handlers", handlers, Handler, mistakes)
    subscriptions = _held("subscriptions", subscriptions, Subscription, mistakes)
    if not isinstance(defaults, Defaults):
        mistakes.append(Mistake(("defaults",), f"expected Defaults(…), got {show(defaults)}"))
        defaults = Defaults()
    if not isinstance(key, str):
        raise DeclarationError([Mistake(("name",), f"expected text, got {show(key)}"), *mistakes])
    mistakes += _key_mistakes({"workspaces": [key], "handlers": named, "subscriptions": subscriptions})
    names = {id(handler): name for name, handler in named.items()}
    addressed: dict[str, Subscription] = {}
    for name, subscription in subscriptions.items():
        if isinstance(subscription.to, Handler):
            handler_name = names.setdefault(id(subscription.to), name)
            if named.setdefault(handler_name, subscription.to) is not subscription.to:
                mistakes.append(Mistake(("handlers", name), f"subscription {show(name)} holds another handler"))
            addressed[name] = subscription.model_copy(update={"to": handler_name})
        else:
            addressed[name] = subscription
    stack = Stack({key: workspace}, named, addressed, defaults, environment=environment)
    addresses = {name: Address.of(subscription) for name, subscription in addressed.items()}
    entries = RawEntries(
        {key: workspace.resource_id},
        list(named),
        addresses,
        alerts={} if workspace.alerts is None else {key: workspace.alerts and workspace.alerts.given()},
        default_alerts=defaults.alerts and defaults.alerts.given(),
    )
    mistakes += _between(stack, entries)
    if workspace.aliases:
        mistakes += unkept_names(stack)
    if mistakes:
        raise StackError(dict.fromkeys(mistakes), stack)
    return stack


def _held(section: str, given: object, kind: type[T], mistakes: list[Mistake]) -> dict[str, T]:
    """Keep the entries that are what a program has to give; list the others."""
    if not isinstance(given, Mapping):
        mistakes.append(Mistake((section,), f"expected a map from names to {kind.__name__}s, got {show(given)}"))
        return {}
    mistakes += [
        Mistake((section,), f"a key must be text, got {show(key)}") for key in given if not isinstance(key, str)
    ]
    held = {key: entry for key, entry in given.items() if isinstance(key, str)}
    mistakes += [
        Mistake((section, key), f"expected a {kind.__name__}, got {show(entry)}")
        for key, entry in held.items()
        if not isinstance(entry, kind)
    ]
    return {key: entry for key, entry in held.items() if isinstance(entry, kind)}


def _between(stack: Stack, entries: RawEntries) -> Iterator[Mistake]:
    """Yield the mistakes between entries: the right ones, and all as they are written."""
    complete = len(entries.subscriptions) == len(stack.subscriptions)
    complete &= len(entries.workspaces) == len(stack.workspaces)
    yield from naming_mistakes(entries)
    yield from alert_mistakes(entries)
    yield from stack_mistakes(stack)
    yield from dead_letter_mistakes(stack)
    yield from creation_mistakes(stack, complete=complete)
    yield from mail_service_mistakes(stack)


def parse_handler(given: object) -> Handler:
    """Read a handler of any kind.

    Args:
        given: The handler as written: a map with its `type`.

    Raises:
        DeclarationError: With every mistake, its path starting below `given`.
    """
    if not isinstance(given, Mapping):
        raise DeclarationError([Mistake((), f"expected a map, got {show(given)}")])
    kind = given.get("type")
    if kind is None:
        allowed = ", ".join(HANDLERS)
        raise DeclarationError([Mistake(("type",), f"required, but missing; allowed: {allowed}")])
    if not isinstance(kind, str) or kind not in HANDLERS:
        raise DeclarationError([Mistake(("type",), unknown_name("type", kind, HANDLERS))])
    return HANDLERS[kind].parse(given)


def _key_mistakes(keys: Mapping[str, Iterable[str]]) -> list[Mistake]:
    found = [
        Mistake((section, key), _KEY_FORMS[section].problem(key) or "")
        for section, names in keys.items()
        for key in names
    ]
    return [mistake for mistake in found if mistake.message]


def _map(config: Mapping[str, Any], section: str, mistakes: list[Mistake]) -> Mapping[str, Any]:
    given = config.get(section, {})
    if not isinstance(given, Mapping):
        got = "nothing; fill it, or leave the key out" if given in (None, "") else show(given)
        mistakes.append(Mistake((section,), f"expected a map, got {got}"))
        return {}
    mistakes += [
        Mistake((section, str(key)), f"a key must be text, got {show(key)}; quote it")
        for key in given
        if not isinstance(key, str)
    ]
    return {key: entry for key, entry in given.items() if isinstance(key, str)}


def _defaults(given: Mapping[str, Any], mistakes: list[Mistake]) -> Defaults:
    """Read the defaults without the fields that are wrong, so that the rules between entries still see the others."""
    parsed, wrong = _entry(given, Defaults.parse)
    mistakes += [mistake.below("defaults") for mistake in wrong]
    if parsed is not None:
        return parsed
    refused = {mistake.path[0] for mistake in wrong}
    return Defaults.parse({name: value for name, value in given.items() if name not in refused})


def _entries(
    maps: Mapping[str, Mapping[str, Any]],
    section: str,
    parse: Callable[[object], T],
    mistakes: list[Mistake],
) -> dict[str, T]:
    """Read the entries of a section; also one that is wrong where no rule between entries looks."""
    parsed: dict[str, T] = {}
    for key, given in maps[section].items():
        entry, wrong = _entry(given, parse)
        mistakes += [mistake.below(section, key) for mistake in wrong]
        if wrong:
            entry, _ = _entry(_without_refused(section, given, wrong), parse)
        if entry is not None:
            parsed[key] = entry
    return parsed


def _subscriptions(
    given: Mapping[str, Any], mistakes: list[Mistake], partial: dict[str, PartialSubscription]
) -> dict[str, Subscription]:
    """Read the subscriptions; note what can be read of those that are wrong."""
    parsed: dict[str, Subscription] = {}
    for key, written in given.items():
        entry, wrong = _entry(written, Subscription.parse)
        mistakes += [mistake.below("subscriptions", key) for mistake in wrong]
        part = read_partially(written, wrong) if wrong else None
        if part is not None:
            partial[key] = part
            entry = None if _concerns_others("subscriptions", wrong) else part.subscription
        if entry is not None:
            parsed[key] = entry
    return parsed


def _entry(given: object, parse: Callable[[object], T]) -> tuple[T | None, tuple[Mistake, ...]]:
    try:
        return parse(given), ()
    except DeclarationError as error:
        return None, error.mistakes


def _without_refused(section: str, given: object, wrong: Iterable[Mistake]) -> object:
    """Leave out an entry's refused fields, for the rules between entries; None where these may read one of them."""
    if not isinstance(given, Mapping) or _concerns_others(section, wrong):
        return None
    refused = refused_fields(wrong)
    return {name: value for name, value in given.items() if name not in refused}


def _concerns_others(section: str, wrong: Iterable[Mistake]) -> bool:
    """Tell whether a rule between entries may read one of an entry's refused fields."""
    return any(likely(name, _READ_BETWEEN[section]) for name in refused_fields(wrong))
