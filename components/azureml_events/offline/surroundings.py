"""The surroundings of a program: what Python gives it while it runs, and back afterwards."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from azureml_events.offline.recording import Message

OWN_PACKAGE = __name__.partition(".")[0]


@contextlib.contextmanager
def surroundings(directory: Path, messages: list[Message]) -> Iterator[None]:
    """Run the body as `python <directory>` would: path, working directory, arguments.

    Afterwards all is as before: modules that the body imported from the directory are forgotten, so
    that another program may have modules of the same names.

    Args:
        directory: Where the program lies.
        messages: Takes each line that it prints.
    """
    path, arguments, working_directory = sys.path[:], sys.argv, Path.cwd()
    modules = set(sys.modules)
    sys.path.insert(0, str(directory))
    sys.argv = [str(directory)]
    os.chdir(directory)
    try:
        with _Lines(messages) as output, contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            yield
    finally:
        os.chdir(working_directory)
        sys.argv = arguments
        sys.path[:] = path
        for name in sys.modules.keys() - modules:
            if _belongs_to(name, directory):
                del sys.modules[name]


class _Lines(io.StringIO):
    """A text stream that makes each line a message: what a program prints must not mix with reports."""

    def __init__(self, messages: list[Message]) -> None:
        super().__init__()
        self._messages = messages
        self._rest = ""

    def write(self, text: str) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        self._messages += [Message("info", line) for line in lines]
        return len(text)

    def close(self) -> None:
        """Make a message of a last line without an end."""
        if self._rest:
            self.write("\n")
        super().close()


def _belongs_to(name: str, directory: Path) -> bool:
    """Tell whether a module is part of the program, not of a library or of this package."""
    if name.partition(".")[0] == OWN_PACKAGE:
        return False
    module = sys.modules[name]
    files = [getattr(module, "__file__", None), *getattr(module, "__path__", ())]
    paths = [Path(file) for file in files if file]
    return any(path.is_relative_to(directory) and "site-packages" not in path.parts for path in paths)
