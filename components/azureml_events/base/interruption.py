"""Ctrl-C while a command starts or ends: Python would show where it was, which tells nobody anything."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from functools import cache
from pathlib import PurePath
from types import FrameType

INTERRUPTED = 130
"""The exit status after Ctrl-C."""

_COMMAND = "azureml-events"
_MODULE = ("azureml_events", "__main__.py")


def end_quietly() -> None:
    """Let Ctrl-C end a command that starts or ends with its status alone; a program that imports it stays as it is."""
    ours = threading.current_thread() is threading.main_thread() and _is_command()
    if ours and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)
        _ignore_at_the_end()


def raise_again() -> None:
    """Let Ctrl-C raise `KeyboardInterrupt` again, now that a command can answer it."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _is_command() -> bool:
    """Return whether the command is what Python was started for; a module of `python -m` is not known yet."""
    started = sys.argv[0] if sys.argv else ""
    return started == "-m" or PurePath(started).stem == _COMMAND or PurePath(started).parts[-2:] == _MODULE


@cache
def _ignore_at_the_end() -> None:
    """Let Ctrl-C do nothing once the interpreter goes, after all else: it runs no handlers then, and all is said."""
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)


def _end(_: int, __: FrameType | None) -> None:
    os._exit(INTERRUPTED)
