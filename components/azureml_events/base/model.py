"""The base of every declaration: a frozen, closed pydantic model with Event Grid's JSON names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from inspect import currentframe
from typing import Annotated, Any, ClassVar, NamedTuple, NoReturn, Self, TypeVar, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import (
    CoreSchema,
    InitErrorDetails,
    PydanticCustomError,
    core_schema,
)

from azureml_events.base.constraints import Constraint
from azureml_events.base.documented import Documented
from azureml_events.base.mistakes import OURS, DeclarationError, Mistake, explain, show
from azureml_events.base.python_names import in_python

_FROM_DOCUMENT = {"from_document": True}
"""The context in which a document's values are validated: there a field without a value is a mistake."""


def is_from_document(info: ValidationInfo) -> bool:
    """Tell whether a validator sees a document's value, not a program's."""
    return info.context is _FROM_DOCUMENT


T = TypeVar("T")


class _AsTuple:
    """Keep a list or tuple as a tuple."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        (item,) = get_args(source)
        elements = core_schema.tuple_variable_schema(handler.generate_schema(item), strict=False)
        return core_schema.no_info_before_validator_function(_refuse_one, elements)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema)


def _refuse_one(value: object) -> object:
    """Refuse a declaration in place of a list of them: it would be read as the list of its fields."""
    if isinstance(value, BaseModel):
        name = type(value).__name__
        raise ValueError(f"expected a list, got one {name}; write [{name}(…)]")
    return value


Many = Annotated[Sequence[T], _AsTuple()]
"""A list of any length, kept as a tuple."""


_NOTING: ContextVar[bool] = ContextVar("noting", default=False)
# No field, so that it plays no part in comparing or printing; copies keep it.
_LINE = "_line"


class Line(NamedTuple):
    """A line of a program."""

    file: str
    """The file, as Python names it."""

    number: int
    """The line, from 1."""


@contextmanager
def noting_lines() -> Iterator[None]:
    """Let declarations remember the lines that construct them, while it lasts."""
    token = _NOTING.set(True)
    try:
        yield
    finally:
        _NOTING.reset(token)


NOTHING = "got nothing; write a value, or leave the field out"
"""What is said of a field that stands without a value, and then nothing else of it."""


class Declaration(BaseModel, metaclass=Documented):
    """Something declared: immutable, without unknown fields, its mistakes all reported at once.

    In Python the fields have snake_case names, in stack files and ARM bodies camelCase ones.

    Raises:
        DeclarationError: On construction, with every mistake.
    """

    hints: ClassVar[Mapping[str, str]] = {}
    """Fields that people write here although they belong somewhere else, and what to do with each."""

    constraints: ClassVar[tuple[Constraint, ...]] = ()
    """Rules between its fields, beside those of the classes that it derives from."""

    positional: ClassVar[tuple[str, ...]] = ()
    """The fields that may be given without their names, in this order."""

    renamed: ClassVar[Mapping[str, str]] = {}
    """The JSON names that are other words in Python, and these."""

    has_line: ClassVar[bool] = False
    """Whether it remembers the line that constructs it, while lines are noted."""

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
        strict=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        allow_inf_nan=False,
        ser_json_inf_nan="null",
        arbitrary_types_allowed=True,
    )

    def __init__(self, /, *unnamed: Any, **fields: Any) -> None:
        try:
            super().__init__(**_named(type(self), unnamed, fields))
        except ValidationError as error:
            raise DeclarationError(mistakes_of(error)) from None
        if self.has_line and _NOTING.get() and (here := currentframe()) and (caller := here.f_back):
            self.__dict__[_LINE] = Line(caller.f_code.co_filename, caller.f_lineno)

    # Nested declarations are then validated in place, not constructed anew: pydantic's own mark.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield the mistakes between the fields that no constraint says, whether or not each field is right.

        Args:
            given: The fields as written, by their JSON names; values may be of any type.
        """
        del given
        yield from ()

    @classmethod
    def schema_rules(cls) -> list[JsonSchemaValue]:
        """Say the `rules` as JSON Schemas that must all hold, as far as JSON Schema can say them."""
        return []

    def __str__(self) -> str:
        return f"{type(self).__name__}(…)"

    @property
    def line(self) -> Line | None:
        """The program's line that constructs it; None while no lines were noted."""
        return self.__dict__.get(_LINE)

    def given(self) -> dict[str, Any]:
        """Return the fields that were given, by their JSON names, nested declarations as they are."""
        fields = type(self).model_fields
        return {fields[name].alias or name: getattr(self, name) for name in self.model_fields_set}

    @model_validator(mode="wrap")
    @classmethod
    def _report_all(cls, data: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        from_document = is_from_document(info)
        found: list[Mistake] = []
        declared: Self | None = None
        try:
            declared = handler(data)
        except ValidationError as error:
            problems = error.errors(include_url=False)
            fields = json_names(cls) if from_document else list(cls.model_fields)
            found = [
                Mistake(tuple(problem["loc"]), explain(problem, fields, cls.hints, in_python=not from_document))
                for problem in problems
            ]
        if isinstance(data, Mapping):
            given = _by_json_name(cls, data)
            found += [mistake for each in constraints_of(cls) for mistake in each.mistakes(given)]
            found += cls.rules(given)
            found = _without_blanks(cls, given, found) if from_document else [_by_own_name(cls, each) for each in found]
        if found or declared is None:
            raise ValidationError.from_exception_data(cls.__name__, [_problem(mistake) for mistake in found])
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
            return cls.model_validate(data, by_alias=True, by_name=False, context=_FROM_DOCUMENT)
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


@cache
def constraints_of(cls: type[Declaration]) -> tuple[Constraint, ...]:
    """Collect the constraints of a declaration, those of the classes that it derives from first."""
    return tuple(each for base in reversed(cls.__mro__) for each in vars(base).get("constraints", ()))


def json_names(cls: type[BaseModel]) -> list[str]:
    """List the JSON names of a declaration's fields, in their order."""
    return [field.alias or name for name, field in cls.model_fields.items()]


def requires(cls: type[BaseModel]) -> list[str]:
    """List the JSON names of the fields that a declaration cannot do without."""
    return [field.alias or name for name, field in cls.model_fields.items() if field.is_required()]


def _named(cls: type[Declaration], unnamed: Sequence[Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Put a constructor's arguments under their fields' Python names.

    Raises:
        DeclarationError: One has no name, two, or not the one that it has in Python.
    """
    first = dict(zip(cls.positional, unnamed, strict=False))
    wrong = [Mistake((name,), "given twice, once without its name; give it once") for name in first if name in fields]
    wrong += [
        Mistake((name,), f"in Python its name is '{own}'; write {own}=…")
        for name, own in cls.renamed.items()
        if name in fields
    ]
    others = unnamed[len(first) :]
    if others:
        written = ", ".join(f"{name}=…" for name in _to_write(cls, {*first, *fields}, len(others)))
        call = f"{cls.__name__}({written})"
        wrong.append(Mistake((), f"{cls.__name__} takes fields by name, got {show(others[0])}; write {call}"))
    if wrong:
        raise DeclarationError(wrong)
    return {**first, **fields}


def _to_write(cls: type[Declaration], given: Collection[str], more: int) -> list[str]:
    """Name the fields that are still to be written: all that are required, and as many as were meant."""
    needed = [name for name, field in cls.model_fields.items() if field.is_required() and name not in given]
    others = [name for name in (*cls.__annotations__, *cls.model_fields) if name in cls.model_fields and name != "type"]
    names = dict.fromkeys([*needed, *(name for name in others if name not in given)])
    return list(names)[: max(more, len(needed))]


def mistakes_of(error: ValidationError) -> list[Mistake]:
    """List the mistakes that a validation error holds.

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


def _without_blanks(cls: type[BaseModel], given: Mapping[str, Any], found: list[Mistake]) -> list[Mistake]:
    """Replace the mistakes in each field that has no value by one that says so."""
    blank = [name for name in json_names(cls) if name in given and given[name] is None]
    kept = [mistake for mistake in found if not (len(mistake.path) == 1 and mistake.path[0] in blank)]
    return [*kept, *(Mistake((name,), NOTHING) for name in blank)]


def _problem(mistake: Mistake) -> InitErrorDetails:
    error = PydanticCustomError(OURS, "{text}", {"text": mistake.message})
    return InitErrorDetails(type=error, loc=mistake.path, input=None)


def _by_json_name(cls: type[BaseModel], data: Mapping[str, Any]) -> dict[str, Any]:
    aliases = {name: field.alias or name for name, field in cls.model_fields.items()}
    return {aliases.get(name, name): value for name, value in data.items()}


def _by_own_name(cls: type[BaseModel], mistake: Mistake) -> Mistake:
    """Put the field's Python name at the beginning of a mistake's path, and Python's names into its message."""
    names = {field.alias or name: name for name, field in cls.model_fields.items()}
    message = in_python(mistake.message, names)
    if not mistake.path:
        return Mistake((), message)
    first, *rest = mistake.path
    return Mistake((names.get(str(first), first), *rest), message)
