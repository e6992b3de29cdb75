"""The values of a template's expressions, as far as the template alone says them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from azureml_events.documents.template import functions
from azureml_events.documents.template.budget import LARGEST_VALUE, MOST_ITERATIONS, Budget, size_of
from azureml_events.documents.template.expressions import Access, Call, ExpressionError, Literal, Node, parse
from azureml_events.documents.template.lazy import LAZY
from azureml_events.documents.template.lists import member
from azureml_events.documents.template.resource_ids import resource_id, subscription_resource_id
from azureml_events.documents.unresolved import (
    HOLE,
    LONGEST_TEXT,
    SECRET,
    UNKNOWN,
    Text,
    Unresolved,
    expression,
    joined,
    too_large,
)

DEPLOYMENT = "microsoft.resources/deployments"
"""The type of a nested template's resource, in lower case."""

_DEEPEST = 120
_TOO_DEEP = too_large(f"deeper than {_DEEPEST} levels")
_SUBSCRIPTION_ID = expression("subscription().subscriptionId")
_RESOURCE_GROUP = expression("resourceGroup().name")
_VALUES_A_STEP = 10
_ELEMENTS_A_STEP = 50
_SECURE = {"securestring", "secureobject"}
_DEFINITION = "#/definitions/"
_LONGEST_CHAIN = 10


