"""Delivery attribute mappings: headers and message properties that Event Grid adds to what it delivers.

Rules: Event Grid's page on delivery properties.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue

from azureml_events.base.constraints import Excludes, Is, Needs
from azureml_events.base.mistakes import Mistake, show
from azureml_events.base.model import Declaration
from azureml_events.base.values import SECURE_SCHEMA, Applicable, Deferred, Reference, Secret
from azureml_events.event_grid.filters import Key

Form = Literal["declared", "answered", "written"]
"""How a body is written: as we declare it, with every default; as Azure answers it; as another program wrote it."""

MAX_MAPPINGS = 10
"""Mappings that one event subscription may have."""

MAX_VALUE_BYTES = 4096
"""Bytes, in UTF-8, that one static value may have."""


def _value(value: object) -> object:
    if isinstance(value, Applicable):
        return Deferred(value)
    text = value.value if isinstance(value, Secret) else value
    if not isinstance(value, (str, Secret, Deferred)):
        raise ValueError("expected text; quote it")
    if isinstance(text, str) and len(text.encode()) > MAX_VALUE_BYTES:
        raise ValueError(f"too long; allowed: {MAX_VALUE_BYTES:,} bytes")
    return value


AttributeValue = Annotated[
    Reference | Secret,
    BeforeValidator(_value),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                SECURE_SCHEMA,
            ]
        }
    ),
]


def _own_name(name: str) -> str:
    if not name or name.lower().startswith("aeg-"):
        raise ValueError(f"{show(name)} is refused; names of one's own do not begin with 'aeg-'")
    return name


_STATIC, _DYNAMIC = Is("type", "Static"), Is("type", "Dynamic")


_CREDENTIALS = {
    *("authorization", "apikey", "credential", "credentials", "passwd", "password", "pwd", "secret", "token"),
    *("cookie", "sas"),
}
_KEYS = {
    *("access", "account", "api", "app", "auth", "client", "function", "functions", "host", "master", "private"),
    *("shared", "signing", "storage", "subscription"),
}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def names_credential(name: object) -> bool:
    """Tell whether an attribute's name says that its value is a credential, as `Authorization`, `x-functions-key`.

    Args:
        name: The attribute's name, in any case and with any separators; of any type, as it is written.
    """
    words = [word.lower() for word in _WORD.findall(name)] if isinstance(name, str) else []
    if not words:
        return False
    of_key = any(before in _KEYS and word == "key" for before, word in pairwise(words))
    return bool(_CREDENTIALS & {words[0], words[-1]}) or of_key or (words[-1] == "key" and not _KEYS.isdisjoint(words))


class DeliveryAttributeMapping(Declaration):
    """One attribute: a fixed value, or a value taken from the event."""

    constraints = (
        Needs(_STATIC, "value", "required, but missing: type Static takes it"),
        Excludes(_STATIC, "sourceField", "type Static takes 'value' instead"),
        Needs(_DYNAMIC, "sourceField", "required, but missing: type Dynamic takes it"),
        Excludes(_DYNAMIC, "value", "type Dynamic takes 'sourceField' instead"),
        Excludes(_DYNAMIC, Is("isSecret", True), "type Dynamic takes 'sourceField' instead"),
    )

    name: Annotated[str, AfterValidator(_own_name), Field(json_schema_extra={"pattern": "^(?![aA][eE][gG]-)."})]
    """The attribute's name; it must not begin with `aeg-`. Each kind of endpoint has special names, as
    `PartitionKey` of an event hub."""

    type: Literal["Static", "Dynamic"]
    """`Static`: `value` says it. `Dynamic`: it is read from the event's `sourceField`."""

    value: AttributeValue | None = None
    """The fixed value, at most 4096 bytes; encrypted where `isSecret` is true."""

    source_field: Key | None = None
    """The event's member that holds a text, number or boolean, as `data.runId`."""

    is_secret: bool = False
    """Whether the fixed value is kept secret by Event Grid; default false."""

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield a mistake for a secret in the clear, and for a credential that Event Grid would show."""
        value = given.get("value")
        if given.get("isSecret") is True:
            if isinstance(value, str):
                yield Mistake(("value",), "a secret in the clear; pass it as pulumi.Output.secret")
            return
        shown = given.get("type") == "Static" and not isinstance(value, Secret)
        if shown and names_credential(given.get("name")):
            fix = "pass it as pulumi.Output.secret, with is_secret=True"
            yield Mistake(("value",), f"a secret in the clear, as the attribute's name says; {fix}")

    @classmethod
    def schema_rules(cls) -> list[JsonSchemaValue]:
        """Say that a value is encrypted where it is secret, and only there."""
        secret = {"properties": {"isSecret": {"const": True}}, "required": ["isSecret"]}
        value = {form: {"properties": {"value": {"type": form}}} for form in ("object", "string")}
        return [{"if": secret, "then": value["object"], "else": value["string"]}]

    def to_arm(self, form: Form = "declared") -> dict[str, Any]:
        """Write the mapping as ARM knows it.

        Args:
            form: `declared` writes every default out, the others leave out what is not given.
        """
        if self.type == "Dynamic":
            return {"name": self.name, "type": self.type, "sourceField": self.source_field}
        body: dict[str, Any] = {"name": self.name, "type": self.type}
        body["value"] = _kept_secret(self.value) if self.is_secret else self.value
        if form == "declared" or "is_secret" in self.model_fields_set:
            body["isSecret"] = self.is_secret
        return body


def _kept_secret(value: Reference | Secret | None) -> Reference | Secret | None:
    return Deferred(value.value, value.check, lambda _: True) if isinstance(value, Deferred) else value


def mapping_mistakes(given: object, *, authorization: bool) -> Iterator[Mistake]:
    """Yield the mistakes between the mappings of one endpoint.

    Args:
        given: The mappings as written.
        authorization: Whether the endpoint leaves the `Authorization` header to its owner.
    """
    if isinstance(given, (list, tuple)) and len(given) > MAX_MAPPINGS:
        yield Mistake((), f"{len(given)} delivery attributes; allowed: {MAX_MAPPINGS}")
    seen: dict[str, int] = {}
    for index, name, _ in raw_mappings(given):
        first = seen.setdefault(name.lower(), index)
        if first != index:
            yield Mistake((index, "name"), f"{show(name)} stands already at [{first}]")
        if name.lower() == "authorization" and not authorization:
            yield Mistake((index, "name"), "Event Grid sets Authorization itself; use another name")


def without_attributes(*forms: Mapping[str, JsonSchemaValue]) -> JsonSchemaValue:
    """Say as a JSON Schema of an endpoint that not all of some delivery attributes are there.

    Args:
        forms: What tells each attribute, by its members.
    """
    found = [{"contains": {"properties": form, "required": list(form)}} for form in forms]
    return {"properties": {"deliveryAttributeMappings": {"not": found[0] if len(found) == 1 else {"allOf": found}}}}


def raw_mappings(given: object) -> Iterator[tuple[int, str, object]]:
    """Yield index, name and type of each mapping of one endpoint that has a name.

    Args:
        given: The mappings as written, of any type.
    """
    for index, item in enumerate(given if isinstance(given, (list, tuple)) else ()):
        fields = item if isinstance(item, Mapping) else item.given() if isinstance(item, Declaration) else {}
        name = fields.get("name")
        if isinstance(name, str):
            yield index, name, fields.get("type")
