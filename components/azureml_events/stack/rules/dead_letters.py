"""Rules for the stores for dead letters that are created."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic.alias_generators import to_camel

from azureml_events.base.mistakes import MemberPath, Mistake, dotted, show
from azureml_events.stack.dead_letter import CreateDeadLetter
from azureml_events.stack.dead_letter_stores import StorePlace, created_stores, store_settings_of
from azureml_events.stack.delivery import Delivery
from azureml_events.stack.stack import Stack
from azureml_events.stack.workspace import UserAssigned


def dead_letter_mistakes(stack: Stack) -> Iterator[Mistake]:
    """Yield the mistakes in the stores for dead letters that are created."""
    stores = created_stores(dict(stack.workspaces), stack.deliveries)
    for place, users in stores.items():
        yield from _renamed(stack, place, users)
        yield from _disagreements(stack, users)
        yield from _behind_firewall(stack, users)
    yield from _one_account_per_name(stack, stores)


def _renamed(stack: Stack, place: StorePlace, users: list[tuple[Delivery, CreateDeadLetter]]) -> Iterator[Mistake]:
    """Yield the account of its own that a workspace under a new key would lose, with all dead letters."""
    delivery, create = users[0]
    former_keys = stack.workspaces[place.workspace].former_keys if place.workspace else ()
    if {*former_keys} - {place.workspace} and create.account_name is None:
        yield Mistake(
            (*_written_at(stack, delivery), "create", "accountName"),
            "required beside 'aliases', because it was derived from the key: write the name that the account has in "
            "Azure (`pulumi stack export` shows it)",
        )


def _disagreements(stack: Stack, users: list[tuple[Delivery, CreateDeadLetter]]) -> Iterator[Mistake]:
    (first, create), *others = users
    agreed = store_settings_of(create)
    for delivery, differing in others:
        wanted = store_settings_of(differing)
        for name, was in vars(agreed).items():
            value = vars(wanted)[name]
            if value != was:
                yield Mistake(
                    _written_at(stack, delivery),
                    f"shares one storage account with {dotted(_written_at(stack, first))}, but {to_camel(name)} "
                    f"differs: {show(value)} and {show(was)}",
                )


def _behind_firewall(stack: Stack, users: list[tuple[Delivery, CreateDeadLetter]]) -> Iterator[Mistake]:
    for delivery, create in users:
        identity = stack.topics[delivery.workspace].identity
        if create.network_default_action == "Deny" and isinstance(identity, UserAssigned):
            yield Mistake(
                (*_written_at(stack, delivery), "create", "networkDefaultAction"),
                "Deny lets in a system-assigned identity only, and the topic of workspace "
                f"{show(delivery.workspace)} has a user-assigned one; write Allow",
            )


def _one_account_per_name(
    stack: Stack, stores: dict[StorePlace, list[tuple[Delivery, CreateDeadLetter]]]
) -> Iterator[Mistake]:
    handlers = ((key, handler.creates and handler.creates.storage_account) for key, handler in stack.handlers.items())
    taken = {name: f"handler {show(key)}" for key, name in handlers if name}
    for users in stores.values():
        delivery, create = users[0]
        if create.account_name is None:
            continue
        here = f"workspace {show(delivery.workspace)}"
        other = taken.setdefault(create.account_name, here)
        if other is not here:
            yield Mistake(
                (*_written_at(stack, delivery), "create", "accountName"),
                f"{show(create.account_name)} would be a second account, for {here} in another place than that of "
                f"{other}; leave it out",
            )


def _written_at(stack: Stack, delivery: Delivery) -> MemberPath:
    """Find the entry that says, or could say, that a subscription's store for dead letters is created."""
    if delivery.subscription.dead_letter:
        return ("subscriptions", delivery.key, "deadLetter")
    if stack.workspaces[delivery.workspace].dead_letter or not stack.defaults.dead_letter:
        return ("workspaces", delivery.workspace, "deadLetter")
    return ("defaults", "deadLetter")
