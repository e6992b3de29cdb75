"""Inputs that a command refuses: the mistakes of a declaration, with the file and the place of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from azureml_events.base.mistakes import DeclarationError, MemberPath, Mistake, Position, sort_by_position


class InputError(ValueError):
    """An input that is refused: one line for each mistake, with file, line and column where it has them.

    Args:
        lines: The lines, at least one.
        mistakes: The same as mistakes, in the same order; none where the lines are not of a file's content.
        path: The file; None where the lines are not of one.
    """

    def __init__(self, lines: Iterable[str], mistakes: Iterable[Mistake] = (), path: Path | None = None) -> None:
        self.path = path
        self.lines = tuple(_printable(line) for line in lines)
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.lines))

    @classmethod
    def at(cls, path: Path, mistakes: Iterable[Mistake]) -> InputError:
        """Make the error of a file.

        Args:
            path: The file.
            mistakes: Its mistakes, in the order of the text.
        """
        mistakes = tuple(mistakes)
        return cls([_line(path, each) for each in mistakes], mistakes, path)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn the errors of reading and checking a file into its `InputError`.

    Raises:
        InputError: The file cannot be read, or is refused.
    """
    try:
        yield
    except OSError as error:
        raise InputError([f"{path}: cannot be read: {error.strerror}"], path=path) from None
    except DeclarationError as error:
        raise InputError.at(path, error.mistakes) from None


def locate_all(mistakes: Iterable[Mistake], locate: Callable[[MemberPath], Position]) -> list[Mistake]:
    """Give mistakes their positions, and sort them into the order of the text.

    Args:
        mistakes: The mistakes.
        locate: Tells where in the text a path leads.
    """
    return sort_by_position(Mistake(each.path, each.message, locate(each.path)) for each in mistakes)


@contextmanager
def locating(locate: Callable[[MemberPath], Position]) -> Iterator[None]:
    """Give the mistakes of the declarations that are checked inside their positions.

    Args:
        locate: Tells where in the text a path leads.
    """
    try:
        yield
    except DeclarationError as error:
        raise DeclarationError(locate_all(error.mistakes, locate)) from None


def _line(path: Path, mistake: Mistake) -> str:
    if mistake.position is None:
        return f"{path}: {mistake}"
    return f"{mistake.position.file or path}:{mistake}"


def _printable(line: str) -> str:
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)
