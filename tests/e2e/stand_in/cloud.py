"""The existing resources: a JSON file that the stand-in's processes and the tests share."""

from __future__ import annotations

import fcntl
import json
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Properties = dict[str, Any]


class ArmError(Exception):
    """A refusal by Azure Resource Manager.

    Args:
        status: The HTTP status.
        code: ARM's error code.
        message: What is wrong.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f'Status={status} Code="{code}" Message="{message}"')
        self.code = code


def invalid(message: str) -> ArmError:
    """Return the refusal of a request that is wrong in itself."""
    return ArmError(400, "InvalidRequest", message)


class LateError(Exception):
    """A failure after a PUT was accepted.

    Args:
        code: The code in the details of ARM's error.
        message: What is wrong.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Existing:
    """A resource that exists.

    Attributes:
        id: Its ARM id as it was written.
        inputs: The body of the last PUT, with the path parameters.
        outputs: What a GET answers.
        since: When it was created, in seconds of `time.time()`.
    """

    id: str
    inputs: Properties = field(default_factory=dict)
    outputs: Properties = field(default_factory=dict)
    since: float = 0.0


@dataclass
class Fault:
    """Something that goes wrong on purpose.

    Attributes:
        error: `access`, `handshake` or `failed` (accepted, then failed: the resource stays as Failed), `forbidden` or
            `other` (refused at once, nothing is done), `crash` (the provider's process ends before anything is done),
            or `crash after` (once it is done).
        name: The end of the id that it strikes.
        operation: `create`, `update`, `write` for both, or `delete`.
        times: How often at least.
    """

    error: str
    name: str
    operation: str = "create"
    times: int = 1


@dataclass
class Cloud:
    """Everything that exists, by lower-case id, and what shall go wrong.

    Attributes:
        resources: What exists.
        faults: What goes wrong, each until all are used up: none is over before the last has struck.
        access_delay: How many seconds a role assignment takes to have effect.
        identities: How many identities were ever made; each gets a principal of its own.
    """

    resources: dict[str, Existing] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    access_delay: float = 0.0
    identities: int = 0

    def get(self, resource_id: str) -> Existing | None:
        """Return what exists under an id, whatever its case."""
        return self.resources.get(resource_id.lower())

    def put(self, existing: Existing) -> Existing:
        """Make something exist, now."""
        existing.since = existing.since or time.time()
        self.resources[existing.id.lower()] = existing
        return existing

    def remove(self, resource_id: str) -> list[str]:
        """Remove a resource and all that lies in it; returns the removed ids."""
        root = resource_id.lower()
        gone = [key for key in self.resources if key == root or key.startswith(f"{root}/")]
        return [self.resources.pop(key).id for key in gone]

    def of_type(self, segment: str) -> Iterator[Existing]:
        """Yield what exists of a type, given as the last type step of its ids: `systemTopics`."""
        for existing in self.resources.values():
            if existing.id.split("/")[-2].lower() == segment.lower():
                yield existing

    def within_group(self, resource_id: str) -> bool:
        """Say whether the resource group of an id exists: it or something in it was put there."""
        steps = resource_id.lower().split("/")
        if len(steps) < 5 or steps[3] != "resourcegroups":
            return True
        group = "/".join(steps[:5])
        return any(key == group or key.startswith(f"{group}/") for key in self.resources)

    def principal(self, owner: str) -> str:
        """Make a new principal id for an identity; a recreated resource gets another one."""
        self.identities += 1
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{owner.lower()}#{self.identities}"))

    def struck(self, operation: str, resource_id: str) -> str | None:
        """Return the error of the first fault that strikes an operation, which uses it up by one."""
        if any(fault.times for fault in self.faults):
            for fault in self.faults:
                operations = ("create", "update") if fault.operation == "write" else (fault.operation,)
                if operation in operations and resource_id.endswith(fault.name):
                    fault.times = max(0, fault.times - 1)
                    return fault.error
        return None


class CloudFile:
    """The cloud on disk, with a journal of all operations beside it.

    The lock file tells whose writing was the last, so that a process reads again only what another one wrote.

    Args:
        path: The JSON file; made when first written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = path.with_suffix(".lock")
        self._cloud, self._written = Cloud(), ""
        self.journal = path.with_suffix(".jsonl")

    @contextmanager
    def open(self) -> Iterator[Cloud]:
        """Open the cloud for one operation at a time; changes are kept, also after an error."""
        with self._lock.open("a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.seek(0)
            if lock.read() != self._written:
                self._cloud = self._load()
            try:
                yield self._cloud
            finally:
                self._written = uuid.uuid4().hex
                lock.truncate(0)
                lock.write(self._written)
                lock.flush()
                self._save(self._cloud)

    def record(self, entry: Mapping[str, object]) -> None:
        """Add an operation to the journal."""
        with self.journal.open("a") as journal:
            journal.write(json.dumps({"time": time.time(), **entry}) + "\n")

    def operations(self) -> list[Properties]:
        """Return the journal so far, oldest first."""
        if not self.journal.exists():
            return []
        return [json.loads(line) for line in self.journal.read_text().splitlines()]

    def _save(self, cloud: Cloud) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(vars(cloud), default=vars))
        fresh.replace(self._path)

    def _load(self) -> Cloud:
        raw = json.loads(self._path.read_text())
        return Cloud(
            {key: Existing(**existing) for key, existing in raw["resources"].items()},
            [Fault(**fault) for fault in raw["faults"]],
            raw["access_delay"],
            raw["identities"],
        )
