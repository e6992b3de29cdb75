"""Shows on a terminal how far a command is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from azureml_events.cli.console import has_colour


@contextmanager
def show_progress(noun: str) -> Iterator[Callable[[int], None]]:
    """Show a counter on a terminal; nothing in a log.

    Args:
        noun: What is counted, in the plural.

    Yields:
        What counts on.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn(f"{{task.completed:,}} {noun}"), TimeElapsedColumn())
    console = Console(stderr=True, color_system="auto" if has_colour(sys.stderr) else None)
    both = sys.stdout.isatty()
    with Progress(*columns, console=console, transient=True, redirect_stdout=both) as progress:
        task = progress.add_task(noun, total=None)
        yield lambda count: progress.advance(task, count)
