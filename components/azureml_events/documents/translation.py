"""A body in ARM's words, made from a document that has other names for its members."""

from __future__ import annotations

from typing import Any

from azureml_events.base.mistakes import MemberPath


class Translation:
    """Builds the body of an event subscription in azure-native's form, and keeps where each member came from.

    Attributes:
        body: The body.
        places: The places of its members in the document, by their paths below the body.
    """

    def __init__(self) -> None:
        self.body: dict[str, Any] = {}
        self.places: dict[MemberPath, MemberPath] = {}

    def put(self, path: MemberPath, value: Any, place: MemberPath) -> None:
        """Put a member, unless it has no value, or something else than a map, as what is not known, stands on its way.

        Args:
            path: Its path below the body; maps on the way are made.
            value: Its value; nulls, empty lists and empty texts say nothing in tools that print every member.
            place: Its place in the document.
        """
        if value is None or value in ([], ""):
            return
        holder = self.body
        for step in path[:-1]:
            holder = holder.setdefault(str(step), {})
            if not isinstance(holder, dict):
                return
        holder[str(path[-1])] = value
        self.places[path] = place
