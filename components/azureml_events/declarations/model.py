"""The base of every declaration: a frozen, closed pydantic model with Event Grid's JSON names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, NoReturn, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    Strict,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import (
    CoreSchema,
    ErrorDetails,
    InitErrorDetails,
    PydanticCustomError,
    core_schema,
)

from azureml_events.declarations.mistakes import DeclarationError, Mistake, show, unknown

_OURS = "azureml_events"

T = TypeVar("T")

Many = Annotated[tuple[T, ...], Strict(strict=False)]
"""A list of any length, kept as a tuple."""


class Declaration(BaseModel):
    """Something declared: immutable, without unknown fields, its mistakes all reported at once.

    In Python the fields have snake_case names, in stack files and ARM bodies camelCase ones.

    Raises:
        DeclarationError: On construction, with every mistake.
    """

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        use_attribute_docstrings=True,
        allow_inf_nan=False,
        ser_json_inf_nan="null",
        arbitrary_types_allowed=True,
    )

    def __init__(self, /, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as error:
            raise DeclarationError(mistakes_of(error)) from None

    # Nested declarations are then validated in place, not constructed anew: pydantic's own mark.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """What is wrong between the fields that were given, whether or not each is right.

        Args:
            given: The fields as written, by their JSON names; values may be of any type.
        """
        yield from ()

    def given(self) -> dict[str, Any]:
        """The fields that were given, by their JSON names, nested declarations as they are."""
        fields = type(self).model_fields
        return {fields[name].alias or name: getattr(self, name) for name in self.model_fields_set}

    @model_validator(mode="wrap")
    @classmethod
    def _report_all(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        problems: list[InitErrorDetails] = []
        declared: Self | None = None
        try:
            declared = handler(data)
        except ValidationError as error:
            problems = [
                _problem(Mistake(tuple(problem["loc"]), _message(cls, problem)))
                for problem in error.errors(include_url=False)
            ]
        if isinstance(data, Mapping):
            problems += [_problem(mistake) for mistake in cls.rules(_by_json_name(cls, data))]
        if problems or declared is None:
            raise ValidationError.from_exception_data(cls.__name__, problems)
        return declared

    @classmethod
    def parse(cls, data: object) -> Self:
        """Read a declaration from a stack file's or another document's plain values.

        Args:
            data: A map with JSON (camelCase) names.

        Raises:
            DeclarationError: With every mistake, its path starting below `data`.
        """
        try:
            return cls.model_validate(data, by_alias=True, by_name=False)
        except ValidationError as error:
            raise DeclarationError(mistakes_of(error)) from None


class Between:
    """A whole number with bounds, both included; an annotation of `int` fields.

    Args:
        low: The least allowed value.
        high: The greatest allowed value.
    """

    def __init__(self, low: int, high: int) -> None:
        self.low = low
        self.high = high

    def __get_pydantic_core_schema__(self, source: type[int], handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "minimum": self.low, "maximum": self.high}

    def _check(self, value: int) -> int:
        if not self.low <= value <= self.high:
            raise ValueError(f"{show(value)} is out of range; allowed: {self.low} to {self.high}")
        return value


def json_names(cls: type[BaseModel]) -> list[str]:
    """The JSON names of a declaration's fields, in their order."""
    return [field.alias or name for name, field in cls.model_fields.items()]


def mistakes_of(error: ValidationError) -> list[Mistake]:
    """What a validation error says.

    Args:
        error: What validating a `Declaration` raised.
    """
    return [
        Mistake(tuple(problem["loc"]), problem["msg"])
        for problem in error.errors(include_url=False, include_input=False)
    ]


def refuse(mistakes: Iterable[Mistake]) -> NoReturn:
    """Refuse a value from inside a pydantic validator, its mistakes kept apart.

    Args:
        mistakes: What is wrong, each with its path below the value.

    Raises:
        ValidationError: Always.
    """
    raise ValidationError.from_exception_data("declaration", [_problem(m) for m in mistakes])


_EXPECTED: dict[str, str] = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false, without quotes",
    "tuple_type": "a list",
    "dict_type": "a map",
    "model_type": "a map",
}


def _message(cls: type[BaseModel], problem: ErrorDetails) -> str:
    """One of pydantic's errors in our words."""
    kind = problem["type"]
    if kind == _OURS:
        return problem["msg"]
    if kind == "value_error":
        return str(problem["ctx"]["error"])
    if kind == "missing":
        return "required, but missing"
    if kind == "extra_forbidden":
        return unknown("field", str(problem["loc"][-1]), json_names(cls))
    if kind == "literal_error":
        return f"unknown value {show(problem['input'])}; allowed: {problem['ctx']['expected']}"
    if kind in _EXPECTED:
        hint = "; quote it" if kind == "string_type" and _is_scalar(problem["input"]) else ""
        return f"expected {_EXPECTED[kind]}, got {show(problem['input'])}{hint}"
    message = problem["msg"]
    return message[0].lower() + message[1:]


def _is_scalar(value: object) -> bool:
    return isinstance(value, (int, float))


def _problem(mistake: Mistake) -> InitErrorDetails:
    said = PydanticCustomError(_OURS, "{text}", {"text": mistake.message})
    return InitErrorDetails(type=said, loc=mistake.path, input=None)


def _by_json_name(cls: type[BaseModel], data: Mapping[str, Any]) -> dict[str, Any]:
    aliases = {name: field.alias or name for name, field in cls.model_fields.items()}
    return {aliases.get(name, name): value for name, value in data.items()}
