"""The keys of advanced filters in the casing that delivered events have."""

from __future__ import annotations

from azureml_events.event_grid.catalogue import DATA_FIELDS
from azureml_events.event_grid.filters import ENVELOPE

_ENVELOPE = {name.lower(): name for name in ENVELOPE}


def contract_key(key: str) -> str:
    """A filter's key in the contract's casing; names of tags and of unknown fields stay as they are.

    Args:
        key: `data.ModelTags.stage`, `Subject`, …
    """
    root, dot, rest = key.partition(".")
    if not dot:
        return _ENVELOPE.get(key.lower(), key)
    if root.lower() != "data":
        return key
    name, *deeper = rest.split(".")
    field = DATA_FIELDS.get(name.lower())
    return ".".join(["data", field.name if field else name, *deeper])
