"""The `config:` of a project's file (`Pulumi.yaml`): values for the keys that a stack file lacks.

Tried with Pulumi 3.260: a value stands for a whole key, maps are not merged; a map is written below `value:`, or below
`default:` where the key is the project's own; `secure:` nodes are not decrypted; `config: <text>` is an old name of
`stackConfigDir`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from azureml_events.base.mistakes import DeclarationError, Mistake, sort_by_position
from azureml_events.stackfile.nodes import Entries, MapNode, ScalarNode, YamlNode, compose, follow
from azureml_events.stackfile.project import Project
from azureml_events.stackfile.reader import (
    NAMESPACE,
    StackDocument,
    config_entries,
    config_value,
    is_nothing,
    short_path,
)
from azureml_events.stackfile.yaml_document import Values

_ATTRIBUTES = ("value", "default", "type", "items", "description", "secret")


def with_project_config(document: StackDocument, project: Project) -> StackDocument:
    """Complete a stack file by what its project's file gives.

    Args:
        document: The stack file.
        project: Its project.

    Raises:
        DeclarationError: The project's file is not YAML.
    """
    if project.file is None:
        return document
    try:
        return _completed(document, project)
    except DeclarationError as error:
        raise DeclarationError(_in_file(error.mistakes, project.file)) from None


def _completed(document: StackDocument, project: Project) -> StackDocument:
    values = Values()
    taken: Entries = {}
    for full, (key, node) in _entries(values, project).items():
        if full in document.config:
            continue
        value = _value(values, full, key, node, project.name, environment=document.environment)
        if value is not None:
            taken[full] = (key, value)
    config = {full: config_value(values, full, node) for full, (_, node) in taken.items()}
    mistakes = [*document.mistakes, *_in_file(values.mistakes, project.file)]
    return replace(
        document,
        config={**config, **document.config},
        mistakes=tuple(sort_by_position(mistakes)),
        of_project=taken,
        project_file=project.file,
    )


def _entries(values: Values, project: Project) -> Entries:
    """Return the entries of the file's `config` by full key."""
    root = compose(project.file.read_bytes()) if project.file else None
    top = follow(root) if root is not None else None
    entries = values.entries(top, ()) if isinstance(top, MapNode) else {}
    key, node = entries.get("config", (None, None))
    if key is None or node is None or isinstance(follow(node), ScalarNode):
        return {}
    return config_entries(values, key, node, project.name)


def _value(
    values: Values, full: str, key: YamlNode, node: YamlNode, project: str, *, environment: bool
) -> YamlNode | None:
    """Return the node of a key's value; None where it has none, and note what Pulumi refuses."""
    target, path = follow(node), short_path(full)
    if not isinstance(target, MapNode):
        return node
    given = values.entries(target, path)
    if given.keys() - set(_ATTRIBUTES):
        values.refuse(key, path, "a map stands below 'value:' in a project's file")
        return None
    there = {name: given[name] for name in ("value", "default") if name in given and not is_nothing(given[name][1])}
    namespace = full.partition(":")[0]
    if "default" in there and namespace != project:
        text = f"only keys of '{project}' have a default here; write 'value' instead"
        values.refuse(there["default"][0], path, text)
    elif len(there) > 1:
        values.refuse(key, path, "either 'value' or 'default'; not both")
    elif not there and namespace == NAMESPACE and not environment:
        values.refuse(key, path, "has no value here, so the stack file must give it")
    return next((value for _, value in there.values()), None)


def _in_file(mistakes: list[Mistake] | tuple[Mistake, ...], file: Path | None) -> list[Mistake]:
    return [replace(each, position=each.position and replace(each.position, file=file)) for each in mistakes]
