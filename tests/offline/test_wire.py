import json
from typing import Any

import pytest
from azureml_events.offline.wire import (
    UNKNOWN,
    Asset,
    ResourceReference,
    Secret,
    decode,
    decode_properties,
    encode_properties,
    shown,
)
from google.protobuf import struct_pb2
from hypothesis import given
from hypothesis import strategies as st

PLAIN = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()
MARKED = PLAIN | st.just(UNKNOWN) | st.builds(ResourceReference, st.text(min_size=1), st.none() | st.text())
VALUES: st.SearchStrategy[Any] = st.recursive(
    MARKED,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(min_size=1), inner)
        | st.builds(Secret, inner)
        | st.builds(Asset, st.sampled_from(["asset", "archive"]), st.dictionaries(st.text(), inner))
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.text(min_size=1), VALUES))
def test_what_is_encoded_decodes_to_the_same(properties: dict[str, Any]) -> None:
    assert decode_properties(encode_properties(properties)) == properties


def test_a_value_without_a_form_on_the_wire_is_refused() -> None:
    with pytest.raises(TypeError, match="set has no form"):
        encode_properties({"tags": {"a"}})


def test_whole_numbers_are_integers_and_others_are_not() -> None:
    numbers = struct_pb2.Struct()
    numbers.update({"whole": 30.0, "part": 0.5})
    assert decode_properties(numbers) == {"whole": 30, "part": 0.5}
    assert isinstance(decode(numbers.fields["whole"]), int)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (UNKNOWN, "<unknown>"),
        (Secret("hunter2"), "<secret>"),
        (Secret(UNKNOWN), "<secret>"),
        ({"a": [Secret(1), 2]}, {"a": ["<secret>", 2]}),
        (ResourceReference("urn", "id"), {"urn": "urn", "id": "id"}),
        (ResourceReference("urn", ""), {"urn": "urn", "id": "<unknown>"}),
        (ResourceReference("urn", None), {"urn": "urn"}),
        (Asset("asset", {"text": "x"}), {"asset": {"text": "x"}}),
    ],
)
def test_only_the_node_itself_is_hidden(value: object, expected: object) -> None:
    assert shown(value) == expected
    json.dumps(shown(value))


def test_a_secret_does_not_show_in_its_repr_or_text() -> None:
    assert "hunter2" not in f"{Secret('hunter2')!r} {Secret('hunter2')}"
