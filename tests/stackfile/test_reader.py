from __future__ import annotations

import dataclasses

import pytest
from azureml_events.base.mistakes import DeclarationError, Position
from azureml_events.stackfile.reader import StackDocument, parse_stack_file
from azureml_events.stackfile.yaml_document import EncryptedNode
from hypothesis import given, settings
from hypothesis import strategies as st

SUBSCRIPTION = """\
# what runs in development
encryptionsalt: v1:abc
config:
  azure-native:location: westeurope
  subscriptions:
    failed:
      handler: archive
      advancedFilters:
        - operatorType: StringIn
          key: data.runStatus
          values: [Failed, Canceled]
      labels: [a, b]
      deadLetter:
  azureml-events:handlers: {archive: {type: EventHub, queueName: *name}}
  x:y: &name q1
"""


def refused(text: str | bytes) -> list[str]:
    """Return the mistakes of a stack file, each as `line:column: path: message`."""
    try:
        mistakes = parse_stack_file(text).mistakes
    except DeclarationError as error:
        mistakes = error.mistakes
    return [str(mistake) for mistake in mistakes]


@pytest.fixture
def document() -> StackDocument:
    text = SUBSCRIPTION.replace("*name", "q1")
    return parse_stack_file(text)


def test_configuration_is_keyed_by_full_keys(document: StackDocument) -> None:
    """A key without a namespace is the project's, as for the CLI."""
    assert list(document.config) == [
        "azure-native:location",
        "azureml-events:subscriptions",
        "azureml-events:handlers",
        "x:y",
    ]


def test_the_old_form_of_a_key_is_the_new_one() -> None:
    document = parse_stack_file("config: {azureml-events:config:workspaces: {}}")
    assert document.config == {"azureml-events:workspaces": {}}


@pytest.mark.parametrize(
    ("path", "position"),
    [
        ((), (1, 1)),
        (("azureml-events:subscriptions",), (5, 3)),
        (("subscriptions",), (5, 3)),
        (("subscriptions", "failed", "handler"), (7, 16)),
        (("subscriptions", "failed", "advancedFilters"), (8, 7)),
        (("subscriptions", "failed", "advancedFilters", 0), (9, 11)),
        (("subscriptions", "failed", "advancedFilters", 0, "operatorType"), (9, 25)),
        (("subscriptions", "failed", "advancedFilters", 0, "values", 1), (11, 28)),
        (("subscriptions", "failed", "advancedFilters", 7, "values"), (8, 7)),
        (("subscriptions", "failed", "deadLetter"), (13, 7)),
        (("subscriptions", "failed", "retryPolicy", "maxDeliveryAttempts"), (6, 5)),
        (("subscriptions", "failed", "handler", "no", "map"), (7, 16)),
        (("workspaces", "ml"), (1, 1)),
        (("azure-native:location",), (4, 26)),
        (("handlers", "archive", "queueName"), (14, 66)),
    ],
)
def test_a_path_is_located(document: StackDocument, path: tuple[str | int, ...], position: tuple[int, int]) -> None:
    """A value where it stands, a map or list at its key, what is missing at what surrounds it."""
    assert document.locate(path) == Position(*position)


def test_what_an_alias_repeats_is_located_where_it_is_written() -> None:
    document = parse_stack_file("config:\n  a: &a\n    k: 1\n  b:\n    <<: *a\n  c: *a\n")
    assert document.locate(("b", "k")) == Position(3, 8)
    assert document.locate(("c", "k")) == Position(3, 8)
    assert document.locate(("c",)) == Position(6, 3)


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("", ["1:1: the file is empty; write 'config:' and below it 'azureml-events:workspaces:'"]),
        (
            "~",
            ["1:1: the file is empty; write 'config:' and below it 'azureml-events:workspaces:'"],
        ),
        ("- a", ["1:1: must be a map, got a list; write 'config:' and below it"]),
        ("hello", ["1:1: must be a map, got 'hello'; write 'config:' and below it"]),
        ("encryptionsalt: v1:a", ["1:1: has no 'config'; write 'config:' and below it"]),
        ("config:", ["1:1: config: must be a map, got nothing; write 'config:' and below it"]),
        ("config: [a]", ["1:1: config: must be a map, got a list; write 'config:' and below it"]),
        ("confg: {}", ["1:1: unknown top-level key 'confg'; did you mean 'config'?"]),
        (
            "azureml-events:workspaces: {}",
            ["1:1: azureml-events:workspaces: stands at the top level; move it below 'config:'"],
        ),
        ("config: {}\nsecretsprovider: {a: 1}", ["2:1: secretsprovider: must be text, got a map"]),
        ("config: {a:b:c: 1}", ["1:10: config: 'a:b:c' is no key; write '<namespace>:<name>'"]),
        (
            "config:\n  workspaces: {}\n  azureml-events:workspaces: {}\n",
            ["3:3: workspaces: given twice, first in line 2; keep one of the two"],
        ),
        (
            "config:\n  k:\n    a: 1\n    b: 1\n    'a': 2\n    b: 3\n    a: 4\n",
            [
                "5:5: k.a: given twice, first in line 3; keep one of the two",
                "6:5: k.b: given twice, first in line 4; keep one of the two",
                "7:5: k.a: given twice, first in line 3; keep one of the two",
            ],
        ),
        ("config: {k: {5: a, 0x5: b}}", ["1:20: k.5: given twice, first in line 1; keep one"]),
        ("config: {k: {1.5: a}}", ["1:14: k: a key must be text, got '1.5'; rename or quote it"]),
        ("config: {k: {~: a}}", ["1:14: k: a key must be text, got '~'; rename or quote it"]),
        ("config: {k: {[a]: b}}", ["1:14: k: a key must be text, not a map or a list"]),
        ("config: {k: {<<: 1}}", ["1:18: k: '<<' takes a map or a list of maps"]),
        ("config: {k: {<<: [{}, 1]}}", ["1:23: k: '<<' takes a map or a list of maps"]),
        ("config: {k: {a: .inf}}", ["1:17: k.a: must be a finite number, got .inf; quote it"]),
        ("config: {k: .nan}", ["1:13: k: must be a finite number, got .nan; quote it if a text"]),
        ("config: {k: !!bool yes}", ["1:13: k: 'yes' does not fit its tag !!bool"]),
        (b"config: {}\nx: \xff", ["2:4: is not UTF-8 from here on; save the file as UTF-8"]),
        (
            "config: {a: &a {b: .inf}, c: *a, d: {<<: *a}}",
            ["1:20: a.b: must be a finite number, got .inf; quote it if a text"],
        ),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_is_wrong_is_said_at_its_place(text: str | bytes, mistakes: list[str]) -> None:
    got = refused(text)
    assert len(got) == len(mistakes)
    for mistake, start in zip(got, mistakes, strict=True):
        assert mistake.startswith(start)


