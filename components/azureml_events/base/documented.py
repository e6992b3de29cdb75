"""Documentation of declarations as `help()` shows it: each argument with its meaning, and nothing of pydantic's."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from inspect import Parameter, Signature, cleandoc, signature
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, dataclass_transform, get_args, get_origin

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

from azureml_events.base.descriptions import descriptions
from azureml_events.base.python_names import documented_in_python
from azureml_events.base.values import Applicable, Deferred, Secret

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)


@dataclass_transform(kw_only_default=True, field_specifiers=(Field,))
class Documented(ModelMetaclass):
    """The class of declarations, which knows how to document each from its fields."""

    @property
    def __doc__(cls) -> str:  # type: ignore[override]  # noqa: N805 - a metaclass
        """The class's docstring with an `Args:` of its own fields; made when it is read."""
        own = documented_in_python(cleandoc(vars(cls).get("__doc__") or ""))
        meanings = {name: documented_in_python(text) for name, text in descriptions(cls).items()}
        arguments = [f"    {name}: {meanings.get(name, '')}".rstrip() for name, _ in _arguments(cls)]
        if not arguments:
            return own
        head, raises, tail = own.partition("\n\nRaises:")
        return "\n".join([head, "", "Args:", *arguments]) + (raises + tail)

    @property
    def __signature__(cls) -> Signature:  # noqa: N805 - a metaclass
        """The arguments by their Python names."""
        positional: tuple[str, ...] = vars(cls).get("positional", ())
        parameters = [
            Parameter(
                name,
                Parameter.POSITIONAL_OR_KEYWORD if name in positional else Parameter.KEYWORD_ONLY,
                default=Parameter.empty if field.is_required() else field.get_default(call_default_factory=True),
                annotation=_Words(" | ".join(dict.fromkeys(_words(field.annotation)))),
            )
            for name, field in _arguments(cls)
        ]
        return Signature(sorted(parameters, key=lambda each: each.kind))

    @__signature__.setter
    def __signature__(cls, _: Signature) -> None:  # noqa: N805 - a metaclass
        """Keep our signature where Pydantic would set its own, by JSON names."""

    def __dir__(cls) -> list[str]:  # noqa: N805 - a metaclass
        return [name for name, _ in _arguments(cls)]


class DocumentedComponent(type):
    """The class of components: `help()` shows what a program gives to one and gets from it, nothing of Pulumi's own."""

    @property
    def __signature__(cls) -> Signature:
        """The constructor's arguments."""
        _, *own = signature(cls.__init__).parameters.values()  # type: ignore[misc]  # of this very class
        return Signature(
            [
                each.replace(annotation=_Words(each.annotation)) if isinstance(each.annotation, str) else each
                for each in own
            ]
        )

    def __dir__(cls) -> list[str]:
        return []


class _Words(str):
    """An annotation that is shown as it is."""

    __slots__ = ()

    __repr__ = str.__str__


_SAID = {Deferred: "Output", Applicable: "Output", Secret: "Output", type(None): "None", Any: "Any"}


def _arguments(cls: Any) -> Iterator[tuple[str, FieldInfo]]:
    """Yield the fields that someone sets: all but the type of a handler, which its class says."""
    fields: Mapping[str, FieldInfo] = cls.model_fields
    yield from ((name, field) for name, field in fields.items() if name != "type" or field.is_required())


def _words(annotation: Any) -> Iterator[str]:
    """Yield the words for a type, an alternative each."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _words(arguments[0])
    elif origin in (Union, types.UnionType):
        for each in arguments:
            yield from _words(each)
    elif origin is Literal:
        yield from map(repr, arguments)
    elif annotation in _SAID:
        yield _SAID[annotation]
    elif origin is not None:
        held = ", ".join(" | ".join(_words(each)) for each in arguments if each is not ...)
        yield f"{getattr(origin, '__name__', origin)}[{held}]"
    else:
        yield getattr(annotation, "__name__", str(annotation))