@dataclass(frozen=True)
class Scope:
    """The parameters, variables and place that expressions of one template refer to.

    Attributes:
        parameters: The template's parameters by name in lower case, as declared, those of a named type with what it
            says.
        variables: Its variables by name in lower case, as declared.
        functions: Its own functions by namespace and name in lower case, as declared.
        given: Values of parameters, evaluated, by name in lower case; they go before default values.
        indexes: The index of each copy loop around, by its name in lower case; `""` is the innermost one's.
        elements: The values of lambda variables, by name in lower case.
        resources: The template's resources, as written.
        subscription_id: The Azure subscription that `subscription()` is.
        resource_group: The resource group that `resourceGroup()` is.
        target: The Azure subscription and resource group that are deployed to, where they are others: those of a nested
            template whose expressions are its parent's.
        budget: The work that is left.
        worked_out: Values of its parameters and variables that were worked out.
    """

    parameters: Mapping[str, Any]
    variables: Mapping[str, Any]
    functions: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    indexes: Mapping[str, int] = field(default_factory=dict)
    elements: Mapping[str, Any] = field(default_factory=dict)
    resources: Any = None
    subscription_id: Text = _SUBSCRIPTION_ID
    resource_group: Text = _RESOURCE_GROUP
    target: tuple[Text, Text] | None = None
    budget: Budget = field(default_factory=Budget)
    worked_out: dict[tuple[str, str], Any] = field(default_factory=dict)

    @classmethod
    def of(cls, template: Mapping[str, Any], **fields: Any) -> Scope:
        """Make the scope of a template.

        Args:
            template: The template.
            fields: The other attributes.
        """
        return cls(
            parameters=declared_parameters(template),
            variables=_by_lower_name(template.get("variables")),
            functions=_own_functions(template),
            resources=template.get("resources"),
            **fields,
        )

    def nested(self, deployment: Mapping[str, Any]) -> Scope:
        """Make the scope of a nested template: this one, or with its own parameters where it says so.

        Args:
            deployment: The nested template's resource.
        """
        properties = deployment["properties"]
        subscription_id, resource_group = self.deployed_to
        place = (
            self._place(deployment.get("subscriptionId"), subscription_id),
            self._place(deployment.get("resourceGroup"), resource_group),
        )
        options = properties.get("expressionEvaluationOptions")
        if not isinstance(options, Mapping) or str(options.get("scope")).lower() != "inner":
            return replace(self, target=place)
        given = _given(properties["template"], self.value(properties.get("parameters")))
        fields = {"given": given, "budget": self.budget}
        return Scope.of(properties["template"], subscription_id=place[0], resource_group=place[1], **fields)

    @property
    def deployed_to(self) -> tuple[Text, Text]:
        """The Azure subscription and resource group that are deployed to."""
        return self.target or (self.subscription_id, self.resource_group)

    def _place(self, written: Any, otherwise: Text) -> Text:
        if written is None:
            return otherwise
        value = self.value(written)
        return value if isinstance(value, (str, Unresolved)) else UNKNOWN

    def value(self, written: Any, depth: int = 0) -> Any:
        """Evaluate a value of the template; expressions that cannot be evaluated become `Unresolved`.

        Args:
            written: The value, of any type.
            depth: How deep the evaluation is already.

        Raises:
            Exceeded: The template asks for too much.
        """
        self.budget.spend()
        if depth > _DEEPEST:
            return _TOO_DEEP
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
        name = str(loop.get("name", "")).lower()
        if self.miscounted(copy):
            others = {key: index for key, index in self.indexes.items() if key not in {"", name}}
            yield replace(self, indexes=others)
            return
        for index in range(self.value(loop["count"])):
            yield replace(self, indexes={**self.indexes, "": index, name: index})

    def miscounted(self, copy: Any) -> str | None:
        """Say why it is not known how often a copy loop runs, or that Azure does not allow it; else None.

        Args:
            copy: The loop.
        """
        count = self.value(copy.get("count")) if isinstance(copy, Mapping) else None
        if isinstance(count, bool) or not isinstance(count, int):
            return "how often the loop runs is not known"
        if not 0 <= count <= MOST_ITERATIONS:
            return f"the loop runs {count:,} times, where Azure allows {MOST_ITERATIONS}"
        return None

    def _map(self, written: Mapping[str, Any], depth: int) -> Any:
        members = {name: self.value(value, depth + 1) for name, value in written.items() if name != "copy"}
        loops = written.get("copy")
        if not isinstance(loops, list):
            return members if loops is None else {**members, "copy": self.value(loops, depth + 1)}
        for loop in loops:
            if isinstance(loop, Mapping) and isinstance(loop.get("name"), str):
                members[loop["name"]] = self.looped(loop, depth)
        return members

    def looped(self, loop: Mapping[str, Any], depth: int) -> Any:
        """Make the list of a copy loop of values.

        Args:
            loop: The loop: its count and its input.
            depth: How deep the evaluation is already.
        """
        miscounted = self.miscounted(loop)
        if miscounted:
            return Unresolved(HOLE, (f"a list by a loop ({miscounted})",))
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
        return self.evaluate(node, depth + 1)

    def evaluate(self, node: Node, depth: int) -> Any:
        """Evaluate an expression; one that cannot be evaluated becomes `Unresolved`.

        Args:
            node: The expression.
            depth: How deep the evaluation is already.

        Raises:
            Exceeded: The template asks for too much.
        """
        self.budget.spend()
        if depth > _DEEPEST:
            return _TOO_DEEP
        try:
            if isinstance(node, Literal):
                return node.value
            return self._accessed(node, depth) if isinstance(node, Access) else self._called(node, depth)
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, StopIteration):
            return expression(node.text)

    def _called(self, node: Call, depth: int) -> Any:
        outcome = self._outcome(node, depth)
        if node.name in functions.MAKES_MORE:
            return self._bounded(outcome)
        if isinstance(outcome, (list, Mapping)):
            self.budget.spend(len(outcome) // _ELEMENTS_A_STEP)
        return outcome

    def _outcome(self, node: Call, depth: int) -> Any:
        if node.name in LAZY:
            return LAZY[node.name](self, node.arguments, depth + 1)
        arguments = [self.evaluate(each, depth + 1) for each in node.arguments]
        if node.name in _OF_SCOPE:
            return _OF_SCOPE[node.name](self, depth, *arguments)
        if node.name in self.functions:
            return self._own_function(self.functions[node.name], arguments, depth)
        if node.name in functions.READS_ALL:
            self.budget.spend(size_of(arguments) // _VALUES_A_STEP)
        return functions.call(node.name, arguments)

    def _bounded(self, value: Any) -> Any:
        """Leave a value unresolved that is too large for any use."""
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            return too_large(f"a text of more than {LONGEST_TEXT:,} characters")
        if not isinstance(value, (list, Mapping)):
            return value
        size = size_of(value)
        self.budget.spend(size // _VALUES_A_STEP)
        return too_large(f"more than {LARGEST_VALUE:,} values") if size > LARGEST_VALUE else value

    def _accessed(self, node: Access, depth: int) -> Any:
        key = self.evaluate(node.key, depth + 1)
        if isinstance(node.of, Call) and node.of.name in _PLACES and not node.of.arguments:
            return _PLACES[node.of.name](self)[str(key).lower()]
        of = self.evaluate(node.of, depth + 1)
        if isinstance(of, Mapping) and key not in of:
            self.budget.spend(len(of) // _VALUES_A_STEP)
        return member(of, key)

    def parameter(self, depth: int, name: str) -> Any:
        """Find the value of a parameter: what is given for it, else its default value unless that is secret.

        Args:
            depth: How deep the evaluation is already.
            name: The parameter's name.

        Raises:
            LookupError: Only the deployment knows it.
        """
        declared = self.parameters[name.lower()]
        if str(declared.get("type")).lower() in _SECURE:
            raise LookupError(name)
        if name.lower() in self.given:
            given = self.given[name.lower()]
            if given is None and "defaultValue" in declared:
                raise LookupError(name)
            return given
        if "defaultValue" not in declared and declared.get("nullable") is True:
            return None
        return self._once("parameter", name, lambda scope: scope.value(declared["defaultValue"], depth + 1))

    def variable(self, depth: int, name: str) -> Any:
        """Find the value of a variable, declared by itself or by a copy loop.

        Args:
            depth: How deep the evaluation is already.
            name: The variable's name.

        Raises:
            LookupError: There is none.
        """
        if name.lower() in self.variables:
            written = self.variables[name.lower()]
            return self._once("variable", name, lambda scope: scope.value(written, depth + 1))
        loops = {str(loop["name"]).lower(): loop for loop in self.variables["copy"]}
        loop = loops[name.lower()]
        return self._once("variable", name, lambda scope: scope.looped(loop, depth))

    def reference(self, depth: int, target: Text, *_version: Any) -> Any:
        """Find the outputs of a nested template.

        Args:
            depth: How deep the evaluation is already.
            target: Its symbolic name, with an index where a loop makes it, or its ARM id.

        Raises:
            LookupError: It is none of this template's, or its outputs depend on the deployment.
        """
        *outer, own = target.split("/")
        if not isinstance(own, str) or (outer and str(outer[-1]).lower() != "deployments"):
            raise LookupError(target)
        return self._once("reference", own, lambda scope: {"outputs": scope.outputs(own, depth)})

    def outputs(self, target: str, depth: int) -> dict[str, Any]:
        """Evaluate the outputs of a nested template.

        Args:
            target: Its symbolic name, with an index where a loop makes it, or its own name.
            depth: How deep the evaluation is already.

        Raises:
            LookupError: It is none of this template's, or only the deployment knows whether it is deployed.
        """
        scope, deployment = self._deployment(target)
        if scope.value(deployment.get("condition", True)) is not True:
            raise LookupError(target)
        inside = scope.nested(deployment)
        declared = deployment["properties"]["template"].get("outputs", {})
        return {
            name: {"value": inside.value(output["value"], depth + 1)}
            for name, output in declared.items()
            if str(output.get("type")).lower() not in _SECURE and "value" in output
        }

    def _deployment(self, target: str) -> tuple[Scope, Mapping[str, Any]]:
        """Find a nested template's resource, with the scope of its iteration."""
        name, _, index = target.rstrip("]").partition("[")
        if isinstance(self.resources, Mapping):
            found = self.resources[name]
            scopes = list(self.iterations(found["copy"])) if index else [self]
            return scopes[int(index or 0)], found
        for found in self.resources:
            is_nested = str(found.get("type")).lower() == DEPLOYMENT and "copy" not in found
            if is_nested and str(self.value(found.get("name"))).lower() == target.lower():
                return self, found
        raise LookupError(target)

    def _once(self, kind: str, name: str, work_out: Callable[[Scope], Any]) -> Any:
        """Work a value out once, without the loops around; one that refers to itself is not known."""
        key = (kind, name.lower())
        if key not in self.worked_out:
            self.worked_out[key] = expression(f"{kind}s('{name}')")
            self.worked_out[key] = self._bounded(work_out(replace(self, indexes={}, elements={})))
        return self.worked_out[key]

    def _own_function(self, declared: Mapping[str, Any], arguments: list[Any], depth: int) -> Any:
        """Call a function of the template's own, which sees its arguments only."""
        names = [str(each["name"]).lower() for each in declared.get("parameters", [])]
        given = dict(zip(names, arguments, strict=True))
        parameters: dict[str, Any] = {name: {} for name in names}
        scope = replace(self, parameters=parameters, variables={}, given=given, indexes={}, elements={}, worked_out={})
        value = scope.value(declared["output"]["value"], depth + 1)
        if isinstance(value, Unresolved) and value.known == HOLE:
            raise ValueError(value)
        return value

    def applied(self, function: Node, depth: int, *values: Any) -> Any:
        """Call a lambda function.

        Args:
            function: It, as written.
            depth: How deep the evaluation is already.
            values: The values of its variables; of the last ones as many as it names.

        Raises:
            ValueError: It is no lambda function.
        """
        if not isinstance(function, Call) or function.name != "lambda":
            raise ValueError(function.text)
        *names, body = function.arguments
        if not all(isinstance(name, Literal) and isinstance(name.value, str) for name in names):
            raise ValueError(function.text)
        named = {str(name.value).lower(): value for name, value in zip(names, values, strict=False)}  # type: ignore[union-attr]
        return replace(self, elements={**self.elements, **named}).evaluate(body, depth + 1)


def _given(template: Mapping[str, Any], entries: Any) -> dict[str, Any]:
    """Find what a deployment gives for the parameters of its template; each entry may be an expression."""
    if isinstance(entries, Unresolved):
        return dict.fromkeys(declared_parameters(template), entries)
    given = entries if isinstance(entries, Mapping) else {}
    return {name.lower(): value_of_entry(entry) for name, entry in given.items()}


def value_of_entry(entry: Any) -> Any:
    """Find the value that an entry of `parameters` gives.

    Args:
        entry: The entry, evaluated: a map with `value`, or with `reference` to a secret of a key vault.
    """
    if isinstance(entry, Mapping):
        return entry.get("value", SECRET if "reference" in entry else UNKNOWN)
    return entry if isinstance(entry, Unresolved) else UNKNOWN


def declared_parameters(template: Mapping[str, Any]) -> dict[str, Any]:
    """Find a template's parameters by name in lower case, each with what its named type says.

    Args:
        template: The template.
    """
    definitions = template.get("definitions")
    declared = _by_lower_name(template.get("parameters"))
    return {name: _with_type(each, definitions) for name, each in declared.items() if isinstance(each, Mapping)}


def _with_type(declared: Mapping[str, Any], definitions: Any) -> Mapping[str, Any]:
    known = definitions if isinstance(definitions, Mapping) else {}
    for _ in range(_LONGEST_CHAIN):
        reference = declared.get("$ref")
        if not isinstance(reference, str) or not reference.startswith(_DEFINITION):
            break
        named = known.get(reference.removeprefix(_DEFINITION))
        own = {name: value for name, value in declared.items() if name != "$ref"}
        declared = {**(named if isinstance(named, Mapping) else {}), **own}
    return declared


def _own_functions(template: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    spaces = template.get("functions")
    for space in spaces if isinstance(spaces, list) else ():
        members = space.get("members") if isinstance(space, Mapping) else None
        for name, declared in _by_lower_name(members).items():
            if isinstance(declared, Mapping):
                found[f"{space.get('namespace')}.{name}".lower()] = declared
    return found


def _by_lower_name(declared: Any) -> dict[str, Any]:
    if not isinstance(declared, Mapping):
        return {}
    return {name.lower(): value for name, value in declared.items() if isinstance(name, str)}


def group_id(scope: Scope) -> Text:
    """Write the ARM id of the resource group that is deployed to.

    Args:
        scope: Where the template is deployed.
    """
    subscription_id, resource_group = scope.deployed_to
    return joined(["/subscriptions/", subscription_id, "/resourceGroups/", resource_group])


def _named_group_id(scope: Scope) -> Text:
    return joined(["/subscriptions/", scope.subscription_id, "/resourceGroups/", scope.resource_group])


def _copy_index(scope: Scope, _depth: int, *arguments: Any) -> Any:
    """Return the index of a copy loop, the innermost one's without a name, with what is added to it."""
    named = [each.lower() for each in arguments if isinstance(each, str)]
    return scope.indexes[named[0] if named else ""] + sum(each for each in arguments if not isinstance(each, str))


_PLACES: dict[str, Callable[[Scope], Mapping[str, Text]]] = {
    "resourcegroup": lambda scope: {"id": _named_group_id(scope), "name": scope.resource_group},
    "subscription": lambda scope: {
        "id": joined(["/subscriptions/", scope.subscription_id]),
        "subscriptionid": scope.subscription_id,
    },
}
"""What is known of the place that is deployed to, by the function that returns it."""

_OF_SCOPE: dict[str, Callable[..., Any]] = {
    "parameters": Scope.parameter,
    "variables": Scope.variable,
    "copyindex": _copy_index,
    "lambdavariables": lambda scope, _depth, name: scope.elements[name.lower()],
    "reference": Scope.reference,
    "resourceid": lambda scope, _depth, *parts: resource_id(*scope.deployed_to, *parts),
    "subscriptionresourceid": lambda scope, _depth, *parts: subscription_resource_id(scope.deployed_to[0], *parts),
}
"""Functions that depend on where they are called, by name in lower case."""