def test_all_mistakes_are_reported_at_once_in_the_order_of_the_text() -> None:
    text = "config:\n  k: {a: 1, a: 2}\n  l: .inf\nconfg: {}\nconfig: {}\n"
    assert [mistake.split(": ")[0] for mistake in refused(text)] == ["2:13", "3:6", "4:1", "5:1"]


@pytest.mark.parametrize(
    "text",
    [
        "x-common: &c {a: 1}\nconfig: {k: *c}",
        "secretsprovider: awskms://x\nencryptedkey: abc\nconfig: {k: {a: 1}}",
        "environment: [base]\nconfig: {k: {a: 1}}",
        "\ufeffconfig: {k: {a: 1}}",
        b"\xef\xbb\xbfconfig: {k: {a: 1}}",
        "config: {k: {a: 1}}\r\n",
        '{"config": {"k": {"a": 1}}}',
        "---\nconfig: {k: {a: 1}}\n...\n",
    ],
)
def test_what_the_cli_accepts_beside_the_configuration_is_accepted(text: str | bytes) -> None:
    assert parse_stack_file(text).config == {"azureml-events:k": {"a": 1}}


def test_an_encrypted_value_is_there_but_never_shown() -> None:
    document = parse_stack_file(
        "config: {k: {url: {secure: v1:hush}, all: [{secure: v1:hush}]}, whole: {secure: v1:hush}}"
    )
    assert document.config == {
        "azureml-events:k": {"url": EncryptedNode("v1:hush"), "all": [EncryptedNode("v1:hush")]},
        "azureml-events:whole": EncryptedNode("v1:hush"),
    }
    assert "hush" not in repr(document.config)
    assert str(EncryptedNode("v1:hush")) == "<secret>"
    with pytest.raises(dataclasses.FrozenInstanceError):
        EncryptedNode("v1:hush").ciphertext = ""  # type: ignore[misc]


def test_a_value_of_ten_megabytes_is_read() -> None:
    text = "x" * 10_000_000
    assert parse_stack_file(f"config: {{k: '{text}'}}").config == {"azureml-events:k": text}


def read_or_refuse(text: str | bytes) -> None:
    try:
        parse_stack_file(text)
    except DeclarationError as error:
        assert all(mistake.position for mistake in error.mistakes)  # noqa: PT017


@settings(deadline=None)
@given(st.text() | st.binary())
def test_any_text_is_read_or_refused(text: str | bytes) -> None:
    read_or_refuse(text)


FRAGMENTS = st.sampled_from(
    [
        *("config:", "k:", "<<:", "a: ", "- ", "[", "]", "{", "}", ", ", ": ", "\n", "\n  ", "'", '"'),
        *("&a ", "*a", "!!int ", "!!binary ", "!x ", "| ", "> ", "? ", "--- ", "... ", "# ", "% "),
        *("secure", "2026-12-31", "0x5", "1e5", ".inf", "~", "true", "no", "\t", "\x85", "é", "5"),
    ]
)


@settings(deadline=None)
@given(st.lists(FRAGMENTS).map("".join))
def test_any_near_yaml_is_read_or_refused(text: str) -> None:
    read_or_refuse(f"config:\n  k: {text}")
