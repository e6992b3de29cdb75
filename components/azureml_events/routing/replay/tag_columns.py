"""The conditions on the members of a map, as tags, answered together."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from azureml_events.routing.replay.columns import Bits, Cache, Column
from azureml_events.routing.replay.decoder import ABSENT


class TagColumns:
    """The columns of the members of one map.

    Args:
        columns: The columns by the members' names in lower case.
        bits: The subscriptions' bits.
    """

    def __init__(self, columns: Mapping[str, Column], bits: Bits) -> None:
        self._columns = {name: (column, 1 << place) for place, (name, column) in enumerate(columns.items())}
        self._all = bits.all
        self._decode = msgspec.json.Decoder(dict[str, str]).decode
        self._named = Cache(lambda name: self._columns.get(name.lower()))
        self._lacking = Cache(self._without)
        self.subscribers = 0
        for column in columns.values():
            self.subscribers |= column.subscribers

    def left_by(self, text: bytes) -> int:
        """Return the subscriptions that are left by the members of one event's map.

        Args:
            text: The map's JSON text, empty where there is no map.

        Raises:
            msgspec.DecodeError, LookupError: It is no map of texts, or has a member in two casings.
        """
        mask, present = self._all, 0
        named = self._named
        for name, value in self._decode(text).items() if text else ():
            known = named[name]
            if known is not None:
                column, place = known
                if present & place:
                    raise LookupError("a member in two casings is not usual")
                present |= place
                mask &= column[value]
        return mask & self._lacking[present]

    def _without(self, present: int) -> int:
        mask = self._all
        for column, place in self._columns.values():
            if not present & place:
                mask &= column[ABSENT]
        return mask
