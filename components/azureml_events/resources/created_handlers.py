"""Handlers that are created."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pulumi

from azureml_events.base.values import Deferred, Reference
from azureml_events.handlers.created import Creation
from azureml_events.handlers.endpoint import CreatableEndpoint, Endpoint
from azureml_events.resources.azure_native import declare, resource_class
from azureml_events.resources.inputs import to_output
from azureml_events.resources.providers import ProviderOf


class CreatedHandlers(pulumi.ComponentResource):
    """The handlers that are created: namespaces and accounts without keys, and the entities in them.

    Handlers that give one new namespace or account the same name share it.

    Args:
        name: Its Pulumi name.
        handlers: The handlers by name; those that exist are passed over.
        locations: The regions of those that give none, by name.
        tags: Tags of the namespaces and accounts.
        provider_of: The provider for the Azure subscription of an existing namespace or account; default the one that
            is there anyway.
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
        provider_of: ProviderOf = lambda _: None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("azureml-events:index:CreatedHandlers", name, {}, opts)
        self._name = name
        self._tags = tags
        self._provider_of = provider_of
        self._shared: dict[tuple[str, str, str], pulumi.CustomResource] = {}
        self.hosts: dict[str, pulumi.CustomResource] = {}
        self.entities: dict[str, pulumi.CustomResource] = {}
        self.endpoints: dict[str, Endpoint] = {}
        for key, handler in handlers.items():
            self.endpoints[key] = handler
            if isinstance(handler, CreatableEndpoint) and (creation := handler.creation(key, _suffix(key))):
                resource_id = self._create(key, creation, locations.get(key))
                self.endpoints[key] = handler.at(resource_id, **creation.fields)
        self.register_outputs({"hosts": self.hosts, "entities": self.entities})

    def _create(self, key: str, creation: Creation, location: Reference | None) -> Deferred:
        opts = pulumi.ResourceOptions(parent=self)
        group: pulumi.Input[str]
        if creation.host_id is None:
            host = self._host(key, creation, location)
            group, host_name, host_id = creation.create.resource_group, _output(host, "name"), host.id
        else:
            host_id = to_output(creation.host_id, f"handlers.{key}.create")
            group, host_name = host_id.apply(_resource_group), host_id.apply(_name)
            if isinstance(creation.host_id, str):
                opts.provider = self._provider_of(_subscription_id(creation.host_id))
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
        if creation.resource == "host":  # its id, known only once the entity in it is there
            return Deferred(pulumi.Output.all(host_id, entity.id).apply(lambda known: known[0]))
        return Deferred(entity.id)

    def _host(self, key: str, creation: Creation, location: Reference | None) -> pulumi.CustomResource:
        if not creation.named_host:
            return self._new_host(f"{self._name}/{key}", creation, location)
        group, host_name = creation.create.resource_group.lower(), creation.host.name.lower()
        shared = (creation.host.token, group, host_name)
        if shared not in self._shared:
            self._shared[shared] = self._new_host(f"{self._name}/{group}/{host_name}", creation, location)
        return self._shared[shared]

    def _new_host(self, name: str, creation: Creation, location: Reference | None) -> pulumi.CustomResource:
        host = declare(
            resource_class(creation.host.token),
            name,
            {
                creation.host.name_input: creation.host.name,
                "resourceGroupName": creation.create.resource_group,
                "location": creation.create.location or location,
                **creation.host.inputs,
                "tags": self._tags or None,
            },
            pulumi.ResourceOptions(parent=self),
        )
        self.hosts[f"{creation.host.token.split(':')[1]}/{name}"] = host
        return host


def _suffix(key: str) -> str:
    return sha256(f"{pulumi.get_project()}/{pulumi.get_stack()}/{key}".encode()).hexdigest()


def _subscription_id(host_id: str) -> str:
    return host_id.split("/")[2]


def _resource_group(host_id: str) -> str:
    return host_id.split("/")[4]


def _name(host_id: str) -> str:
    return host_id.rpartition("/")[2]


def _output(resource: pulumi.CustomResource, name: str) -> pulumi.Output[Any]:
    output: pulumi.Output[Any] = getattr(resource, name)
    return output
