"""The values of a template's expressions, as far as the template alone says them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from azureml_events.documents.template import functions
from azureml_events.documents.template.expressions import Access, ExpressionError, Literal, Node, parse
from azureml_events.documents.unresolved import UNKNOWN, Text, expression, joined, unresolved_in

_DEEPEST = 60
_SUBSCRIPTION_ID = expression("subscription().subscriptionId")
_RESOURCE_GROUP = expression("resourceGroup().name")
_SECURE = {"securestring", "secureobject"}


@dataclass
class _Budget:
    """The work that is left: a small template can ask for an endless amount."""

    left: int = 200_000


@dataclass(frozen=True)
class Scope:
    """The parameters, variables and place that expressions of one template refer to.

    Attributes:
        parameters: The template's parameters by name in lower case, as declared.
        variables: Its variables by name in lower case, as declared.
        given: Values of parameters, evaluated, by name in lower case; they go before default values.
        indexes: The index of each copy loop around, by its name in lower case; `""` is the innermost one's.
        subscription_id: The Azure subscription that is deployed to.
        resource_group: The resource group that is deployed to.
    """

    parameters: Mapping[str, Any]
    variables: Mapping[str, Any]
    given: Mapping[str, Any] = field(default_factory=dict)
    indexes: Mapping[str, int] = field(default_factory=dict)
    subscription_id: Text = _SUBSCRIPTION_ID
    resource_group: Text = _RESOURCE_GROUP
    budget: _Budget = field(default_factory=_Budget)

    @classmethod
    def of(cls, template: Mapping[str, Any], **fields: Any) -> Scope:
        """Make the scope of a template.

        Args:
            template: The template.
            fields: The other attributes.
        """
        return cls(_by_lower_name(template.get("parameters")), _by_lower_name(template.get("variables")), **fields)

    def value(self, written: Any, depth: int = 0) -> Any:
        """Evaluate a value of the template; expressions that cannot be evaluated become `Unresolved`.

        Args:
            written: The value, of any type.
            depth: How deep the evaluation is already.
        """
        self.budget.left -= 1
        if self.budget.left < 0 or depth > _DEEPEST:
            return UNKNOWN
        if isinstance(written, str):
            return self._text(written, depth)
        if isinstance(written, list):
            return [self.value(element, depth + 1) for element in written]
        if isinstance(written, Mapping):
            return self._map(written, depth)
        return written

    def iterations(self, copy: Any) -> Iterator[Scope]:
        """Yield the scopes of a copy loop's iterations; one, without an index, where their number is not known.

        Args:
            copy: The loop: a map with its name and count.
        """
        loop = copy if isinstance(copy, Mapping) else {}
        name, count = str(loop.get("name", "")).lower(), self.value(loop.get("count"))
        if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= functions.MOST_ELEMENTS:
            others = {key: index for key, index in self.indexes.items() if key not in {"", name}}
            yield replace(self, indexes=others)
            return
        for index in range(count):
            yield replace(self, indexes={**self.indexes, "": index, name: index})

    def counted(self, copy: Any) -> bool:
        """Tell whether the number of a copy loop's iterations is known."""
        count = self.value(copy.get("count")) if isinstance(copy, Mapping) else None
        return isinstance(count, int) and not isinstance(count, bool) and 0 <= count <= functions.MOST_ELEMENTS

    def _map(self, written: Mapping[str, Any], depth: int) -> Any:
        members = {name: self.value(value, depth + 1) for name, value in written.items() if name != "copy"}
        loops = written.get("copy")
        if not isinstance(loops, list):
            return members if loops is None else {**members, "copy": self.value(loops, depth + 1)}
        for loop in loops:
            if isinstance(loop, Mapping) and isinstance(loop.get("name"), str):
                members[loop["name"]] = self._looped(loop, depth)
        return members

    def _looped(self, loop: Mapping[str, Any], depth: int) -> Any:
        if not self.counted(loop):
            return UNKNOWN
        return [scope.value(loop.get("input"), depth + 1) for scope in self.iterations(loop)]

    def _text(self, written: str, depth: int) -> Any:
        if not (written.startswith("[") and written.endswith("]")):
            return written
        if written.startswith("[["):
            return written[1:]
        try:
            node = parse(written[1:-1])
        except ExpressionError:
            return expression(written[1:-1])
        return self._evaluate(node, depth + 1)

    def _evaluate(self, node: Node, depth: int) -> Any:
        self.budget.left -= 1
        if self.budget.left < 0 or depth > _DEEPEST:
            return UNKNOWN
        try:
            return self._outcome(node, depth)
        except (ValueError, TypeError, LookupError, AttributeError, StopIteration):
            return expression(node.text)

    def _outcome(self, node: Node, depth: int) -> Any:
        if isinstance(node, Literal):
            return node.value
        if isinstance(node, Access):
            return self._accessed(node, depth)
        arguments = [self._evaluate(each, depth + 1) for each in node.arguments]
        if node.name in _OF_PARTS:
            return _OF_PARTS[node.name](self, depth, *arguments)
        if any(unresolved_in(arguments)):
            return expression(node.text)
        return functions.KNOWN_ARGUMENTS[node.name](*arguments)

    def _accessed(self, node: Access, depth: int) -> Any:
        if node.text in _DEPLOYMENT:
            return getattr(self, _DEPLOYMENT[node.text])
        of, key = self._evaluate(node.of, depth + 1), self._evaluate(node.key, depth + 1)
        if isinstance(of, Mapping):
            return of[key] if key in of else _by_lower_name(of)[key.lower()]
        if isinstance(of, list) and isinstance(key, int):
            return of[key]
        return expression(node.text)

    def parameter(self, depth: int, name: str) -> Any:
        """Find a parameter: what is given for it, else its default value unless that is secret."""
        if name.lower() in self.given:
            return self.given[name.lower()]
        declared = self.parameters[name.lower()]
        if str(declared.get("type")).lower() in _SECURE:
            raise LookupError(name)
        return self.value(declared["defaultValue"], depth + 1)

    def variable(self, depth: int, name: str) -> Any:
        """Find a variable, declared by itself or by a copy loop."""
        if name.lower() in self.variables:
            return self.value(self.variables[name.lower()], depth + 1)
        loops = {str(loop["name"]).lower(): loop for loop in self.variables["copy"]}
        return self._looped(loops[name.lower()], depth)

    def copy_index(self, depth: int, *arguments: Any) -> Any:
        """Find the index of a copy loop, the innermost one's without a name, with what is added to it."""
        del depth
        named = [each.lower() for each in arguments if isinstance(each, str)]
        return self.indexes[named[0] if named else ""] + sum(each for each in arguments if not isinstance(each, str))

    def resource_id(self, depth: int, *arguments: Any) -> Text:
        """Write the ARM id of a resource."""
        del depth
        return functions.resource_id(self.subscription_id, self.resource_group, *arguments)


_OF_PARTS: dict[str, Callable[..., Any]] = {
    "parameters": Scope.parameter,
    "variables": Scope.variable,
    "copyindex": Scope.copy_index,
    "resourceid": Scope.resource_id,
    "extensionresourceid": lambda _scope, _depth, *parts: functions.extension_resource_id(*parts),
    "concat": lambda _scope, _depth, *parts: functions.concat(*parts),
    "format": lambda _scope, _depth, *parts: functions.format_(*parts),
    "if": lambda _scope, _depth, condition, then, otherwise: functions.chosen(condition, then, otherwise),
}
"""Functions that say something even where an argument is not known whole, by name in lower case."""

_DEPLOYMENT = {"subscription().subscriptionId": "subscription_id", "resourceGroup().name": "resource_group"}


def group_id(scope: Scope) -> Text:
    """Write the ARM id of the resource group that is deployed to."""
    return joined(["/subscriptions/", scope.subscription_id, "/resourceGroups/", scope.resource_group])


def _by_lower_name(declared: Any) -> dict[str, Any]:
    if not isinstance(declared, Mapping):
        return {}
    return {name.lower(): value for name, value in declared.items() if isinstance(name, str)}
