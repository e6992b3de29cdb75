"""One of the two versions that are compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from azureml_events.policy.event_subscription import EVENT_SUBSCRIPTIONS
from azureml_events.policy.policy_file import Policy
from azureml_events.policy.resource import Resource, Resources
from azureml_events.review.judged import Judged
from azureml_events.routing.subscription import RoutedSubscription

Sealed = Mapping[str, Mapping[str, str]]
"""The cipher texts of a stack file by handler, each by its member's path in the handler."""


@dataclass(frozen=True)
class Version:
    """A version of an input.

    Attributes:
        subscriptions: Its event subscriptions.
        judged: Its resources; None where they are not known.
        policy: How it uses the policy rules.
        sealed: Its encrypted values; default none.
    """

    subscriptions: Sequence[RoutedSubscription]
    judged: Judged | None
    policy: Policy
    sealed: Sealed = field(default_factory=dict)

    @property
    def resources(self) -> Resources:
        """Its resources; none where they are not known."""
        return self.judged.resources if self.judged else Resources(())

    def by_subscription(self) -> Iterator[tuple[RoutedSubscription, Resource | None]]:
        """Yield each subscription with the resource that it is; None for one that is not declared."""
        by_name = {each.name: each for each in self.resources.of_type(*EVENT_SUBSCRIPTIONS)}
        for each in self.subscriptions:
            names = self.judged.names(each.path) if self.judged else ()
            own = each.full_name
            name = own if own in names or len(names) != 1 else names[0]
            yield each, by_name.get(name)


def workspace_key(subscription: RoutedSubscription) -> str:
    """Return what tells a workspace from others: its ARM id, ignoring case, else its name.

    Args:
        subscription: A subscription of it.
    """
    return (subscription.workspace_id or subscription.workspace).lower()


def renamed_workspaces(before: Version, after: Version) -> Mapping[str, str]:
    """Return the keys of workspaces in what is reviewed by those that they have in the base, where these differ.

    Args:
        before: The base.
        after: What is reviewed.
    """
    new = {workspace_key(each): each.workspace for each in after.subscriptions}
    names = {each.workspace: new.get(workspace_key(each), each.workspace) for each in before.subscriptions}
    return {old: name for old, name in names.items() if old != name}


def renamed(name: str, workspaces: Mapping[str, str]) -> str:
    """Return the name that a resource of a workspace's has in what is reviewed: it begins with the workspace's key.

    Args:
        name: Its name in the base.
        workspaces: The renamed workspaces.
    """
    first, slash, rest = name.partition("/")
    return f"{workspaces.get(first, first)}{slash}{rest}"
