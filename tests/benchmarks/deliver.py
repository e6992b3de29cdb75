"""Events a second that `deliver` brings to a local handler, against httpx alone with the same bodies; and its memory.

Run it with `python tests/benchmarks/deliver.py [sizes]`; it prints a line for each number of events. The handler is a
small asyncio server in a process of its own that answers 200 at once; a real one takes longer. Nothing is asserted:
figures belong to a machine. Memory that grows with the number of events would show as a figure that grows from line to
line.
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from multiprocessing import Process, SimpleQueue
from pathlib import Path

import httpx
from azureml_events.event_grid.samples import SAMPLE_WORKSPACE, sample

SIZES = (1, 1_000, 10_000)
STACK = f"""\
config:
  azureml-events:workspaces: {{ml: {{resourceId: {SAMPLE_WORKSPACE}, location: westeurope}}}}
  azureml-events:handlers: {{hook: {{type: WebHook, endpointUrl: "https://example.com/hook"}}}}
  azureml-events:subscriptions: {{all: {{handler: hook, allEvents: true}}}}
"""


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            body = await reader.readexactly(length)
            said = b""
            if b"SubscriptionValidation" in head:
                said = json.dumps({"validationResponse": json.loads(body)[0]["data"]["validationCode"]}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(said), said))
            await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        writer.close()


def _serve(ports: SimpleQueue[int]) -> None:
    async def serve() -> None:
        server = await asyncio.start_server(_answer, "127.0.0.1", 0)
        ports.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


def _alone(url: str, events: Sequence[str]) -> float:
    """Seconds in which httpx alone sends the events, one after the other."""
    with httpx.Client() as client:
        start = time.perf_counter()
        for event in events:
            client.post(url, content=f"[{event}]").raise_for_status()
        return time.perf_counter() - start


def main() -> None:
    """Print a line for each number of events."""
    ports: SimpleQueue[int] = SimpleQueue()
    server = Process(target=_serve, args=(ports,), daemon=True)
    server.start()
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / "Pulumi.yaml").write_text("name: p\nruntime: python\n", encoding="utf-8")
        (Path(directory) / "Pulumi.b.yaml").write_text(STACK, encoding="utf-8")
        url = f"http://127.0.0.1:{ports.get()}/hook"
        for size in map(int, sys.argv[1:] or SIZES):
            events = [json.dumps({**sample("RunCompleted"), "id": str(each)}) for each in range(size)]
            (Path(directory) / "events.jsonl").write_text("\n".join(events), encoding="utf-8")
            command = [
                sys.executable,
                "-m",
                "azureml_events",
                "deliver",
                "b",
                "events.jsonl",
                "--to",
                f"hook={url}",
                "--json",
            ]
            start = time.perf_counter()
            subprocess.run(command, cwd=directory, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 our own
            seconds, alone = time.perf_counter() - start, _alone(url, events)
            megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(
                f"{size:7,} events: {seconds:6.2f} s, {size / seconds:7,.0f} a second, at most {megabytes:4.0f} MB;"
                f" httpx alone {alone:6.2f} s: {seconds / alone:5.1f}"
            )
    server.terminate()


if __name__ == "__main__":
    main()
