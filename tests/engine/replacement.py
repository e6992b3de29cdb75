"""The resources that go along when one is deleted, and their order."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from azureml_events.offline.recording import Registration, in_dependency_order
from azureml_events.offline.wire import UNKNOWN
from engine.options import request_of
from engine.provider import Provider
from engine.state import ResourceState


def deletion_order(states: Iterable[ResourceState]) -> list[ResourceState]:
    """Resources so that each comes before its parent and before what it depends on.

    Args:
        states: Resources of different URNs.
    """
    by_urn = {state.registration.urn: state for state in states}
    order = in_dependency_order(state.registration for state in by_urn.values())
    return [by_urn[each.urn] for each in reversed(order)]


def replaced_with(replaced: ResourceState, others: Sequence[ResourceState], provider: Provider) -> list[ResourceState]:
    """The resources that must be deleted before another one that is replaced, in this order.

    As the real engine does it: the inputs that come from the replaced resource become unknown; where the provider says
    that this means a replacement, the dependent is replaced too, and so on.

    Args:
        replaced: The resource that is replaced.
        others: The resources that may depend on it.
        provider: Says which inputs cannot change in place.
    """
    gone = {replaced.registration.urn}
    by_urn = {state.registration.urn: state for state in others}
    for each in in_dependency_order(state.registration for state in others):
        state = by_urn[each.urn]
        if each.custom and not gone.isdisjoint(each.dependencies) and provider.diff(state, _without(each, gone)):
            gone.add(each.urn)
    return deletion_order(state for state in others if state.registration.urn in gone)


def _without(registration: Registration, gone: set[str]) -> Registration:
    """A registration whose inputs from resources that are gone are unknown."""
    sources = request_of(registration).propertyDependencies
    inputs = {
        name: UNKNOWN if name in sources and not gone.isdisjoint(sources[name].urns) else value
        for name, value in registration.inputs.items()
    }
    return dataclasses.replace(registration, inputs=inputs)
