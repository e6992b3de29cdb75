"""What is wrong with the arguments of a constructor, in the words for declarations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps
from inspect import Parameter, signature
from typing import Any, Concatenate, ParamSpec, TypeVar

from azureml_events.base.mistakes import DeclarationError, Mistake, show, unknown

P = ParamSpec("P")
S = TypeVar("S")


def checked_call(init: Callable[Concatenate[S, P], None]) -> Callable[Concatenate[S, P], None]:
    """Make a constructor refuse arguments that it does not take as a declaration does, not with a TypeError."""
    _, *parameters = signature(init).parameters.values()

    @wraps(init)
    def checked(self: S, /, *unnamed: P.args, **named: P.kwargs) -> None:
        wrong = list(_call_mistakes(type(self).__name__, parameters, unnamed, named))
        if wrong:
            raise DeclarationError(wrong)
        init(self, *unnamed, **named)

    return checked


def _call_mistakes(
    called: str, parameters: Sequence[Parameter], unnamed: Sequence[Any], named: Mapping[str, Any]
) -> Iterator[Mistake]:
    names = [each.name for each in parameters]
    positional = [each.name for each in parameters if each.kind is not Parameter.KEYWORD_ONLY]
    required = [each.name for each in parameters if each.default is Parameter.empty]
    first = positional[: len(unnamed)]
    others = unnamed[len(first) :]
    if others:
        needed = [name for name in (*required, *names) if name not in {*first, *named}]
        written = dict.fromkeys(needed[: len(others)])
        call = ", ".join([*(["…"] * len(first)), *(f"{name}=…" for name in written)])
        yield Mistake((), f"{called} takes fields by name, got {show(others[0])}; write {called}({call})")
    for name in named:
        if name in first:
            yield Mistake((name,), "given twice, once without its name; give it once")
        elif name not in names:
            yield Mistake((name,), unknown("field", name, names))
    if not others:
        yield from (Mistake((name,), "required, but missing") for name in required if name not in {*first, *named})
