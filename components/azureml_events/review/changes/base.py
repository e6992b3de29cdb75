"""Loads the base that an input is compared with: a file, or the same file at a git revision."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path

from azureml_events.base.mistakes import show
from azureml_events.policy.policy_file import POLICY_FILE, Policy, load_policy
from azureml_events.policy.resource import Resources
from azureml_events.review.changes.version import Version
from azureml_events.review.input import NO_OPTIONS, STDIN, Input, InputOptions, load_input, load_version
from azureml_events.review.judged import judged_of_program
from azureml_events.stackfile.input_error import InputError, reading

_TIMEOUT = 120
"""Seconds that git may take."""


@dataclass(frozen=True)
class Loading:
    """How the input was loaded, and so how its base is.

    Attributes:
        argument: The input's argument.
        options: How it was read.
        policy_file: The policy file in use; None where there is none.
        run_base: Whether a program's base may be run.
    """

    argument: str
    options: InputOptions = NO_OPTIONS
    policy_file: Path | None = None
    run_base: bool = False


@dataclass(frozen=True)
class Base:
    """A base.

    Attributes:
        version: What it declares; None where today's rules refuse it, so that nothing can be compared.
        notes: What there is to say of it.
    """

    version: Version | None
    notes: tuple[str, ...] = field(default=())


def load_base(base: str, given: Input, loading: Loading) -> Base:
    """Load the base of an input.

    Args:
        base: A file where there is one of this name, else a git revision.
        given: The input.
        loading: How it was loaded.

    Raises:
        InputError: There is no such file or revision, or the base is a program that must not be run.
    """
    if Path(base).is_file():
        return _guarded(base, lambda: _of_file(Path(base), given, loading))
    if given.path == STDIN:
        raise InputError([f"--base: {show(base)} is no file, and what comes on standard input has no revisions"])
    return _of_revision(base, given, loading)


def _of_file(path: Path, given: Input, loading: Loading) -> Version:
    beside = path.parent / POLICY_FILE
    policy = load_policy(beside if beside.is_file() else None)
    if loading.options.program is None and given.path != STDIN and given.is_document is _is_document(path):
        with reading(path):
            text = path.read_bytes()
        return _version(load_version(given, path, text, loading.options), policy)
    return _version(load_input(str(path)), policy)


def _is_document(path: Path) -> bool:
    return path.suffix not in {".yaml", ".yml"}


def _version(given: Input, policy: Policy) -> Version:
    return Version(given.subscriptions, given.judge() if given.judge else None, policy, given.sealed)


def _guarded(base: str, load: Callable[[], Version]) -> Base:
    """Load a version; that it is refused is said, and the review goes on."""
    try:
        return Base(load())
    except InputError as error:
        more = f" (and {len(error.lines) - 1:,} more)" if len(error.lines) > 1 else ""
        note = f"--base: {show(base)} is not valid by today's rules, so no changes are shown: {error.lines[0]}{more}"
        return Base(None, (note,))


class _Repository:
    """A git repository at one of its revisions.

    Args:
        directory: A directory in it.
        revision: The revision.

    Raises:
        InputError: There is no repository, or no such revision.
    """

    def __init__(self, directory: Path, revision: str) -> None:
        self._directory = directory.resolve()
        self._shown = show(revision)
        top = self._git("rev-parse", "--show-toplevel")
        if top is None:
            raise InputError([f"--base: {self._shown} is no file, and {directory} is in no git repository"])
        self.top = Path(top.decode().rstrip("\n")).resolve()
        named = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if named is None:
            fix = "a shallow clone lacks older ones: fetch it first"
            raise InputError([f"--base: {self._shown} is no file, and no revision of the git repository; {fix}"])
        self._commit = named.decode().strip()

    def show(self, file: Path) -> bytes | None:
        """Return what a file held; None where there was none.

        Args:
            file: The file.

        Raises:
            InputError: It lies outside the repository.
        """
        return self._git("show", f"{self._commit}:{self.within(file).as_posix()}")

    @contextmanager
    def tree(self) -> Iterator[Path]:
        """Give the whole tree in a temporary directory, while it lasts.

        Raises:
            InputError: Git cannot give it.
        """
        archive = self._git("archive", "--format=tar", self._commit, directory=self.top)
        if archive is None:
            raise InputError([f"--base: git gives no tree of {self._shown}"])
        with tempfile.TemporaryDirectory(prefix="azureml-events-base-") as directory:
            with tarfile.open(fileobj=BytesIO(archive)) as tar:
                tar.extractall(directory, filter="data")
            yield Path(directory)

    def within(self, file: Path) -> Path:
        """Return a path below the repository's root.

        Args:
            file: The path.

        Raises:
            InputError: It lies outside the repository.
        """
        whole = file.parent.resolve() / file.name
        if not whole.is_relative_to(self.top):
            raise InputError([f"--base: {file} lies outside the git repository, so it has no revisions"])
        return whole.relative_to(self.top)

    def _git(self, *arguments: str, directory: Path | None = None) -> bytes | None:
        """Run git; None where it refuses."""
        command = ["git", "-C", str(directory or self._directory), *arguments]
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=_TIMEOUT, stdin=subprocess.DEVNULL)  # noqa: S603
        except FileNotFoundError:
            raise InputError([f"--base: {self._shown} is no file, and there is no git to ask for a revision"]) from None
        except subprocess.TimeoutExpired:
            raise InputError([f"--base: git took longer than {_TIMEOUT} seconds"]) from None
        return done.stdout if done.returncode == 0 else None


def _of_revision(revision: str, given: Input, loading: Loading) -> Base:
    program = loading.options.program
    repository = _Repository(given.path if program is not None else given.path.parent, revision)
    policy, notes = _policy_at(repository, revision, loading)
    if program is not None:
        if not loading.run_base:
            fix = "pass --run-base where you trust the code at that revision, or give a document as --base"
            raise InputError([f"--base: the base of a program is only known when it is run; {fix}"])
        with repository.tree() as tree:
            there = tree / repository.within(program)
            base = _guarded(revision, lambda: _of_program(there, loading, policy))
        return Base(base.version, (*notes, *base.notes))
    text = repository.show(given.path)
    if text is None:
        note = f"--base: there is no {given.path} at {show(revision)}, so everything in it is new"
        return Base(Version((), judged_of_program(Resources(())), policy), (*notes, note))
    base = _guarded(revision, lambda: _version(load_version(given, given.path, text, loading.options), policy))
    return Base(base.version, (*notes, *base.notes))


def _of_program(directory: Path, loading: Loading, policy: Policy) -> Version:
    """Run a program of another revision, which is not there any more afterwards."""
    if not directory.is_dir():
        return Version((), judged_of_program(Resources(())), policy)
    return _version(load_input(loading.argument, replace(loading.options, program=directory)), policy)


def _policy_at(repository: _Repository, revision: str, loading: Loading) -> tuple[Policy, tuple[str, ...]]:
    """Load the policy file of a revision; where it is refused, no change of policy is shown."""
    file = loading.policy_file
    try:
        text = repository.show(file) if file else None
        if file is None or text is None:
            return load_policy(None), ()
        with tempfile.TemporaryDirectory(prefix="azureml-events-base-") as directory:
            (Path(directory) / file.name).write_bytes(text)
            return load_policy(Path(directory) / file.name), ()
    except InputError:
        note = f"--base: the policy file at {show(revision)} is not valid by today's rules; its changes are not shown"
        return load_policy(file), (note,)
