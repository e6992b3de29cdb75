"""What `--to` takes, and which hosts are called."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from azureml_events.delivery.targets import TargetError, parse_target, parse_targets
from azureml_events.stack.stack import Stack
from delivery.stacks import load


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    return load(tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost.evil/x",
        "http://localhost@evil.example/x",
        "http://user:secret@localhost/x",
        "http://evil.example#@localhost/x",
        "http://evil.example\\@localhost/x",
        "http://localhost\\.evil.example/x",
        "http://localhost\t.evil/x",
        "http://127.0.0.1.evil/x",
        "http://127.1/x",
        "http://2130706433/x",
        "http://0x7f000001/x",
        "http://0.0.0.0/x",
        "http://[::1]:8000/x",
        "http://[::ffff:127.0.0.1]/x",
        "http://LOCALHOST./x",
        "http://ⓛocalhost/x",
        "http:///x",
        "https://real.example.com/hook?code=secret",
        "http://localhost:99999/x",
        "http://localhost:0/x",
    ],
)
def test_a_host_that_was_not_allowed_is_refused(stack: Stack, url: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        parse_target(url, stack.handlers["hook"])
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://localhost:8000/x?code=1", []),
        ("HTTP://LocalHost/x", []),
        ("https://127.0.0.1:8443", []),
        ("http://[::1]:8000/x", ["::1"]),
        ("http://host.docker.internal/x", ["HOST.docker.internal"]),
    ],
)
def test_a_local_or_an_allowed_host_is_taken(stack: Stack, url: str, allowed: list[str]) -> None:
    assert parse_target(url, stack.handlers["hook"], allowed).address == url


@pytest.mark.parametrize("name", ["On Run", "On\\Run", "Lauf\u00e4"])
def test_what_is_not_encoded_in_an_address_is_refused_by_what_it_is(stack: Stack, name: str) -> None:
    with pytest.raises(ValueError, match="write it encoded, as %20"):
        parse_target(f"http://localhost:7071/runtime/webhooks/eventgrid?functionName={name}", stack.handlers["fn"])


def test_a_user_in_an_address_is_refused_by_what_it_is(stack: Stack) -> None:
    with pytest.raises(ValueError, match="a user or password in the address; leave it out"):
        parse_target("http://localhost@127.0.0.1/x", stack.handlers["hook"])


def test_an_allowed_host_allows_no_other_below_it(stack: Stack) -> None:
    with pytest.raises(ValueError, match=r"host 'a\.example\.com' is refused"):
        parse_target("http://a.example.com/x", stack.handlers["hook"], ["example.com"])


def test_localhost_that_a_name_service_sends_elsewhere_is_refused(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("203.0.113.7", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: elsewhere)
    with pytest.raises(ValueError, match=r"write 127\.0\.0\.1"):
        parse_target("http://localhost/x", stack.handlers["hook"])


def test_a_function_at_a_bare_host_is_called_as_the_local_functions_host_takes_it(stack: Stack) -> None:
    bare = parse_target("http://localhost:7071", stack.handlers["fn"])
    assert bare.address == "http://localhost:7071/runtime/webhooks/eventgrid?functionName=onRun"
    whole = "http://localhost:7071/runtime/webhooks/EventGridExtensionConfig?functionName=other"
    assert parse_target(whole, stack.handlers["fn"]).address == whole


@pytest.mark.parametrize(
    ("handler", "text", "expected"),
    [
        ("hook", "./here", "takes a URL"),
        ("hook", "localhost:8000/x", "got a folder, as there is no <scheme>://"),
        ("hook", "ftp://localhost/x", "got another scheme"),
        ("hub", "http://localhost/x", "takes a folder"),
        ("queue", "./here", "takes a queue of a storage emulator"),
        ("queue", "queue://localhost:10001/devstoreaccount1", "<account>/<queue>"),
        ("queue", "queue://evil.example:10001/devstoreaccount1/runs", "is refused"),
    ],
)
def test_a_target_fits_its_handler(stack: Stack, handler: str, text: str, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        parse_target(text, stack.handlers[handler])


def test_all_mistakes_are_told_at_once(stack: Stack) -> None:
    given = ["hock=http://localhost", "hook", "hook=http://localhost", "hook=http://localhost", "fn=http://evil/x"]
    with pytest.raises(TargetError) as refused:
        parse_targets(given, stack.handlers, ())
    assert [line.partition(";")[0] for line in refused.value.lines] == [
        "--to: there is no handler 'hock' in this stack",
        "--to: expected <handler>=<target>, as hook=http://localhost:8000/hook, got 'hook'",
        "--to hook: given twice",
        "--to fn: host 'evil' is refused",
    ]


def test_both_names_of_this_machine_are_one_place_and_no_query_is_shown(stack: Stack) -> None:
    one, other = (
        parse_target(f"http://{host}:8/h?code=k", stack.handlers["hook"]) for host in ("localhost", "127.0.0.1")
    )
    assert one.place == other.place
    assert one.shown == "http://localhost:8/h"
