from typing import Any

import pytest
from azureml_events.offline.recording import Registration
from azureml_events.offline.wire import UNKNOWN, Secret
from engine.diff import changed, replaces, with_ignored
from pulumi.runtime.proto import resource_pb2


def thing(inputs: dict[str, Any], **options: Any) -> Registration:
    request = resource_pb2.RegisterResourceRequest(**options)
    return Registration("urn", "cloud:index:Thing", "a", inputs=inputs, request=request)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1, "b": 1}, {"a": 2, "c": 1}, ["a", "b", "c"]),
        ({"a": {"x": [1]}}, {"a": {"x": [2]}}, ["a"]),
        ({"a": 1}, {"a": UNKNOWN}, ["a"]),
        ({"a": Secret(1)}, {"a": Secret(2)}, ["a"]),
        ({"a": Secret(1)}, {"a": Secret(1)}, []),
    ],
)
def test_inputs_that_differ_are_named(before: dict[str, Any], after: dict[str, Any], expected: list[str]) -> None:
    assert changed(thing(before), thing(after)) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("size", {"size": 1, "tags": {"a": 2, "b": 2}}),
        ("tags.a", {"size": 2, "tags": {"a": 1, "b": 2}}),
        ("tags", {"size": 2, "tags": {"a": 1}}),
        ("tags.b", {"size": 2, "tags": {"a": 2}}),
        ("size.a", {"size": 2, "tags": {"a": 2, "b": 2}}),
        ("nowhere", {"size": 2, "tags": {"a": 2, "b": 2}}),
        ("*", {"size": 1, "tags": {"a": 1}}),
    ],
)
def test_an_ignored_change_is_undone(path: str, expected: dict[str, Any]) -> None:
    before = thing({"size": 1, "tags": {"a": 1}})
    after = thing({"size": 2, "tags": {"a": 2, "b": 2}}, ignoreChanges=[path])
    assert with_ignored(before, after).inputs == expected


@pytest.mark.parametrize(
    ("replace_on_changes", "names", "expected"),
    [
        (("size",), ["size"], True),
        (("tags.a",), ["tags"], True),
        (("tags[0]",), ["tags"], True),
        (("*",), ["size"], True),
        (("*",), [], False),
        (("tags",), ["size"], False),
        ((), ["size"], False),
    ],
)
def test_the_program_can_ask_for_a_replacement(
    replace_on_changes: tuple[str, ...], names: list[str], *, expected: bool
) -> None:
    assert replaces(thing({}, replaceOnChanges=replace_on_changes), names) is expected
