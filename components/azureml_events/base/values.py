"""Values that only a deployment knows, and values that must never be shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, runtime_checkable

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, SchemaSerializer, core_schema

_AS_SHOWN = SchemaSerializer(
    core_schema.any_schema(serialization=core_schema.plain_serializer_function_ser_schema(repr))
)


@runtime_checkable
class Applicable(Protocol):
    """A value of the deployment engine's, as `pulumi.Output`."""

    def apply(self, func: Callable[[Any], Any]) -> Any:
        """Hand the value to a function once it is known."""


@dataclass(frozen=True, eq=False)
class Deferred:
    """A value that only a deployment knows: opaque, compared by identity, shown as `<unknown>`, in `model_dump()` too.

    Args:
        value: What the deployment engine resolves, as `pulumi.Output`.
        check: What the value must pass once it is known; it gives what is kept and raises ValueError.
        secret: Tells of the known value whether it is a secret, also where the program does not say so; default never.
    """

    __pydantic_serializer__: ClassVar[SchemaSerializer] = _AS_SHOWN

    value: Any
    check: Callable[[str], str] = str
    secret: Callable[[str], bool] | None = None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        del source, handler
        shown = core_schema.plain_serializer_function_ser_schema(repr)
        return core_schema.is_instance_schema(cls, serialization=shown)

    def __repr__(self) -> str:
        return "<unknown>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Deferred) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)


Reference = str | Deferred | Applicable
"""A text that is known, or one that only a deployment knows: what a program gives is kept as `Deferred`."""


class Secret:
    """A secret text, shown as `<secret>`, in `model_dump()` too, whatever field it stands in.

    It is no dataclass, so that `dataclasses.asdict` does not look into it.

    Args:
        value: The text, or None where it is there but unknown, as offline.
    """

    __slots__ = ("value",)

    __pydantic_serializer__: ClassVar[SchemaSerializer] = _AS_SHOWN

    def __init__(self, value: str | None) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.value == self.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __repr__(self) -> str:
        return "<secret>"


class FillIn(Secret):
    """A secret that is still to be encrypted where it stands."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(None)


SECURE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"secure": {"type": "string"}},
    "required": ["secure"],
    "additionalProperties": False,
}
"""The JSON Schema of a value that Pulumi encrypted in a stack file, `{secure: …}`."""


def derive(reference: Reference, function: Callable[[str], str]) -> Reference:
    """Return what follows from a reference: at once where it is known, else once the deployment knows it.

    Args:
        reference: The reference.
        function: What gives it; it raises ValueError where it cannot.

    Raises:
        ValueError: `function` refuses a known reference.
    """
    if isinstance(reference, str):
        return function(reference)
    return Deferred(reference.value if isinstance(reference, Deferred) else reference, function)
