"""The values of a template's expressions, as far as the template alone says them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, TypeVar

from azureml_events.documents.template import functions
from azureml_events.documents.template.budget import LARGEST_VALUE, MOST_ITERATIONS, Budget, size_of
from azureml_events.documents.template.declared import (
    SECURE,
    by_lower_name,
    declared_functions,
    declared_parameters,
    given_parameters,
)
from azureml_events.documents.template.expressions import Access, Call, ExpressionError, Literal, Node, parse
from azureml_events.documents.template.kinds import of_kind
from azureml_events.documents.template.lambdas import OF_LAMBDAS
from azureml_events.documents.template.lists import member
from azureml_events.documents.template.resource_ids import (
    group_id,
    provider_path,
    resource_id,
    subscription_resource_id,
)
from azureml_events.documents.template.texts import text_of
from azureml_events.documents.unresolved import (
    HOLE,
    LONGEST_TEXT,
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
_PLACE = expression("subscription().subscriptionId"), expression("resourceGroup().name")
_VALUES_A_STEP = 10
_ELEMENTS_A_STEP = 50

T = TypeVar("T")


def _step(work_out: Callable[[Scope, T], Any]) -> Callable[[Scope, T], Any]:
    """Make each call a step of the budget; what lies too deep stays unresolved."""

    @wraps(work_out)
    def step(scope: Scope, given: T) -> Any:
        budget = scope.budget
        budget.spend()
        if budget.depth > _DEEPEST:
            return _TOO_DEEP
        budget.depth += 1
        try:
            return work_out(scope, given)
        finally:
            budget.depth -= 1

    return step


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
        place: The Azure subscription that `subscription()` is, and the resource group that `resourceGroup()` is.
        target: Those that are deployed to, where they are others: those of a nested template whose expressions are its
            parent's.
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
    place: tuple[Text, Text] = _PLACE
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
            variables=by_lower_name(template.get("variables")),
            functions=declared_functions(template),
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
        given = given_parameters(properties["template"], self.value(properties.get("parameters")))
        return Scope.of(properties["template"], place=place, given=given, budget=self.budget)

    @property
    def deployed_to(self) -> tuple[Text, Text]:
        """The Azure subscription and resource group that are deployed to."""
        return self.target or self.place

    @property
    def group_id(self) -> Text:
        """The ARM id of the resource group that is deployed to."""
        return group_id(*self.deployed_to)

    def _place(self, written: Any, otherwise: Text) -> Text:
        if written is None:
            return otherwise
        value = self.value(written)
        return value if isinstance(value, (str, Unresolved)) else UNKNOWN

    @_step
    def value(self, written: Any) -> Any:
        """Evaluate a value of the template; expressions that cannot be evaluated become `Unresolved`.

        Args:
            written: The value, of any type.

        Raises:
            Exceeded: The template asks for too much.
        """
        if isinstance(written, str):
            return self._text(written)
        if isinstance(written, list):
            return [self.value(element) for element in written]
        if isinstance(written, Mapping):
            return self._map(written)
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

    def _map(self, written: Mapping[str, Any]) -> Any:
        members = {self._name(name): self.value(value) for name, value in written.items() if name != "copy"}
        loops = written.get("copy")
        if not isinstance(loops, list):
            return members if loops is None else {**members, "copy": self.value(loops)}
        for loop in loops:
            if isinstance(loop, Mapping) and isinstance(loop.get("name"), str):
                members[loop["name"]] = self.looped(loop)
        return members

    def _name(self, written: Any) -> Any:
        """Evaluate a member's name, as that of a user-assigned identity, which is its id."""
        return str(self._text(written)) if isinstance(written, str) and written.startswith("[") else written

    def looped(self, loop: Mapping[str, Any]) -> Any:
        """Make the list of a copy loop of values.

        Args:
            loop: The loop: its count and its input.
        """
        miscounted = self.miscounted(loop)
        if miscounted:
            return Unresolved(HOLE, (f"a list by a loop ({miscounted})",))
        return [scope.value(loop.get("input")) for scope in self.iterations(loop)]

    def _text(self, written: str) -> Any:
        if not (written.startswith("[") and written.endswith("]")):
            return written
        if written.startswith("[["):
            return written[1:]
        try:
            node = parse(written[1:-1])
        except ExpressionError:
            return expression(written[1:-1])
        return self.evaluate(node)

    @_step
    def evaluate(self, node: Node) -> Any:
        """Evaluate an expression; one that cannot be evaluated becomes `Unresolved`.

        Args:
            node: The expression.

        Raises:
            Exceeded: The template asks for too much.
        """
        asked = self.budget.asked
        before = len(asked)
        try:
            if isinstance(node, Literal):
                return node.value
            value = self._accessed(node) if isinstance(node, Access) else self._called(node)
        except (ValueError, TypeError, LookupError, ZeroDivisionError):
            value = expression(node.text, tuple(dict.fromkeys(asked[before:])))
        asked[before:] = value.comes_from if isinstance(value, Unresolved) else ()
        return value

    def _called(self, node: Call) -> Any:
        outcome = self._outcome(node)
        if node.name in functions.MAKES_MORE:
            return self._bounded(outcome)
        if isinstance(outcome, (list, Mapping)):
            self.budget.spend(len(outcome) // _ELEMENTS_A_STEP)
        return outcome

    def _outcome(self, node: Call) -> Any:
        if node.name == "if":
            condition, then, otherwise = node.arguments
            return self.evaluate(then if of_kind(self.evaluate(condition), bool) else otherwise)
        argument = self._lambda_or_value if node.name in OF_LAMBDAS else self.evaluate
        arguments = [argument(each) for each in node.arguments]
        if node.name in _OF_SCOPE:
            return _OF_SCOPE[node.name](self, *arguments)
        if node.name.startswith("list") and arguments:
            self._ask(arguments[0])
        if node.name in self.functions:
            return self._own_function(self.functions[node.name], arguments)
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

    def _accessed(self, node: Access) -> Any:
        key = self.evaluate(node.key)
        if isinstance(node.of, Call) and node.of.name in _PLACES and not node.of.arguments:
            return _PLACES[node.of.name](*self.place)[str(key).lower()]
        of = self.evaluate(node.of)
        if isinstance(of, Mapping) and key not in of:
            self.budget.spend(len(of) // _VALUES_A_STEP)
        return member(of, key)

    def parameter(self, name: str) -> Any:
        """Find the value of a parameter: what is given for it, else its default value unless that is secret.

        Args:
            name: The parameter's name.

        Raises:
            LookupError: Only the deployment knows it.
        """
        key = of_kind(name, str).lower()
        declared = self.parameters[key]
        if str(declared.get("type")).lower() in SECURE:
            raise LookupError(name)
        if key in self.given:
            given = self.given[key]
            if given is None and "defaultValue" in declared:
                raise LookupError(name)
            return given
        if "defaultValue" not in declared and declared.get("nullable") is True:
            return None
        return self._once("parameter", name, lambda scope: scope.value(declared["defaultValue"]))

    def variable(self, name: str) -> Any:
        """Find the value of a variable, declared by itself or by a copy loop.

        Args:
            name: The variable's name.

        Raises:
            LookupError: There is none.
        """
        key = of_kind(name, str).lower()
        if key in self.variables:
            written = self.variables[key]
            return self._once("variable", name, lambda scope: scope.value(written))
        loops = {str(loop["name"]).lower(): loop for loop in self.variables["copy"]}
        loop = loops[key]
        return self._once("variable", name, lambda scope: scope.looped(loop))

    def reference(self, target: Text, *_version: Any) -> Any:
        """Find the outputs of a nested template.

        Args:
            target: Its symbolic name, with an index where a loop makes it, its own name, or its ARM id.

        Raises:
            LookupError: It is none of this template's, or its outputs depend on the deployment.
        """
        self._ask(target)
        *outer, own = text_of(target).split("/")
        if not isinstance(own, str) or (outer and str(outer[-1]).lower() != "deployments"):
            raise LookupError(target)
        type_ = DEPLOYMENT if outer else None
        if str(self._declared(own, type_)[1].get("type")).lower() != DEPLOYMENT:
            raise LookupError(target)
        return self._once("reference", own, lambda scope: {"outputs": _outputs_of(*Scope._declared(scope, own, type_))})

    def _ask(self, target: Any) -> None:
        """Note the resource that a function asks, by its id."""
        text: Text = text_of(target)
        if "/" not in str(text):
            try:
                scope, resource = self._declared(str(text))
                text = scope.id_of(resource["type"], *text_of(scope.value(resource["name"])).split("/"))
            except (ValueError, TypeError, LookupError):
                return
        self.budget.asked.append(str(text).lower())

    def id_of(self, type_: str, *names: Text) -> Text:
        """Write the ARM id of a resource of the resource group that is deployed to.

        Args:
            type_: Its type.
            names: A name for each part of the type after the provider.

        Raises:
            ValueError: The number of names is another.
        """
        return joined([self.group_id, provider_path(type_, *names)])

    def _declared(self, name: str, type_: str | None = None) -> tuple[Scope, Mapping[str, Any]]:
        """Find the resource of a symbolic name, or the only one of a name, with the scope of its iteration."""
        if isinstance(self.resources, Mapping):
            symbol, _, index = name.rstrip("]").partition("[")
            found = of_kind(self.resources[symbol], dict)
            scopes = list(self.iterations(found["copy"])) if index else [self]
            return scopes[int(index or 0)], found
        names = of_kind(self._once("name", "", Scope._names), dict)
        (at,) = (at for (kind, own), at in names.items() if own == name.lower() and type_ in {None, kind})
        return self, self.resources[at]

    def _names(self) -> dict[tuple[str, str], int]:
        """List where each resource stands that no loop makes, by its type and name in lower case."""
        places: dict[tuple[str, str], int] = {}
        for at, each in enumerate(of_kind(self.resources, list)):
            if isinstance(each, Mapping) and "copy" not in each:
                kind, name = str(each.get("type")).lower(), str(self.value(each.get("name"))).lower()
                places.setdefault((kind, name), at)
        return places

    def _once(self, kind: str, name: str, work_out: Callable[[Scope], Any]) -> Any:
        """Work a value out once, without the loops around; one that refers to itself is not known."""
        key = (kind, name.lower())
        if key not in self.worked_out:
            self.worked_out[key] = expression(f"{kind}s('{name}')")
            self.worked_out[key] = self._bounded(work_out(replace(self, indexes={}, elements={})))
        return self.worked_out[key]

    def _own_function(self, declared: Mapping[str, Any], arguments: list[Any]) -> Any:
        """Call a function of the template's own, which sees its arguments only."""
        names = [str(each["name"]).lower() for each in declared.get("parameters", [])]
        given = dict(zip(names, arguments, strict=True))
        parameters: dict[str, Any] = {name: {} for name in names}
        scope = replace(self, parameters=parameters, variables={}, given=given, indexes={}, elements={}, worked_out={})
        value = scope.value(declared["output"]["value"])
        if isinstance(value, Unresolved) and value.known == HOLE:
            raise ValueError(value)
        return value

    def _lambda_or_value(self, written: Node) -> Any:
        """Make the function of a lambda, which may name only the first ones of the values that it is given."""
        if not isinstance(written, Call) or written.name != "lambda":
            return self.evaluate(written)
        *variables, body = written.arguments
        names = [of_kind(self.evaluate(each), str).lower() for each in variables]

        def call(*values: Any) -> Any:
            named = dict(zip(names, values, strict=False))
            return replace(self, elements={**self.elements, **named}).evaluate(body)

        return call


def _outputs_of(scope: Scope, deployment: Mapping[str, Any]) -> dict[str, Any]:
    """Evaluate the outputs of a nested template, unless only the deployment knows whether it is deployed."""
    if scope.value(deployment.get("condition", True)) is not True:
        raise LookupError(deployment)
    template = of_kind(of_kind(deployment["properties"], dict)["template"], dict)
    inside = scope.nested(deployment)
    return {
        name: {"value": inside.value(output["value"])}
        for name, output in of_kind(template.get("outputs", {}), dict).items()
        if str(of_kind(output, dict).get("type")).lower() not in SECURE and "value" in output
    }


def _copy_index(scope: Scope, *arguments: Any) -> Any:
    """Return the index of a copy loop, the innermost one's without a name, with what is added to it."""
    named = [each.lower() for each in arguments if isinstance(each, str)]
    return scope.indexes[named[0] if named else ""] + sum(each for each in arguments if not isinstance(each, str))


_PLACES: dict[str, Callable[[Text, Text], Mapping[str, Text]]] = {
    "resourcegroup": lambda subscription, group: {"id": group_id(subscription, group), "name": group},
    "subscription": lambda subscription, _group: {
        "id": joined(["/subscriptions/", subscription]),
        "subscriptionid": subscription,
    },
}
"""What is known of the place that is deployed to, by the function that returns it."""

_OF_SCOPE: dict[str, Callable[..., Any]] = {
    "parameters": Scope.parameter,
    "variables": Scope.variable,
    "copyindex": _copy_index,
    "lambdavariables": lambda scope, name: scope.elements[of_kind(name, str).lower()],
    "reference": Scope.reference,
    "resourceid": lambda scope, *parts: resource_id(*scope.deployed_to, *parts),
    "subscriptionresourceid": lambda scope, *parts: subscription_resource_id(scope.deployed_to[0], *parts),
}
"""Functions that depend on where they are called, by name in lower case."""
