"""Which subscription of which workspace delivers to which handler."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from azureml_events.declarations.dead_letter import DeadLetter
from azureml_events.declarations.defaults import Defaults
from azureml_events.declarations.delivery import EventDeliverySchema, RetryPolicy
from azureml_events.declarations.mistakes import Mistake, choices, likely, show
from azureml_events.declarations.subscription import Subscription
from azureml_events.declarations.workspace import Workspace
from azureml_events.endpoints.endpoint import Endpoint, GrantsMode


@dataclass(frozen=True)
class Delivery:
    """One subscription of one workspace, with what the defaults add.

    Attributes:
        workspace: The workspace's key.
        key: The subscription's key.
        handler_name: The handler's key.
        handler: The handler.
        subscription: The subscription as written.
        schema: In which form it delivers.
        retry_policy: When Event Grid gives up.
        dead_letter: Where undeliverable events go.
        grants: Whether the roles on the handler are made.
        dead_letter_grants: Whether the role on the dead-letter store is made.
    """

    workspace: str
    key: str
    handler_name: str
    handler: Endpoint
    subscription: Subscription
    schema: EventDeliverySchema
    retry_policy: RetryPolicy
    dead_letter: DeadLetter
    grants: GrantsMode
    dead_letter_grants: GrantsMode

    @property
    def name(self) -> str:
        """Its name in Azure."""
        return self.subscription.name or self.subscription.imported_name or self.key


def deliveries(
    workspaces: Mapping[str, Workspace],
    handlers: Mapping[str, Endpoint],
    subscriptions: Mapping[str, Subscription],
    defaults: Defaults,
) -> Iterator[Delivery]:
    """Every subscription of every workspace; what names nothing is passed over.

    Args:
        workspaces: The workspaces by key.
        handlers: The handlers by key.
        subscriptions: The subscriptions by key.
        defaults: What holds for all.
    """
    for key, subscription in subscriptions.items():
        for chosen in chosen_workspaces(subscription, list(workspaces)):
            names = handlers_for(subscription, chosen)
            handler = handlers.get(names[0]) if len(names) == 1 else None
            if handler is None:
                continue
            workspace = workspaces[chosen]
            yield Delivery(
                workspace=chosen,
                key=key,
                handler_name=names[0],
                handler=handler,
                subscription=subscription,
                schema=defaults.schema_of(subscription),
                retry_policy=defaults.retry_policy_of(subscription),
                dead_letter=defaults.dead_letter_of(workspace, subscription),
                grants=defaults.grants_of(workspace, handler),
                dead_letter_grants=defaults.grants_of(workspace),
            )


def chosen_workspaces(subscription: Subscription, workspaces: Sequence[str]) -> list[str]:
    """The workspaces that have a subscription, in the stack's order.

    Args:
        subscription: The subscription.
        workspaces: The keys of all workspaces.
    """
    patterns: Sequence[str] | None = subscription.workspaces
    if patterns is None and isinstance(subscription.to, Mapping):
        patterns = list(subscription.to)
    if patterns is None:
        return list(workspaces)
    return [name for name in workspaces if any(fnmatchcase(name, item) for item in patterns)]


def handlers_for(subscription: Subscription, workspace: str) -> list[str]:
    """The names of the handlers that a subscription gives for a workspace; exactly one where all is well."""
    if isinstance(subscription.to, str):
        return [subscription.to]
    if isinstance(subscription.to, Mapping):
        return [name for pattern, name in subscription.to.items() if fnmatchcase(workspace, pattern)]
    return []


def naming_mistakes(
    key: str, subscription: Subscription, workspaces: Sequence[str], handlers: Sequence[str]
) -> Iterator[Mistake]:
    """What a subscription names that is not there, and workspaces without exactly one handler.

    Args:
        key: The subscription's key.
        subscription: The subscription.
        workspaces: The keys of all workspaces, right or wrong.
        handlers: The keys of all handlers, right or wrong.

    Yields:
        Mistakes whose paths start at the stack.
    """
    at = ("subscriptions", key)
    for index, pattern in enumerate(subscription.workspaces or ()):
        if not any(fnmatchcase(name, pattern) for name in workspaces):
            yield Mistake((*at, "workspaces", index), _no_workspace(pattern, workspaces))
    named: Mapping[tuple[str, ...], str] = {}
    if isinstance(subscription.to, str):
        named = {(): subscription.to}
    elif isinstance(subscription.to, Mapping):
        named = {(pattern,): name for pattern, name in subscription.to.items()}
        for pattern in subscription.to:
            if not any(fnmatchcase(name, pattern) for name in workspaces):
                yield Mistake((*at, "handler", pattern), _no_workspace(pattern, workspaces))
    for steps, name in named.items():
        if name not in handlers:
            yield Mistake((*at, "handler", *steps), _no_handler(name, handlers))
    if isinstance(subscription.to, Mapping):
        for workspace in chosen_workspaces(subscription, workspaces):
            names = handlers_for(subscription, workspace)
            if len(names) != 1:
                got = " and ".join(map(show, names)) or "none"
                yield Mistake(
                    (*at, "handler"),
                    f"workspace {show(workspace)} needs exactly one handler; got {got}",
                )


def _no_workspace(pattern: str, workspaces: Sequence[str]) -> str:
    return _nothing("workspace", pattern, workspaces)


def _no_handler(name: str, handlers: Sequence[str]) -> str:
    return _nothing("handler", name, handlers)


def _nothing(kind: str, name: str, there: Sequence[str]) -> str:
    close = likely(name, there)
    if close:
        return f"there is no {kind} {show(name)}; did you mean '{close}'?"
    return f"there is no {kind} {show(name)}; there are: {choices(there) or 'none'}"
