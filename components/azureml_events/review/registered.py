"""The event subscriptions that a Pulumi program registers, as the input of a command."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from azureml_events.base.mistakes import MemberPath, Mistake
from azureml_events.documents.document import Document, read_document
from azureml_events.documents.found import Note
from azureml_events.offline.preview_json import preview_json
from azureml_events.offline.recording import in_dependency_order
from azureml_events.resources.findings import leaving_findings
from azureml_events.review.program import Program
from azureml_events.routing.subscription import RoutedSubscription

_COMPONENT = "azureml-events:index:WorkspaceEvents"


def read_program(program: Program) -> Document:
    """Read the event subscriptions that a program registers; findings in them do not stop it.

    Args:
        program: The program.

    Returns:
        The subscriptions, mistakes and notes, with paths that begin at a resource's Pulumi name.

    Raises:
        ProgramError: It did not run to its end.
    """
    with leaving_findings() as declared:
        recording = program.run()
    document = read_document(preview_json(recording))
    resources = in_dependency_order(recording.resources)
    urns = {each.urn: each.type for each in resources}
    ours = {each.name for each in resources if urns.get(each.parent or "") == _COMPONENT}
    written = {f"{each.workspace}/{each.name}": each for each in declared}
    names = [each.name for each in resources]
    return Document(
        tuple(_as_written(_named(each, names), ours, written) for each in document.subscriptions),
        tuple(Mistake(_at(each.path, names), each.message) for each in document.mistakes),
        tuple(Note(_at(each.path, names), each.text) for each in document.notes),
    )


def _named(subscription: RoutedSubscription, names: Sequence[str]) -> RoutedSubscription:
    """Give a subscription paths that begin at its resource's name."""
    return replace(
        subscription,
        path=_at(subscription.path, names),
        paths={member: _at(path, names) for member, path in subscription.paths.items()},
        placed_filters=tuple(replace(each, path=_at(each.path, names)) for each in subscription.filters),
    )


def _at(path: MemberPath, names: Sequence[str]) -> MemberPath:
    """Turn `resources[3].inputs.filter` into the resource's name and what stands below its inputs."""
    if path[:1] != ("resources",) or len(path) == 1:
        return path
    return (names[int(path[1])], *path[3:])


def _as_written(
    registered: RoutedSubscription, ours: Collection[str], written: Mapping[str, RoutedSubscription]
) -> RoutedSubscription:
    """Add to a registered subscription what its author wrote and no resource carries: names, intent and `allow`."""
    name = str(registered.path[0])
    if name not in ours or name not in written:
        return registered
    author = written[name]
    return replace(
        registered,
        workspace=author.workspace,
        workspace_id=registered.workspace_id or author.workspace_id,
        name=author.name,
        handler=author.handler,
        intent=author.intent,
        all_events=author.all_events,
        allow=author.allow,
        describe_effect=author.describe_effect,
    )
