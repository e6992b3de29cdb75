"""Rules on names, tags and labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from azureml_events.base.mistakes import show
from azureml_events.base.model import Many
from azureml_events.lint.rule import Example
from azureml_events.policy.event_subscription import EVENT_SUBSCRIPTIONS, SYSTEM_TOPIC
from azureml_events.policy.reading import UndecidedError, each_of, read, read_list, read_text
from azureml_events.policy.resource import Resource
from azureml_events.policy.resource_types import STORAGE_ACCOUNT
from azureml_events.policy.rule import Question, Rule, Settings, Violation
from azureml_events.policy.settings import Regex


class TagSettings(Settings):
    """The settings of `required-tags`."""

    tags: dict[str, Regex] = Field(default={})
    """Tags that topics and stores carry: by name, in any case, the regular expression that the whole value matches.
    Default none."""

    labels: Many[Regex] = ()
    """Labels that event subscriptions carry: regular expressions, each matched by a whole label. Default none."""


def _tags_and_labels(question: Question) -> Iterator[Violation]:
    resource, settings = question.resource, question.settings
    if resource.type in EVENT_SUBSCRIPTIONS:
        yield from each_of(*(_label(resource, pattern) for pattern in settings.labels))
    else:
        yield from each_of(*(_tag(resource, name, pattern) for name, pattern in settings.tags.items()))


def _label(resource: Resource, pattern: str) -> Iterator[Violation]:
    labels = read_list(resource, "labels")
    if any(isinstance(each, str) and re.fullmatch(pattern, each) for each in labels):
        return
    for index in range(len(labels)):
        read(resource, "labels", index)
    yield Violation(("labels",), f"no label matches {show(pattern)}", "add such a label", detail=pattern)


def _tag(resource: Resource, name: str, pattern: str) -> Iterator[Violation]:
    tags = read(resource, "tags")
    written = _name_in(tags if isinstance(tags, Mapping) else {}, name)
    value = read_text(resource, "tags", written)
    if value is not None and re.fullmatch(pattern, value):
        return
    seen = "is missing" if value is None else "has another value"
    text = f"the tag {show(name)} {seen}, allowed: {show(pattern)}"
    yield Violation(("tags", written), text, f"set the tag {show(name)}", detail=name)


def _name_in(tags: Mapping[str, Any], name: str) -> str:
    return next((each for each in tags if each.lower() == name.lower()), name)


class NameSettings(Settings):
    """The settings of `name-pattern`."""

    topic: Regex | None = None
    """The regular expression that the whole name of a system topic matches; default any name."""

    subscription: Regex | None = None
    """The regular expression that the whole name of an event subscription matches; default any name."""


def _name(question: Question) -> Iterator[Violation]:
    resource, settings = question.resource, question.settings
    of_topic = resource.type == SYSTEM_TOPIC
    pattern, member = (
        (settings.topic, "systemTopicName") if of_topic else (settings.subscription, "eventSubscriptionName")
    )
    if pattern is None:
        return
    name = read_text(resource, member)
    if name is None:
        # Without it the provider makes up a name.
        raise UndecidedError((member,))
    if not re.fullmatch(pattern, name):
        yield Violation((member,), f"the name does not match {show(pattern)}")


CONVENTION_RULES = (
    Rule(
        "required-tags",
        "Topics and stores carry the required tags, event subscriptions the required labels.",
        why="Nobody knows whom to ask about them, or who pays.",
        severity="low",
        level="off",
        types=(SYSTEM_TOPIC, STORAGE_ACCOUNT, *EVENT_SUBSCRIPTIONS),
        check=_tags_and_labels,
        fix="Add the tag or label.",
        example=Example("tags: {stage: prod}\n", "tags: {stage: prod, owner: ml-platform}\n"),
        settings=TagSettings,
        example_settings={"tags": {"owner": ".+"}},
    ),
    Rule(
        "name-pattern",
        "Names of topics and event subscriptions match their pattern.",
        why="Names that follow a convention are found, and sorted, by people and scripts.",
        severity="low",
        level="off",
        types=(SYSTEM_TOPIC, *EVENT_SUBSCRIPTIONS),
        check=_name,
        fix="Choose a name that matches.",
        example=Example("systemTopicName: my-topic\n", "systemTopicName: evgt-my-topic\n"),
        settings=NameSettings,
        example_settings={"topic": "evgt-.+"},
    ),
)
