"""`deliver` to a storage queue: the message in a real Azurite, as the queue's own clients get it."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest
from azureml_events.cli import main
from azureml_events.delivery.storage_queue import make_authorization
from azureml_events.event_grid.samples import sample
from click.testing import CliRunner
from delivery.stacks import write

pytestmark = pytest.mark.needs("azurite-queue")
ACCOUNT = "devstoreaccount1"


@pytest.fixture
def port() -> Iterator[int]:
    """The port of an Azurite that forgets all at its end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    options = ("--inMemoryPersistence", "--disableTelemetry", "--queuePort", str(number))
    with subprocess.Popen(["azurite-queue", *options], stdout=subprocess.DEVNULL) as server:
        for _ in range(600):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", number)) == 0:
                    break
            time.sleep(0.1)
        yield number
        server.terminate()


def _messages(port: int) -> list[ET.Element]:
    """The messages of the queue."""
    request = httpx.Request(
        "GET",
        f"http://127.0.0.1:{port}/{ACCOUNT}/runs/messages?numofmessages=32",
        headers={"x-ms-date": "Mon, 02 Mar 2026 09:00:00 GMT", "x-ms-version": "2024-11-04"},
    )
    request.headers["Authorization"] = make_authorization(ACCOUNT, request)
    with httpx.Client(trust_env=False) as client:
        answer = client.send(request)
    assert answer.status_code == 200, answer.text
    return list(ET.fromstring(answer.content).iter("QueueMessage"))  # noqa: S314 our own server's


def test_a_message_is_the_event_in_base64(port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "event.json").write_text(json.dumps(sample("RunCompleted")), encoding="utf-8")
    target = f"queue=queue://127.0.0.1:{port}/{ACCOUNT}/runs"

    for _ in range(2):
        result = CliRunner().invoke(main, ["deliver", "t", "event.json", "--to", target], catch_exceptions=False)
        assert result.exit_code == 0, result.output

    texts = [base64.b64decode(each.findtext("MessageText") or "") for each in _messages(port)]
    assert [json.loads(text) for text in texts] == [sample("RunCompleted")] * 2
