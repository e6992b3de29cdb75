"""The option `--source`: which workspace a system topic belongs to, where the document does not say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from azureml_events.base.arm_ids import id_form, parse_arm_id
from azureml_events.base.mistakes import DeclarationError, Mistake, choices, likely, show
from azureml_events.documents.found import FoundSubscription
from azureml_events.documents.origin import FoundWorkspace, Origin, OtherOrigin, UnknownOrigin
from azureml_events.stack.workspace import WORKSPACE

OPTION = "--source"

Owned = tuple[FoundSubscription, Origin]
"""An event subscription of a document, and whose events it takes."""


class Sources:
    """What `--source` says of a document.

    Args:
        given: Each `TOPIC=WORKSPACE_ID`, or with one topic `WORKSPACE_ID`; a workspace may stand for a topic that the
            document does not name.
        owned: The document's event subscriptions and whose events they take.

    Raises:
        DeclarationError: A topic or an id is wrong, or the document says otherwise; with every mistake.
    """

    def __init__(self, given: Sequence[str], owned: Iterable[Owned]) -> None:
        self._said: dict[str, str | None] = {}
        for subscription, origin in owned:
            if not isinstance(origin, OtherOrigin):
                name = _name(subscription, origin)
                self._said[name] = self._said.get(name) or (origin.id if isinstance(origin, FoundWorkspace) else None)
        self._ids: dict[str, str] = {}
        mistakes = [problem for text in given if (problem := self._take(text))]
        if mistakes:
            raise DeclarationError(Mistake((OPTION,), problem) for problem in mistakes)

    def origin_of(self, subscription: FoundSubscription, origin: Origin) -> Origin:
        """Return whose events a subscription takes, with what `--source` says of it.

        Args:
            subscription: One of the document's.
            origin: What the document says.
        """
        id_ = None if isinstance(origin, OtherOrigin) else self._ids.get(_name(subscription, origin))
        return FoundWorkspace(parse_arm_id(id_, WORKSPACE).name, id_) if id_ else origin

    def _take(self, text: str) -> str | None:
        """Take one of the option's values; return what is wrong with it."""
        name, equals, id_ = ("", "", text) if text.startswith("/") else text.partition("=")
        if not equals and name:
            return f"{show(text)} names no workspace; write TOPIC={id_form(WORKSPACE)}"
        try:
            parse_arm_id(id_, WORKSPACE)
        except ValueError as error:
            return str(error)
        topic = self._topic(name)
        if topic is None:
            return self._no_such(name)
        said = self._ids.get(topic) or self._said[topic]
        if said and said.lower() != id_.lower():
            return f"topic {show(topic)} belongs to {said} already; leave one of the two out"
        self._ids[topic] = id_
        return None

    def _topic(self, name: str) -> str | None:
        if not name:
            return next(iter(self._said)) if len(self._said) == 1 else None
        return next((each for each in self._said if each.lower() == name.lower()), None)

    def _no_such(self, name: str) -> str:
        if not self._said:
            return "there is no topic of a workspace in the document; leave it out"
        if not name:
            return f"the document has several topics, so write TOPIC=WORKSPACE_ID; topics: {choices(self._said)}"
        close = likely(name, self._said)
        fix = f"did you mean '{close}'?" if close else f"topics: {choices(self._said)}"
        return f"there is no topic {show(name)} in the document; {fix}"


def _name(subscription: FoundSubscription, origin: FoundWorkspace | UnknownOrigin) -> str:
    """Name what the option calls a subscription's topic: by its name, else by its workspace's."""
    return origin.name if subscription.topic_name is None else str(subscription.topic_name)
