"""What a command says of an input that it refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from azureml_events.base.mistakes import Mistake
from azureml_events.base.mistakes import Path as Steps
from azureml_events.stackfile.nodes import Position
from azureml_events.stackfile.values import Located


class InputError(ValueError):
    """An input that is refused: one line for each mistake, with file, line and column.

    Args:
        lines: The lines, at least one.
        located: The same as mistakes with their places, in the same order; none where there is no file.
    """

    def __init__(self, lines: Iterable[str], located: Iterable[Located] = ()) -> None:
        self.lines = tuple(_printable(line) for line in lines)
        self.located = tuple(located)
        super().__init__("\n".join(self.lines))

    @classmethod
    def at(cls, path: Path, located: Iterable[Located]) -> InputError:
        """Mistakes in a file.

        Args:
            path: The file.
            located: The mistakes, in the order of the text.
        """
        located = tuple(located)
        return cls([f"{path}:{each}" for each in located], located)


def placed(locate: Callable[[Steps], Position], mistakes: Iterable[Mistake]) -> list[Located]:
    """Mistakes with their places, in the order of the text.

    Args:
        locate: Where in the text a path leads.
        mistakes: The mistakes.
    """
    located = [Located(locate(mistake.path), mistake) for mistake in mistakes]
    return sorted(located, key=lambda each: each.position)


def _printable(line: str) -> str:
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)
