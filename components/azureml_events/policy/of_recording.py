"""The resources of a program that was run offline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azureml_events.documents.pulumi_resources import text_on_the_wire
from azureml_events.documents.unresolved import UNKNOWN
from azureml_events.documents.values import paths_where
from azureml_events.offline.client_config import as_shown
from azureml_events.offline.recording import Recording, Registration, in_dependency_order
from azureml_events.offline.wire import Asset, ResourceReference, Secret, Unknown
from azureml_events.policy.resource import STACK, LookUp, Resource, Resources, type_without_version


def resources_of_recording(recording: Recording, azure_subscription: str | None = None) -> Resources:
    """Return the resources that a program registers.

    Args:
        recording: The program's run.
        azure_subscription: The Azure subscription of the default provider; default unknown.
    """
    registered = in_dependency_order(recording.resources)
    of_provider = {each.urn: _plain(each.inputs.get("subscriptionId")) for each in registered}

    def subscription_of(provider: str | None) -> str | None:
        known = of_provider.get(provider or "") or azure_subscription
        return known if isinstance(known, str) else None

    return Resources(
        (
            _resource(each, type_, subscription_of(each.provider), recording.outputs)
            for each in registered
            if (type_ := type_without_version(each.type)) is not None
        ),
        look_ups=(
            LookUp(function, _plain(each.args), subscription_of(each.provider))
            for each in recording.invokes
            if (function := type_without_version(each.token)) is not None
        ),
    )


def _resource(
    registration: Registration, type_: str, azure_subscription: str | None, stack_outputs: Mapping[str, Any]
) -> Resource:
    request, source = registration.request, registration.source
    named = request.propertyDependencies if request else {}
    return Resource(
        name=registration.name,
        type=type_,
        inputs={name: _plain(value) for name, value in registration.inputs.items()},
        urn=registration.urn,
        outputs=_plain(stack_outputs) if type_ == STACK else {},
        id=registration.import_id or registration.read_id,
        sources={member: tuple(sorted(each.urns)) for member, each in named.items()},
        secrets=frozenset(paths_where(registration.inputs, lambda each: isinstance(each, Secret))),
        protect=registration.protect,
        azure_subscription=azure_subscription,
        source=(source.file, source.line) if source else None,
    )


def _plain(value: Any) -> Any:  # noqa: PLR0911 - a case for each kind
    match value:
        case Unknown() | Asset():
            return UNKNOWN
        case Secret():
            return _plain(value.value)
        case ResourceReference():
            return value.id or UNKNOWN
        case Mapping():
            return {name: _plain(member) for name, member in value.items()}
        case list():
            return [_plain(element) for element in value]
        case str():
            return text_on_the_wire(as_shown(value))
        case _:
            return value
