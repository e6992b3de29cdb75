"""A part of a recording: some resources and all that they need."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from azureml_events.offline.recording import Recording, Registration


def part_of(recording: Recording, wanted: Collection[str], others: Collection[str]) -> Recording:
    """Take the part of a recording that some of its resources are about.

    These with all that stands below them, what they need (parents, providers, dependencies), and what stands beside
    that and belongs to nobody else, as the rule that deletes what a store holds.

    Args:
        recording: The whole.
        wanted: URNs of resources.
        others: URNs of the resources that another part would be about.

    Returns:
        The part; of the messages, those about its resources or about none.
    """
    by_urn = {each.urn: each for each in recording.resources}
    kept = _needed(by_urn, wanted)
    foreign = _needed(by_urn, others) - kept
    for each in recording.resources:
        needs = _needs(each) & by_urn.keys()
        parent = by_urn.get(each.parent or "")
        if each.urn not in foreign and parent and parent.parent and needs <= kept:
            kept.add(each.urn)
    return replace(
        recording,
        resources=tuple(each for each in recording.resources if each.urn in kept),
        messages=tuple(each for each in recording.messages if each.urn is None or each.urn in kept),
    )


def below(resources: Iterable[Registration], roots: Collection[str]) -> set[str]:
    """Find the URNs of some resources and of all that stands below them.

    Args:
        resources: The resources of one program, each after its parent.
        roots: The URNs of the uppermost.
    """
    found = set(roots)
    for each in resources:
        if each.parent in found:
            found.add(each.urn)
    return found


def _needed(by_urn: Mapping[str, Registration], wanted: Collection[str]) -> set[str]:
    found = below(by_urn.values(), wanted)
    waiting = list(found)
    while waiting:
        for urn in _needs(by_urn[waiting.pop()]) - found:
            if urn in by_urn:
                found.add(urn)
                waiting.append(urn)
    return found


def _needs(each: Registration) -> set[str]:
    return {urn for urn in (each.parent, each.provider, *each.dependencies) if urn}
