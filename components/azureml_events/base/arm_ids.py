"""ARM ids, GUIDs and locations: known, or known only during a deployment."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import (
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from azureml_events.base.locations import LOCATIONS
from azureml_events.base.mistakes import show
from azureml_events.base.names import any_case
from azureml_events.base.values import Applicable, Deferred, Reference


def read_reference(value: object, check: Callable[[str], str], expected: str = "text") -> Reference:
    """Read a text that is checked now, or once the deployment knows it.

    Args:
        value: What was given.
        check: Gives what is kept of the text, and raises ValueError.
        expected: What the text is, for the error.

    Raises:
        ValueError: It is no text, or the wrong one.
    """
    if isinstance(value, str):
        return check(value)
    if isinstance(value, Applicable):
        return Deferred(value, check)
    if isinstance(value, Deferred):
        return value
    raise ValueError(f"expected {expected}, got {show(value)}")


GUID_PATTERN = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
"""A GUID in its usual form of 36 characters."""


UNKNOWN_SUBSCRIPTION = "5f0d3a52-6b0e-4c0b-9d2e-64b1f6a30c03"
"""Stands for the Azure subscription of whoever deploys, where a program that runs offline asks for it."""


def is_guid(text: str) -> bool:
    """Tell whether a text is a GUID in its usual form of 36 characters."""
    return re.fullmatch(GUID_PATTERN, text) is not None


def _canonical(text: str) -> str:
    if not is_guid(text):
        raise ValueError(f"{show(text)} is not a GUID; expected one as 00000000-0000-0000-0000-000000000001")
    return text.lower()


Guid = Annotated[
    Reference,
    PlainValidator(lambda value: read_reference(value, _canonical, "a GUID")),
    WithJsonSchema({"type": "string", "pattern": f"^{GUID_PATTERN}$"}),
]
"""A GUID, kept in lower case, or one that only a deployment knows."""


_LONGEST_ID = 2048
_ARM_ID = re.compile(
    r"/subscriptions/([^/]+)/resourceGroups/([-\w.()]{1,90})/providers/([\w.]+)/([^/\s]+(?:/[^/\s]+)+)",
    re.IGNORECASE,
)
_SEGMENT = r"[^/\s]+"


@dataclass(frozen=True)
class ArmId:
    """The parts of a resource's ARM id.

    Attributes:
        subscription_id: The Azure subscription, a GUID.
        resource_group: The resource group.
        type: The resource type, as `Microsoft.EventHub/namespaces/eventhubs`.
        names: The names that stand between the types, outermost first.
    """

    subscription_id: str
    resource_group: str
    type: str
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """The resource's own name."""
        return self.names[-1]

    @property
    def parent(self) -> str:
        """The id of the resource that it is a child of, or of its resource group."""
        if len(self.names) == 1:
            return f"/subscriptions/{self.subscription_id}/resourceGroups/{self.resource_group}"
        return arm_id(
            self.subscription_id,
            self.resource_group,
            self.type.rpartition("/")[0],
            *self.names[:-1],
        )


def arm_id(subscription_id: str, resource_group: str, type_: str, *names: str) -> str:
    """Write an ARM id.

    Args:
        subscription_id: The Azure subscription.
        resource_group: The resource group.
        type_: The resource type, as `Microsoft.EventHub/namespaces/eventhubs`.
        names: One name for each part of the type after the provider.
    """
    provider, *kinds = type_.split("/")
    path = "/".join(f"{kind}/{name}" for kind, name in zip(kinds, names, strict=True))
    return f"/subscriptions/{subscription_id}/resourceGroups/{resource_group}/providers/{provider}/{path}"


def parse_arm_id(text: str, *types: str) -> ArmId:
    """Read an ARM id.

    Args:
        text: `/subscriptions/<GUID>/resourceGroups/<group>/providers/<type and names>`; type names in any case.
        types: The resource types that are allowed, in their canonical case.

    Raises:
        ValueError: It is no ARM id, or one of another resource type; the message shows the right form.
    """
    id_ = _read(text, types)
    if id_ is None:
        raise ValueError(_problem(text, types))
    return id_


def _read(text: str, types: tuple[str, ...]) -> ArmId | None:
    match = _ARM_ID.fullmatch(text) if len(text) <= _LONGEST_ID else None
    if match is None or not is_guid(match[1]):
        return None
    given_type, names = _type_and_names(match)
    type_ = next((each for each in types if each.lower() == given_type.lower()), None)
    return ArmId(match[1], match[2], type_, names) if type_ and type_.count("/") == len(names) else None


def _type_and_names(match: re.Match[str]) -> tuple[str, tuple[str, ...]]:
    segments = match[4].split("/")
    return "/".join([match[3], *segments[0::2]]), tuple(segments[1::2])


def _problem(text: str, types: tuple[str, ...]) -> str:
    """Say why a text is no id of these types."""
    named = _read(f"{text.rstrip('/')}/<name>", types)
    if named is not None:
        last = named.type.rpartition("/")[2]
        return f"the id ends with '{last}', and the name after it is missing; expected {id_form(named.type)}"
    form = id_form(types[0])
    match = _ARM_ID.fullmatch(text) if len(text) <= _LONGEST_ID else None
    if match is None and len(text) <= _LONGEST_ID and _ARM_ID.fullmatch(text.rstrip("/")):
        return f"the id ends with '/', leave that out; expected {form}"
    if match is None:
        return f"{show(text)} is not the id of a resource; expected {form}"
    if not is_guid(match[1]):
        return f"{show(match[1])} is not a GUID; expected {form}"
    given_type, names = _type_and_names(match)
    missing = "/<name>" if given_type.count("/") > len(names) else ""
    return f"the id is of type {show(given_type)}; expected {_expected(given_type, types, missing)}"


