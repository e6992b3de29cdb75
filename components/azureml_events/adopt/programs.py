"""What a state or preview of Pulumi's says beside its system topics and event subscriptions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from azureml_events.base.names import COMPONENT
from azureml_events.documents.found import FoundSubscription, FoundTopic
from azureml_events.documents.pulumi_resources import PulumiResource, pulumi_resources
from azureml_events.documents.unresolved import text_in
from azureml_events.documents.values import member_at

_ROLE_ASSIGNMENT = "azure-native:authorization:RoleAssignment"
_STORE = "azureml-events:index:DeadLetterStore$"


def is_ours(found: FoundTopic | FoundSubscription) -> bool:
    """Tell whether our own component declares a thing already.

    Args:
        found: A system topic or an event subscription.
    """
    return found.urn is not None and f"{COMPONENT}$" in found.urn


def pulumi_name(found: FoundTopic | FoundSubscription) -> str:
    """Give the Pulumi name in a thing's URN; empty without one.

    Args:
        found: A system topic or an event subscription.
    """
    return (found.urn or "").rpartition("::")[2]


@dataclass
class Programs:
    """What is known of the programs whose states or previews are among the documents.

    Attributes:
        others: How many resources of Azure they make beside Event Grid's and our own roles, which are made again.
        principals: The principals of user-assigned identities by name, as our own role assignments have them.
        assumed: The scopes, in lower case, of roles that somebody else assigns, as our own outputs list them.
        made: The URNs of what event subscriptions wait for and the same program makes, by the subscriptions' URNs; not
            our own roles.
        pending: What an interrupted deployment left unfinished: the Pulumi name of each resource, and what was done.
    """

    others: int = 0
    principals: dict[str, str] = field(default_factory=dict)
    assumed: set[str] = field(default_factory=set)
    made: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    pending: list[tuple[str, str]] = field(default_factory=list)

    def add(self, value: Mapping[str, Any], found: Iterable[FoundSubscription]) -> list[FoundSubscription]:
        """Take in a state or preview.

        Args:
            value: The document.
            found: Its event subscriptions.

        Returns:
            These, our own with the workspace of their component, whose topic may only be looked up.
        """
        resources = list(pulumi_resources(value))
        self._add_roles(resources, value.get("outputs"))
        others = [each.urn for each in resources if _is_other(each)]
        makes = set(others)
        self.others += len(others)
        for each in resources:
            for urns in each.dependencies.values():
                self.made[each.urn] |= makes.intersection(urns)
        self._add_pending(value)
        inputs = {each.name: each.inputs for each in resources if each.type == COMPONENT}
        ids = {name: text_in(members.get("workspaceId")) for name, members in inputs.items()}
        return [
            replace(each, source=ids.get(pulumi_name(each).partition("/")[0]) or each.source) if is_ours(each) else each
            for each in found
        ]

    def made_for(self, found: FoundSubscription, *, with_store: bool) -> list[str]:
        """List the Pulumi names of what the program of an event subscription makes for it.

        Args:
            found: The event subscription.
            with_store: Whether the store that we create for dead letters counts.
        """
        urns = self.made.get(found.urn or "", ())
        return [urn.rpartition("::")[2] for urn in urns if with_store or _STORE not in urn]

    def _add_roles(self, resources: Sequence[PulumiResource], outputs: Any) -> None:
        """Note who holds which role: our own are named `<identity>/<role>/<place>`, others are `prerequisites`."""
        scopes = set()
        for each in resources:
            if each.type == _ROLE_ASSIGNMENT:
                scopes.add(str(each.inputs.get("scope")).lower())
                principal = each.inputs.get("principalId")
                if isinstance(principal, str):
                    self.principals[each.name.partition("/")[0]] = principal
        stacks = (each.outputs for each in resources if each.type == "pulumi:pulumi:Stack")
        lists = (member_at(members, ("prerequisites",)) for members in (outputs, *stacks))
        wanted = (member_at(each, ("scope",)) for listed in lists if isinstance(listed, list) for each in listed)
        self.assumed |= {each.lower() for each in wanted if isinstance(each, str)} - scopes

    def _add_pending(self, value: Mapping[str, Any]) -> None:
        pending = member_at(value, ("deployment", "pending_operations"))
        for each in pending if isinstance(pending, list) else ():
            urn, doing = member_at(each, ("resource", "urn")), member_at(each, ("type",))
            self.pending.append((str(urn).rpartition("::")[2], str(doing)))


def _is_other(resource: PulumiResource) -> bool:
    """Tell whether the program makes it in Azure, and it is neither Event Grid's nor a role of our own."""
    if resource.external or (resource.type == _ROLE_ASSIGNMENT and "azureml-events:" in resource.urn):
        return False
    return resource.type.startswith("azure-native:") and ":eventgrid" not in resource.type
