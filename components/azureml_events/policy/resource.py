"""The resources that policy rules judge: plain wire values, whatever tool they come from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from azureml_events.base.mistakes import MemberPath

_TOKEN = re.compile(r"azure-(?:native|nextgen)(?:_\w+)?:(?P<module>\w+)(?:/[^:]*)?:(?P<type>\w+)")
"""Tokens of azure-native: without a version, with one (provider 2.x), or of a local package (provider 3.x; its form is
UNVERIFIED)."""

STACK = "pulumi:Stack"
"""The type of the stack itself, whose outputs may list what others must grant."""

_STACK_TOKEN = "pulumi:pulumi:Stack"  # noqa: S105 - a type

T = TypeVar("T")


@dataclass(frozen=True)
class Resource:
    """One resource as it is declared.

    Attributes:
        name: What findings call it: its Pulumi name, or `<topic>/<subscription>` in a document.
        type: Its type without package and version, `eventgrid:SystemTopic`.
        inputs: Its wire inputs, in azure-native's lifted form; what is not known is `Unresolved`, a secret is the value
            itself where that is known. Numbers may be floats.
        urn: Its URN; empty outside Pulumi.
        outputs: What Azure returned, in a state.
        id: Its ARM id; None while unknown.
        sources: The URNs of the resources that the value of a member comes from, by the outermost member.
        secrets: Paths of the inputs that are secret.
        marks_secrets: Whether its tool marks inputs as secret, as Pulumi does; default true.
        protect: Whether its deletion is refused.
        azure_subscription: The Azure subscription of its provider, or that a template deploys to, maybe as the
            template's expression; None where nothing says.
        path: Where it is in the document or stack file.
        source: The program's file and line that registers it; None where there is none.
    """

    name: str
    type: str
    inputs: Mapping[str, Any]
    urn: str = ""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None
    sources: Mapping[str, Sequence[str]] = field(default_factory=dict)
    secrets: frozenset[MemberPath] = frozenset()
    marks_secrets: bool = True
    protect: bool = False
    azure_subscription: str | None = None
    path: MemberPath = ()
    source: tuple[str, int] | None = None

    @property
    def known_id(self) -> str | None:
        """The ARM id that Azure gave it, in lower case; None while unknown."""
        for each in (self.id, self.outputs.get("id"), self.inputs.get("id")):
            if isinstance(each, str) and each.startswith("/"):
                return each.lower()
        return None


@dataclass(frozen=True)
class LookUp:
    """A look-up of a resource that exists, as a program that was run offline asked for it.

    Attributes:
        function: The provider's function without package and version, `logic:getWorkflow`.
        arguments: Its arguments; what is not known is `Unresolved`.
        azure_subscription: The Azure subscription of its provider; None where nothing says.
    """

    function: str
    arguments: Mapping[str, Any]
    azure_subscription: str | None = None


class Resources:
    """All resources of a program or document.

    Args:
        resources: The resources, in the order in which they are judged.
        is_whole: Whether they are everything that is deployed together; default true. A list of event subscriptions
            holds no roles and no settings, so none is missing.
        look_ups: What a program looks up; default nothing.

    Attributes:
        all: The resources.
        is_whole: As given.
        look_ups: As given.
    """

    def __init__(
        self, resources: Iterable[Resource], *, is_whole: bool = True, look_ups: Iterable[LookUp] = ()
    ) -> None:
        self.is_whole = is_whole
        self.look_ups = tuple(look_ups)
        self.all = tuple(resources)
        self._by_urn = {each.urn: each for each in self.all if each.urn}
        self._derived: dict[Callable[[Resources], Any], Any] = {}

    def of_type(self, *types: str) -> list[Resource]:
        """Return the resources of some types, in their order.

        Args:
            types: Types without package and version.
        """
        return [each for type_ in types for each in self._by_type.get(type_, ())]

    def sources_of(self, resource: Resource, member: str) -> list[Resource]:
        """Return the resources of this program that a member's value comes from.

        Args:
            resource: The resource.
            member: The outermost member's name.
        """
        return [self._by_urn[urn] for urn in resource.sources.get(member, ()) if urn in self._by_urn]

    def derived(self, derive: Callable[[Resources], T]) -> T:
        """Return what follows from all resources, worked out with the first use.

        Args:
            derive: Works it out; raises nothing.
        """
        if derive not in self._derived:
            self._derived[derive] = derive(self)
        found: T = self._derived[derive]
        return found

    @cached_property
    def _by_type(self) -> Mapping[str, list[Resource]]:
        by_type: dict[str, list[Resource]] = defaultdict(list)
        for each in self.all:
            by_type[each.type].append(each)
        return by_type


def type_without_version(token: str) -> str | None:
    """Return the type that a token of azure-native or of the stack names, without package and version; None for others.

    Args:
        token: As `azure-native:eventgrid/v20220615:SystemTopic`.
    """
    if token == _STACK_TOKEN:
        return STACK
    match = _TOKEN.fullmatch(token)
    return f"{match['module']}:{match['type']}" if match else None
