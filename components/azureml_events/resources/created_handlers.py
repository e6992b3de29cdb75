"""Handlers that are created."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pulumi

from azureml_events.base.values import Deferred, Reference
from azureml_events.handlers.created import Creation
from azureml_events.handlers.endpoint import CreatableEndpoint, Endpoint
from azureml_events.resources.azure_native import declare, resource_class
from azureml_events.resources.existing import ENTITY, HOST, explain_existing
from azureml_events.resources.inputs import to_output
from azureml_events.resources.look_ups import name_in, resource_group_in, subscription_in
from azureml_events.resources.providers import ProviderOf
from azureml_events.resources.unique_names import unique_name


class CreatedHandlers(pulumi.ComponentResource):
    """The handlers that are created: namespaces and accounts without keys, and the entities in them.

    Handlers that give one new namespace or account the same name share it; it is protected where one of them is.

    Args:
        name: Its Pulumi name.
        handlers: The handlers by name; those that exist are passed over.
        locations: The regions of those that give none, by name.
        tags: Tags of the namespaces and accounts.
        subscription_id: Gives the Azure subscription that they are created in, which stands in the names that are
            derived.
        provider_of: The provider for the Azure subscription of an existing namespace or account.
        opts: Pulumi's options.

    Attributes:
        hosts: The namespaces and accounts that are created, by Pulumi name.
        entities: The event hubs, queues and topics that are created, by handler.
        endpoints: All these handlers by name, the created ones with their resource.
    """

    def __init__(
        self,
        name: str,
        handlers: Mapping[str, Endpoint],
        *,
        locations: Mapping[str, Reference | None],
        tags: dict[str, str],
        subscription_id: Callable[[], pulumi.Input[str]],
        provider_of: ProviderOf,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("azureml-events:index:CreatedHandlers", name, {}, opts)
        self._name = name
        self._tags = tags
        self._subscription_id = subscription_id
        self._provider_of = provider_of
        self._hooks: dict[str, pulumi.ResourceHookBinding] = {}
        self._filled: dict[object, tuple[Deferred, list[pulumi.Output[str]]]] = {}
        self._shared: dict[tuple[str, str, str], pulumi.CustomResource] = {}
        self.hosts: dict[str, pulumi.CustomResource] = {}
        self.entities: dict[str, pulumi.CustomResource] = {}
        self.endpoints: dict[str, Endpoint] = {}
        # Names of its own are not derived yet.
        creations = {key: each.creates.creation(key, "") for key, each in handlers.items() if each.creates}
        self._sharing: dict[tuple[str, str, str], dict[str, Creation]] = {}
        for key, creation in creations.items():
            self._sharing.setdefault(_shared_host(creation), {})[key] = creation
        for key, handler in handlers.items():
            self.endpoints[key] = handler
            if isinstance(handler, CreatableEndpoint) and key in creations:
                creation = creations[key]
                host_name = self._host_name(key, creation)
                resource_id = self._create(key, creation, host_name, locations.get(key))
                self.endpoints[key] = handler.at(resource_id, **creation.fields)
        self.register_outputs({"hosts": self.hosts, "entities": self.entities})

    def _host_name(self, key: str, creation: Creation) -> pulumi.Input[str]:
        """Give the name of a handler's host: the one that is written, or a unique one."""
        if creation.named_host or creation.host_id is not None:
            return creation.host.name
        return unique_name(
            lambda suffix: creation.create.creation(key, suffix).host.name,
            self._subscription_id(),
            creation.create.resource_group,
            pulumi.get_project(),
            pulumi.get_stack(),
            f"{self._name}/{key}",
        )

    def _create(self, key: str, creation: Creation, name: pulumi.Input[str], location: Reference | None) -> Deferred:
        protect, hooks = creation.create.protect or None, self._explained(ENTITY)
        opts = pulumi.ResourceOptions(parent=self, protect=protect, hooks=hooks)
        group: pulumi.Input[str]
        if creation.host_id is None:
            host = self._host(key, creation, name, location)
            group, host_name, host_id = creation.create.resource_group, _output(host, "name"), host.id
        else:
            host_id = to_output(creation.host_id, f"handlers.{key}.create")
            group, host_name = host_id.apply(resource_group_in), host_id.apply(name_in)
            if isinstance(creation.host_id, str):
                opts.provider = self._provider_of(subscription_in(creation.host_id))
        entity = declare(
            resource_class(creation.entity.token),
            f"{self._name}/{key}",
            {
                creation.entity.name_input: creation.entity.name,
                creation.host.name_input: host_name,
                "resourceGroupName": group,
                **creation.entity.inputs,
            },
            opts,
        )
        self.entities[key] = entity
        if creation.resource == "host":
            return self._host_of(entity, host_id if creation.host_id is None else creation.host_id, host_id)
        return Deferred(entity.id)

    def _host_of(self, entity: pulumi.CustomResource, key: object, host_id: pulumi.Output[str]) -> Deferred:
        """Give the id of the host that an entity lies in, known only once all entities in it are there.

        Handlers in one host share the value: their role is on the host, and Azure takes an assignment only once.
        """
        key = key.lower() if isinstance(key, str) else key
        if key not in self._filled:
            entities: list[pulumi.Output[str]] = []
            filled: pulumi.Output[str] = host_id.apply(
                lambda known: pulumi.Output.all(known, *entities).apply(lambda all_: all_[0]), run_with_unknowns=True
            )
            self._filled[key] = (Deferred(filled), entities)
        deferred, entities = self._filled[key]
        entities.append(entity.id)
        return deferred

    def _host(
        self, key: str, creation: Creation, host_name: pulumi.Input[str], location: Reference | None
    ) -> pulumi.CustomResource:
        if not creation.named_host:
            opts = pulumi.ResourceOptions(protect=creation.create.protect or None)
            return self._new_host(f"{self._name}/{key}", creation, host_name, location, opts)
        shared = _shared_host(creation)
        if shared not in self._shared:
            users = self._sharing[shared]
            # Whoever writes down the name that a host has had keeps the host.
            unnamed = [pulumi.Alias(name=f"{self._name}/{user}") for user in users]
            protect = any(each.create.protect for each in users.values())
            opts = pulumi.ResourceOptions(protect=protect or None, aliases=[*unnamed])
            name = "/".join((self._name, *shared[1:]))
            self._shared[shared] = self._new_host(name, creation, host_name, location, opts)
        return self._shared[shared]

    def _new_host(
        self,
        name: str,
        creation: Creation,
        host_name: pulumi.Input[str],
        location: Reference | None,
        opts: pulumi.ResourceOptions,
    ) -> pulumi.CustomResource:
        host = declare(
            resource_class(creation.host.token),
            name,
            {
                creation.host.name_input: host_name,
                "resourceGroupName": creation.create.resource_group,
                "location": creation.create.location or location,
                **creation.host.inputs,
                "tags": self._tags or None,
            },
            pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(parent=self, hooks=self._explained(HOST))),
        )
        self.hosts[f"{creation.host.token.split(':')[1]}/{name}"] = host
        return host

    def _explained(self, way_out: str) -> pulumi.ResourceHookBinding:
        """Give the hooks that say what to do where something exists; all that are made alike share them."""
        if way_out not in self._hooks:
            self._hooks[way_out] = pulumi.ResourceHookBinding(on_error=explain_existing(self._name, way_out))
        return self._hooks[way_out]


def _shared_host(creation: Creation) -> tuple[str, str, str]:
    """Return the values that tell a host which handlers name from others."""
    return creation.host.token, creation.create.resource_group.lower(), creation.host.name.lower()


def _output(resource: pulumi.CustomResource, name: str) -> pulumi.Output[Any]:
    output: pulumi.Output[Any] = getattr(resource, name)
    return output
