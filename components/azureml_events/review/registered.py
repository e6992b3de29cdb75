"""The event subscriptions that a Pulumi program registers, as the input of a command."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from azureml_events.base.mistakes import MemberPath, Mistake, Position
from azureml_events.base.model import Line
from azureml_events.base.names import COMPONENT
from azureml_events.documents.document import Document, read_document
from azureml_events.documents.found import Note
from azureml_events.offline.places import is_own, relative
from azureml_events.offline.preview_json import preview_json
from azureml_events.offline.program import MAIN
from azureml_events.offline.recording import Recording, Registration, in_dependency_order
from azureml_events.policy.of_recording import resources_of_recording
from azureml_events.policy.resource import Resources
from azureml_events.resources.findings import leaving_findings
from azureml_events.review.program import Program
from azureml_events.routing.subscription import RoutedSubscription
from azureml_events.stackfile.project import PROJECT_FILE

SUBSCRIPTION_ID = "azure-native:subscriptionId"
"""The key of the default provider's Azure subscription."""


@dataclass(frozen=True)
class RegisteredDocument:
    """What a program registers, as a document.

    Attributes:
        document: The subscriptions, mistakes and notes, with paths that begin at a resource's Pulumi name.
        places: The program's line of each resource by its Pulumi name: that of the subscription's own declaration
            where it has one, else of the call that registers the resource, else the first one of the project.
        resources: What it registers of azure-native.
    """

    document: Document
    places: Mapping[str, Position]
    resources: Resources


def read_program(program: Program, sources: Sequence[str] = ()) -> RegisteredDocument:
    """Read the event subscriptions that a program registers; findings in them do not stop it.

    Args:
        program: The program.
        sources: Which workspaces its system topics belong to, as `read_document` takes them; default what it says.

    Raises:
        ProgramError: It did not run to its end.
        DeclarationError: The sources are wrong.
    """
    with leaving_findings() as declared:
        recording = program.run()
    document = read_document(preview_json(recording), sources=sources)
    resources = in_dependency_order(recording.resources)
    urns = {each.urn: each.type for each in resources}
    ours = {each.name for each in resources if urns.get(each.parent or "") == COMPONENT}
    written = {each.full_name: each for each in declared}
    names = [each.name for each in resources]
    read = Document(
        tuple(_as_written(_named(each, names), ours, written) for each in document.subscriptions),
        tuple(Mistake(_at(each.path, names), each.message) for each in document.mistakes),
        tuple(Note(_at(each.path, names), each.text) for each in document.notes),
        tuple(replace(each, path=_at(each.path, names)) for each in document.findings),
    )
    own = {name: each.line for name, each in written.items() if name in ours and each.line is not None}
    places = dict(_places(program.directory, resources, own))
    return RegisteredDocument(read, places, resources_of_program(program, recording))


def resources_of_program(program: Program, recording: Recording) -> Resources:
    """Return the resources of azure-native that a program registered.

    Args:
        program: The program.
        recording: Its run.
    """
    default = program.config.get(SUBSCRIPTION_ID)
    return resources_of_recording(recording, default if isinstance(default, str) else None)


def _places(
    directory: Path, resources: Iterable[Registration], own: Mapping[str, Line]
) -> Iterator[tuple[str, Position]]:
    project = directory / PROJECT_FILE
    for each in resources:
        line = own.get(each.name)
        if line is not None and is_own(line.file, directory.resolve()):
            yield each.name, Position(line.number, 1, directory / relative(line.file, directory.resolve()))
        elif each.source is not None:
            yield each.name, Position(each.source.line, 1, directory / each.source.file)
        else:  # the SDK names no line for a resource that is made of its own base class
            yield (
                each.name,
                Position(1, 1, project if project.is_file() else directory / MAIN),
            )


def _named(subscription: RoutedSubscription, names: Sequence[str]) -> RoutedSubscription:
    """Give a subscription paths that begin at its resource's name."""
    destination = subscription.destination
    if destination is not None:
        attributes = tuple(replace(each, path=_at(each.path, names)) for each in destination.attributes)
        destination = replace(destination, url_path=_at(destination.url_path, names), attributes=attributes)
    return replace(
        subscription,
        path=_at(subscription.path, names),
        paths={member: _at(path, names) for member, path in subscription.paths.items()},
        placed_filters=tuple(replace(each, path=_at(each.path, names)) for each in subscription.filters),
        destination=destination,
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
        in_arm_words=author.in_arm_words,
        allow=author.allow,
        environment=author.environment,
        describe_effect=author.describe_effect,
    )
