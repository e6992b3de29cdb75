"""The JSON form of a recording."""

from __future__ import annotations

from typing import Any

from azureml_events.offline.options import options_of
from azureml_events.offline.recording import Recording, Registration, in_dependency_order
from azureml_events.offline.wire import shown


def preview_json(recording: Recording) -> dict[str, Any]:
    """Give a recording as JSON values, the same for the same program whatever the timing.

    Args:
        recording: What a program registered.

    Returns:
        `stack`, `resources` (each after what it depends on), `outputs` and `messages`; an unknown value
        is `"<unknown>"`, a secret `"<secret>"`. Of each resource, `provider` is the URN of its explicit provider,
        `options` holds the options that are set, `source` the program's line that registers it. A resource that is only
        read has `read`, its id.
    """
    return {
        "stack": recording.stack,
        "resources": [_resource(each) for each in in_dependency_order(recording.resources)],
        "outputs": shown(recording.outputs),
        "messages": [{"severity": each.severity, "text": each.text, "urn": each.urn} for each in recording.messages],
    }


def _resource(registration: Registration) -> dict[str, Any]:
    source = registration.source
    read = {"read": registration.read_id} if registration.read_id else {}
    return {
        "urn": registration.urn,
        "type": registration.type,
        "name": registration.name,
        "parent": registration.parent,
        "custom": registration.custom,
        "inputs": shown(registration.inputs),
        "dependencies": list(registration.dependencies),
        "protect": registration.protect,
        "import": registration.import_id,
        "provider": registration.provider,
        "options": options_of(registration),
        "source": None if source is None else {"file": source.file, "line": source.line},
        **read,
    }
