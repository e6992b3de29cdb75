"""The networks of stores and namespaces: closed or open, and whether Event Grid may pass.

Where a member is absent: the public endpoint is enabled, a storage account's networks are allowed, and trusted services
pass its rules (azure-native's defaults and descriptions of `StorageAccount`, `NetworkRuleSet`, `Namespace` and
`NamespaceNetworkRuleSet`). UNVERIFIED: that a namespace's rule set without `defaultAction` allows, and that one without
`trustedServiceAccessEnabled` keeps trusted services out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from azureml_events.base.mistakes import MemberPath
from azureml_events.policy.places import Places
from azureml_events.policy.reading import UndecidedError, read, read_text, text_of
from azureml_events.policy.resource import Resource, Resources
from azureml_events.policy.resource_types import (
    EVENT_HUB_NAMESPACE,
    SERVICE_BUS_NAMESPACE,
    STORAGE_ACCOUNT,
    is_below,
    tail_of,
)

HOSTS = (STORAGE_ACCOUNT, EVENT_HUB_NAMESPACE, SERVICE_BUS_NAMESPACE)
"""The stores and namespaces whose networks can be closed."""

_RULE_SETS = {
    EVENT_HUB_NAMESPACE: "eventhub:NamespaceNetworkRuleSet",
    SERVICE_BUS_NAMESPACE: "servicebus:NamespaceNetworkRuleSet",
}


@dataclass(frozen=True)
class Firewall:
    """The network of a store or namespace.

    Attributes:
        member: The member that closes it.
        is_private: Whether the public endpoint is disabled.
        denies: Whether networks that no rule names are denied.
        trusts: Whether Azure's trusted services pass.
    """

    member: MemberPath
    is_private: bool
    denies: bool
    trusts: bool


def firewalls_of(resources: Resources, host: Resource) -> Iterator[Firewall]:
    """Yield what closes or opens the network of a store or namespace: its own members, and its network rule set.

    Args:
        resources: All resources.
        host: The storage account or namespace.

    Raises:
        UndecidedError: A member that says it is not known.
    """
    private = _is_private(host)
    if host.type == STORAGE_ACCOUNT:
        denies = read_text(host, "networkRuleSet", "defaultAction") == "Deny"
        bypass = read_text(host, "networkRuleSet", "bypass") if denies else None
        trusts = bypass is None or "azureservices" in bypass.lower()
        member = ("publicNetworkAccess",) if private else ("networkRuleSet",)
        yield Firewall(member, private, denies, trusts)
        return
    yield Firewall(("publicNetworkAccess",), private, denies=False, trusts=False)
    for rules in _rule_sets(resources, host):
        try:
            yield Firewall(
                ("publicNetworkAccess",),
                _is_private(rules),
                denies=read_text(rules, "defaultAction") == "Deny",
                trusts=read(rules, "trustedServiceAccessEnabled") is True,
            )
        except UndecidedError as error:
            raise UndecidedError((rules.name, *error.member)) from None


def _is_private(resource: Resource) -> bool:
    """Tell whether the public endpoint is disabled; what a network security perimeter lets in stands elsewhere."""
    access = read_text(resource, "publicNetworkAccess")
    if access == "SecuredByPerimeter":
        raise UndecidedError(("publicNetworkAccess",))
    return access == "Disabled"


def lies_in(resources: Resources, resource: Resource, member: str, host: Resource) -> bool:
    """Tell whether a resource belongs to a store or namespace, by its source or its name.

    Args:
        resources: All resources.
        resource: The resource.
        member: Its member that names the host.
        host: The storage account or namespace.
    """
    if any(each is host for each in resources.sources_of(resource, member)):
        return True
    tail, id_ = resources.derived(Places).tail(host), resource.known_id
    if tail is not None and id_ is not None:
        return is_below(tail_of(id_), tail)
    name, group = text_of(resource, member), text_of(resource, "resourceGroupName")
    own_name, own_group = text_of(host, member), text_of(host, "resourceGroupName")
    if name is None or own_name is None or name.lower() != own_name.lower():
        return False
    return group is None or own_group is None or group.lower() == own_group.lower()


def _rule_sets(resources: Resources, host: Resource) -> Iterator[Resource]:
    for each in resources.of_type(_RULE_SETS[host.type]):
        if lies_in(resources, each, "namespaceName", host):
            yield each
