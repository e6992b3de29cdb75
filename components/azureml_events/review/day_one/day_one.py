"""What must be there before the first `pulumi up`: providers, rights, prerequisites, and the limits that it meets."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from azureml_events.handlers.storage import DEAD_LETTER_ROLE as BLOB_CONTRIBUTOR
from azureml_events.policy.event_subscription import EVENT_SUBSCRIPTIONS, SYSTEM_TOPIC
from azureml_events.policy.grants import ACCESS_ADMINISTRATOR, Grant, grants_of, listed_prerequisites
from azureml_events.policy.reading import text_of, value_of
from azureml_events.policy.receivers import all_targets, targets_of
from azureml_events.policy.resource import LookUp, Resource, Resources
from azureml_events.policy.resource_types import written_type_in
from azureml_events.review.day_one import built_in_roles as needed
from azureml_events.review.day_one.condition import assignment_condition
from azureml_events.review.day_one.limits import Limit, limits_of
from azureml_events.review.day_one.pulumi_storage import PulumiStorage

UNKNOWN = "<unknown>"

_DIAGNOSTIC_SETTING = "monitor:DiagnosticSetting"

_GROUP = re.compile(r"/subscriptions/[^/]+/resourceGroups/[^/]+", re.IGNORECASE)


@dataclass(frozen=True)
class DeployerRole:
    """A role that whoever deploys needs.

    Attributes:
        scope: The ARM id that it is needed on, `<unknown>` in it for what is not known.
        role: The built-in role; None where only a custom role holds the actions without access to data.
        actions: The actions that are needed, sorted.
        condition: The condition that limits it to what is declared; None for none.
        why: What needs it.
    """

    scope: str
    role: str | None
    actions: tuple[str, ...]
    condition: str | None
    why: tuple[str, ...]


@dataclass(frozen=True)
class DataRole:
    """A role on data that Pulumi itself needs.

    Attributes:
        scope: What it is needed on.
        role: The built-in role.
        why: What needs it.
    """

    scope: str
    role: str
    why: str


@dataclass(frozen=True)
class AppRole:
    """An app role of an Entra application that receives events.

    Attributes:
        application: The application, as the webhook names it.
        tenant: Its tenant.
        role: The app role; both the deployer and Event Grid's own application need it.
        why: The subscriptions that deliver there.
    """

    application: str
    tenant: str
    role: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class OutsideRight:
    """What somebody else must grant outside Azure, where no role reaches.

    Attributes:
        needed: What it is, in words.
        identities: The identities that need it, by their names.
    """

    needed: str
    identities: tuple[str, ...]


@dataclass(frozen=True)
class DayOne:
    """What must be there before the first `pulumi up`.

    Attributes:
        providers: The resource providers that must be registered in each Azure subscription that is used.
        roles: The deployer's roles.
        data_roles: Its roles on Pulumi's state and key.
        app_roles: App roles for delivery that Entra protects.
        prerequisites: The role assignments that somebody else makes.
        outside: What somebody else grants outside Azure.
        limits: Azure's limits, each with how much of it is used.
    """

    providers: tuple[str, ...]
    roles: tuple[DeployerRole, ...]
    data_roles: tuple[DataRole, ...]
    app_roles: tuple[AppRole, ...]
    prerequisites: tuple[Grant, ...]
    outside: tuple[OutsideRight, ...]
    limits: tuple[Limit, ...]


def day_one_of(resources: Resources, storage: PulumiStorage) -> DayOne:
    """Work out what must be there before the first `pulumi up`.

    Args:
        resources: What is declared.
        storage: Where Pulumi keeps the state and the key.
    """
    rights = _Rights()
    for each in resources.all:
        _deploying(resources, each, rights)
    for each in resources.of_type(SYSTEM_TOPIC):
        _owning(each, rights)
    for each in resources.of_type(*EVENT_SUBSCRIPTIONS):
        _subscribing(each, rights)
    _granting(resources, rights)
    for look_up in resources.look_ups:
        _looking_up(look_up, rights)
    return DayOne(
        providers=tuple(sorted(_providers(resources))),
        roles=rights.roles(),
        data_roles=tuple(_data_roles(storage)),
        app_roles=tuple(_app_roles(resources)),
        prerequisites=tuple(each for each in grants_of(resources).rows() if each.status == "assumed"),
        outside=tuple(_outside(resources)),
        limits=tuple(limits_of(resources)),
    )


class _Rights:
    """Collects what is needed on each scope, a role for each."""

    def __init__(self) -> None:
        self._actions: defaultdict[tuple[str, str | None], dict[str, None]] = defaultdict(dict)
        self._why: defaultdict[tuple[str, str | None], dict[str, None]] = defaultdict(dict)
        self._assigned: defaultdict[tuple[str, str | None], set[str]] = defaultdict(set)
        self._spelling: dict[str, str] = {}

    def need(self, scope: str, role: str | None, actions: Iterable[str], why: str, assigned: str | None = None) -> None:
        key = (self._spelling.setdefault(scope.lower(), scope), role)
        self._actions[key].update(dict.fromkeys(actions))
        self._why[key][why] = None
        if assigned is not None:
            self._assigned[key].add(assigned)

    def roles(self) -> tuple[DeployerRole, ...]:
        return tuple(
            DeployerRole(
                scope=scope,
                role=role,
                actions=tuple(sorted(self._actions[scope, role])),
                condition=assignment_condition(self._assigned[scope, role]) if self._assigned[scope, role] else None,
                why=tuple(self._why[scope, role]),
            )
            for scope, role in sorted(self._actions, key=lambda key: (key[0].lower(), key[1] or ""))
        )


def _group(resource: Resource) -> str:
    """Return the resource group that a resource lies in, as an ARM id."""
    known = _GROUP.match(resource.id or "")
    if known is not None:
        return known[0]
    group = text_of(resource, "resourceGroupName") or UNKNOWN
    return f"/subscriptions/{resource.azure_subscription or UNKNOWN}/resourceGroups/{group}"


def _scope(resources: Resources, resource: Resource, member: str, hosts: Sequence[Resource] = ()) -> str:
    """Return the ARM id that a member holds; while it is not known, the group of what it comes from.

    Args:
        resources: What is declared.
        resource: The resource that has the member.
        member: Its name.
        hosts: What it is known to come from; default what its value comes from.
    """
    written = text_of(resource, member)
    if written is not None:
        return written
    hosts = hosts or resources.sources_of(resource, member) or _subscriptions_beside(resources, resource)
    return _group(hosts[0]) if hosts else UNKNOWN


def _subscriptions_beside(resources: Resources, setting: Resource) -> list[Resource]:
    """Return the event subscriptions of the topic that a diagnostic setting is of: they lie in its group."""
    if setting.type != _DIAGNOSTIC_SETTING:
        return []
    owner = setting.name.rpartition("/")[0]
    return [each for each in resources.of_type(*EVENT_SUBSCRIPTIONS) if each.name.rpartition("/")[0] == owner]


def _deploying(resources: Resources, resource: Resource, rights: _Rights) -> None:
    row = needed.DEPLOYED.get(resource.type)
    if row is None:
        return
    watched = resource.type == _DIAGNOSTIC_SETTING
    scope = _scope(resources, resource, "resourceUri") if watched else _group(resource)
    rights.need(scope, row.role.name if row.role else None, row.actions, f"deploys {resource.name}")
    log_workspace = text_of(resource, "workspaceId")
    if watched and log_workspace is not None:
        role = needed.MONITORING_CONTRIBUTOR.name
        rights.need(log_workspace, role, needed.LOG_WORKSPACE_ACTIONS, f"links it to {resource.name}")
    actions = value_of(resource, "actions")
    for each in actions if resource.type == "monitor:MetricAlert" and isinstance(actions, list) else ():
        action_group = each.get("actionGroupId") if isinstance(each, dict) else None
        if isinstance(action_group, str):
            rights.need(action_group, needed.READER.name, needed.ACTION_GROUP_ACTIONS, f"named by {resource.name}")


def _owning(topic: Resource, rights: _Rights) -> None:
    """Need what declaring a topic needs on its source, and on the identities that it is given."""
    source = text_of(topic, "source")
    if source is not None:
        rights.need(source, needed.READER.name, needed.WORKSPACE_ACTIONS, f"source of {topic.name}")
    given = value_of(topic, "identity", "userAssignedIdentities")
    for each in given if isinstance(given, (dict, list)) else ():
        if isinstance(each, str):
            rights.need(each, needed.IDENTITY_OPERATOR.name, needed.IDENTITY_ACTIONS, f"identity of {topic.name}")


def _subscribing(subscription: Resource, rights: _Rights) -> None:
    """Need write access to what a subscription delivers to: Event Grid refuses a caller who has none."""
    for target in targets_of(subscription):
        id_ = text_of(subscription, *target.path, "resourceId") or ""
        type_ = written_type_in(id_)
        if type_:
            why = f"{'dead letters' if target.dead_letters else 'destination'} of {subscription.name}"
            rights.need(id_, None, (f"{type_}/write",), why)


def _granting(resources: Resources, rights: _Rights) -> None:
    grants = grants_of(resources)
    for each in grants.assignments:
        rights.need(
            _scope(resources, each.resource, "scope", each.scope.resources),
            ACCESS_ADMINISTRATOR.name,
            needed.ASSIGNMENT_ACTIONS,
            f"assigns {each.role_name}",
            assigned=each.role,
        )


def _looking_up(look_up: LookUp, rights: _Rights) -> None:
    row = needed.LOOKED_UP.get(look_up.function)
    if row is None:
        return
    group, *names = (_known(look_up.arguments.get(each)) for each in ("resourceGroupName", *row.names))
    provider, *types = row.arm_type.split("/")
    path = "/".join(part for pair in zip(types, names, strict=True) for part in pair)
    scope = f"/subscriptions/{look_up.azure_subscription or UNKNOWN}/resourceGroups/{group}/providers/{provider}/{path}"
    rights.need(scope, row.role.name, (f"{row.arm_type}/{row.action}",), f"looks up {names[-1]}")


def _known(value: object) -> str:
    return value if isinstance(value, str) else UNKNOWN


def _outside(resources: Resources) -> Iterator[OutsideRight]:
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for each in listed_prerequisites(resources):
        if isinstance(words := each.get("needed"), str):
            found[words][_known(each.get("identity"))] = None
    yield from (OutsideRight(words, tuple(identities)) for words, identities in found.items())


def _providers(resources: Resources) -> set[str]:
    return {row.provider for each in resources.all if (row := needed.DEPLOYED.get(each.type)) is not None}


def _data_roles(storage: PulumiStorage) -> Iterator[DataRole]:
    backend, key = storage.backend, storage.secrets_provider
    if backend is None or backend.startswith("azblob://"):
        container = backend.partition("?")[0] if backend else "the container of the state, where it is in Azure"
        yield DataRole(container, BLOB_CONTRIBUTOR.name, "reads and writes Pulumi's state")
    if key is not None and key.startswith("azurekeyvault://"):
        yield DataRole(key.partition("?")[0], needed.CRYPTO_USER.name, "encrypts and decrypts the stack's secrets")


def _app_roles(resources: Resources) -> Iterator[AppRole]:
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for target in all_targets(resources):
        each, path = target.subscription, target.path
        if value_of(each, *path, "azureActiveDirectoryApplicationIdOrUri") is not None:
            application = text_of(each, *path, "azureActiveDirectoryApplicationIdOrUri") or UNKNOWN
            tenant = text_of(each, *path, "azureActiveDirectoryTenantId") or UNKNOWN
            found[application, tenant].append(each.name)
    for (application, tenant), names in sorted(found.items()):
        yield AppRole(application, tenant, needed.SUBSCRIBER_APP_ROLE, tuple(names))