def is_resource_id(text: str) -> bool:
    """Tell whether a text has the form of a resource's ARM id, of any type."""
    return len(text) <= _LONGEST_ID and _ARM_ID.fullmatch(text) is not None


def id_form(type_: str) -> str:
    """Show the form of a resource's id, for errors and documentation.

    Args:
        type_: The resource type, as `Microsoft.EventHub/namespaces/eventhubs`.
    """
    return arm_id("<GUID>", "<group>", type_, *("<name>" for _ in type_.split("/")[1:]))


def _expected(given_type: str, types: tuple[str, ...], missing: str) -> str:
    for type_ in types:
        if type_.lower().startswith(f"{given_type.lower()}/"):
            further = "/<name>/".join(type_[len(given_type) + 1 :].split("/"))
            return f"{id_form(type_)}; the id ends too early, add {missing}/{further}/<name>"
        if given_type.lower().startswith(f"{type_.lower()}/"):
            return f"{id_form(type_)}; the id goes on too far, end it after {type_.rpartition('/')[2]}/<name>"
    return id_form(types[0])


def in_case_of(written: str, name: str) -> str:
    """Put a name in the case in which an id has it, where ARM takes the two for the same.

    Args:
        written: The name in the id.
        name: The name as it is given elsewhere.
    """
    return written if written.lower() == name.lower() else name


class OfType:
    """The annotation of a field that holds the ARM id of a resource, or a `Deferred` one.

    Args:
        types: The resource types that are allowed, in their canonical case.
    """

    def __init__(self, *types: str) -> None:
        self.types = types

    def check(self, text: str) -> str:
        """Return the id itself.

        Raises:
            ValueError: It is not the id of such a resource.
        """
        parse_arm_id(text, *self.types)
        return text

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        del source, handler
        return core_schema.no_info_plain_validator_function(
            lambda value: read_reference(value, self.check),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        del schema, handler
        return self.schema()

    def schema(self) -> JsonSchemaValue:
        """Say the form of such an id as a JSON Schema."""
        return {"type": "string", "pattern": _pattern(self.types), "examples": [id_form(self.types[0])]}


def _pattern(types: tuple[str, ...]) -> str:
    """Write the regular expression of the ids of resource types, whose names may be in any case."""
    forms = []
    for type_ in types:
        provider, *kinds = type_.split("/")
        forms.append("/".join([any_case(provider), *(f"{any_case(kind)}/{_SEGMENT}" for kind in kinds)]))
    start = f"{any_case('/subscriptions/')}{GUID_PATTERN}{any_case('/resourceGroups/')}{_SEGMENT}"
    return f"^{start}{any_case('/providers/')}({'|'.join(forms)})$"


_LOCATION = re.compile(r"[A-Za-z][A-Za-z0-9 _-]{1,58}")


class Region(str):
    """The name of a region that is not known here, with what somebody wrote for it.

    Args:
        name: The name: lower case, no spaces.
        written: What was written.
    """

    __slots__ = ("written",)

    written: str

    def __new__(cls, name: str, written: str) -> Self:
        """Make it: a text that is the name."""
        region = super().__new__(cls, name)
        region.written = written
        return region

    def __reduce__(self) -> tuple[type[Region], tuple[str, str]]:
        """Give what a copy is made from."""
        return Region, (str(self), self.written)


def _canonical_location(text: str) -> str:
    if not _LOCATION.fullmatch(text):
        raise ValueError(f"{show(text)} is not a region; expected its name, as 'westeurope' or 'West Europe'")
    name = text.replace(" ", "").lower()
    if name == "global":
        raise ValueError(f"{show(text)} is not a region; write the one that it lies in, as 'westeurope'")
    return name if name == text or name in LOCATIONS else Region(name, text)


Location = Annotated[
    Reference,
    PlainValidator(lambda value: read_reference(value, _canonical_location)),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^(?!{any_case('global')}$){_LOCATION.pattern}$",
            "examples": ["westeurope", "West Europe"],
        }
    ),
]
"""An Azure region by name or display name, kept as its name."""

_OTHER_CLOUDS = re.compile("(usgov|usdod|ussec|usnat|china)[a-z0-9_-]*|germanycentral|germanynortheast")

ENVIRONMENT_KEY = "azure-native:environment"
"""The configuration key that says in which cloud the provider works."""

PUBLIC_CLOUD = "public"
"""What azure-native's `environment` is by default; `usgovernment` and `china` are the others that its SDK names."""

_PUBLIC_CLOUD = {PUBLIC_CLOUD, "azurecloud", "azurepubliccloud", ""}


def is_in_other_cloud(location: str) -> bool:
    """Tell whether a region is one of a cloud of its own, whose services have other hosts than the public cloud's.

    Source: Azure's pages on its Government and China clouds. Germany has public regions beside the two of its former
    cloud.

    Args:
        location: The region's name, as a `Location` is kept.
    """
    return _OTHER_CLOUDS.fullmatch(location) is not None


def is_other_cloud(environment: str) -> bool:
    """Tell whether a provider works in another cloud than the public one.

    Args:
        environment: The cloud, as `azure-native:environment` names it, in any case.
    """
    return environment.strip().lower() not in _PUBLIC_CLOUD
