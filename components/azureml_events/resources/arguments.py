"""The arguments of `WorkspaceEvents`: which are refused before anything is declared, and how messages call them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pulumi

from azureml_events.base.arm_ids import PUBLIC_CLOUD
from azureml_events.base.mistakes import DeclarationError, MemberPath, Mistake, show
from azureml_events.base.model import json_names
from azureml_events.base.names import COMPONENT, COMPONENT_URN
from azureml_events.base.python_names import fields_in_python, in_python
from azureml_events.resources.configuration import configured_environment
from azureml_events.resources.findings import Spelling
from azureml_events.stack.dead_letter import DeadLetter
from azureml_events.stack.defaults import Defaults
from azureml_events.stack.subscription import Subscription
from azureml_events.stack.watching import Alerts
from azureml_events.stack.workspace import Workspace

_FIELDS = {name for kind in (Workspace, Subscription, Defaults, DeadLetter, Alerts) for name in json_names(kind)}


def _argument(path: MemberPath, named: Collection[str]) -> MemberPath:
    """Write a path as the arguments of `WorkspaceEvents` are called: `workspaces.ml.location` is `location`."""
    match path:
        case ("workspaces", _, *rest):
            first, *others = fields_in_python(tuple(rest)) or ("name",)
            return ("workspace_id" if first == "resource_id" else first, *others)
        case ("handlers", key, *rest) if key not in named:
            return ("subscriptions", key, "to", *fields_in_python(tuple(rest)))
        case ("handlers" | "subscriptions" as section, key, *rest):
            return (section, key, *fields_in_python(tuple(rest)))
        case ("defaults", *rest):
            return ("defaults", *fields_in_python(tuple(rest)))
    return path


def python_spelling(named: Collection[str]) -> Spelling:
    """Give how a program writes the fields of a `WorkspaceEvents`.

    Args:
        named: The handlers that have a name of their own; a subscription holds each other one.
    """
    return Spelling(lambda path: _argument(path, named), lambda text: in_python(text, _FIELDS))


def environment_with(opts: pulumi.ResourceOptions | None) -> str:
    """Say in which cloud the provider works; one that the program gives is taken for one of the public cloud."""
    own = opts is not None and (opts.provider or opts.providers)
    return PUBLIC_CLOUD if own else configured_environment()


def by_argument(mistake: Mistake) -> Mistake:
    """Name the component's argument, where a field is called otherwise."""
    first, *rest = mistake.path or ("",)
    return replace(mistake, path=("workspace_id", *rest)) if first == "resource_id" else mistake


def former_urns(name: str, opts: pulumi.ResourceOptions | None) -> list[str]:
    """Write the URNs of the other names that the component's aliases give it."""
    root = f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{COMPONENT}::"
    urns = []
    for alias in (opts.aliases if opts else None) or ():
        if isinstance(alias, pulumi.Alias) and isinstance(alias.name, str) and alias.type_ in (..., None, COMPONENT):
            urns.append(f"{root}{alias.name}")
        elif isinstance(alias, str):
            urns.append(alias)
    return [urn for urn in urns if not COMPONENT_URN.problem(urn) and urn.rpartition("::")[2] != name]


def check_arguments(opts: object, provider_of: object) -> None:
    """Refuse what Pulumi would fail on without saying where."""
    mistakes = []
    if opts is not None and not isinstance(opts, pulumi.ResourceOptions):
        mistakes.append(Mistake(("opts",), f"expected pulumi.ResourceOptions, got {show(opts)}"))
    if provider_of is not None and not callable(provider_of):
        wanted = "a function from an Azure subscription's id to a provider"
        mistakes.append(Mistake(("provider_of",), f"expected {wanted}, got {show(provider_of)}"))
    if mistakes:
        raise DeclarationError(mistakes)
