"""Handlers that are created."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import pulumi

from azureml_events.declarations.deferred import Deferred
from azureml_events.declarations.reference import ArmId, parse_arm_id
from azureml_events.endpoints.creation import Creation
from azureml_events.endpoints.endpoint import Endpoint
from azureml_events.resources.azure_native import declare, resource_class
from azureml_events.resources.inputs import to_output
from azureml_events.resources.version_aliases import without_version_aliases

ProviderOf = Callable[[str], pulumi.ProviderResource | None]
"""The provider for an Azure subscription; None for the one that is there anyway."""


class CreatedHandlers(pulumi.ComponentResource):
    """The handlers that are created: namespaces and accounts without keys, and the entities in them.

    Handlers that give one new namespace or account the same name share it.

    Args:
        name: Its Pulumi name.
        handlers: The handlers by name; those that exist are passed over.
        locations: The regions of those that give none, by name.
        tags: Tags of the namespaces and accounts.
        provider_of: The provider for the Azure subscription of an existing namespace or account.
        keep_version_aliases: Whether its children keep azure-native's aliases of older API versions.
        opts: Pulumi's options.

    Attributes:
        hosts: The namespaces and accounts that are created, by Pulumi name.
        entities: The event hubs, queues and topics that are created, by handler.
        endpoints: All handlers by name, the created ones with their resource.
    """

    def __init__(
        self,
        name: str,
        handlers: Mapping[str, Endpoint],
        *,
        locations: Mapping[str, str | Deferred | None],
        tags: dict[str, str],
        provider_of: ProviderOf = lambda _: None,
        keep_version_aliases: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "azureml-events:index:CreatedHandlers",
            name,
            {},
            without_version_aliases(opts, keep=keep_version_aliases),
        )
        self._name = name
        self._tags = tags
        self._provider_of = provider_of
        self.hosts: dict[str, pulumi.CustomResource] = {}
        self.entities: dict[str, pulumi.CustomResource] = {}
        self.endpoints: dict[str, Endpoint] = {}
        for key, handler in handlers.items():
            creation = handler.creation(key, _suffix(key))
            self.endpoints[key] = (
                handler.at(self._create(key, creation, locations.get(key)), **creation.fields) if creation else handler
            )
        self.register_outputs({})

    def _create(self, key: str, creation: Creation, location: str | Deferred | None) -> Deferred:
        opts = pulumi.ResourceOptions(parent=self)
        if creation.host_id is None:
            host = self._host(key, creation, location)
            group: pulumi.Input[str] = creation.create.resource_group
            host_name, host_id = _output(host, "name"), host.id
        else:
            existing = to_output(creation.host_id)
            group = existing.apply(lambda known: _parts(known).resource_group)
            host_name, host_id = existing.apply(lambda known: _parts(known).name), existing
            if isinstance(creation.host_id, str):
                opts.provider = self._provider_of(_parts(creation.host_id).subscription_id)
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
            return Deferred(pulumi.Output.all(host_id, entity.id).apply(lambda known: known[0]))
        return Deferred(entity.id)

    def _host(self, key: str, creation: Creation, location: str | Deferred | None) -> pulumi.CustomResource:
        shared = f"{creation.create.resource_group.lower()}/{creation.host.name.lower()}"
        name = f"{self._name}/{shared if creation.named_host else key}"
        if name not in self.hosts:
            self.hosts[name] = declare(
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
        return self.hosts[name]


def _suffix(key: str) -> str:
    return sha256("/".join((pulumi.get_project(), pulumi.get_stack(), key)).encode()).hexdigest()


def _parts(host_id: str) -> ArmId:
    provider_type = "/".join(host_id.split("/")[6:8])
    return parse_arm_id(host_id, provider_type)


def _output(resource: pulumi.CustomResource, name: str) -> pulumi.Output[Any]:
    output: pulumi.Output[Any] = getattr(resource, name)
    return output
