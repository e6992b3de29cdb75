"""What somebody else made already: Azure's refusal, explained with the way out."""

from __future__ import annotations

import pulumi

from azureml_events.resources.hooks import error_hooks

ROLE_ASSIGNMENT = (
    "somebody else assigned this role: leave it to them with `grants: assume` for this handler, or for the workspace "
    "where it is the role of its dead letters"
)
STORE = (
    "somebody else made it, another stack of this workspace for example: name theirs with "
    "`deadLetter: {storageAccountId: <id>, blobContainerName: <name>}`"
)
_KEPT = "a workspace that had this key before keeps it, or somebody else made it: "
CONTAINER = (
    f"{_KEPT}give this workspace another key, or name a container with "
    "`deadLetter: {storageAccountId: <id>, blobContainerName: <name>}`"
)
WORKFLOW = f"{_KEPT}give this workspace or the subscription another key"
HOST = (
    "somebody else made it: put only what the handler needs into it, with its id as `create.namespaceId` or "
    "`create.accountId`, or give another name"
)
ENTITY = "somebody else made it: deliver to it with `resourceId` in place of `create`, or give another name"
TOPIC = (
    "a source has one system topic: take it over with `systemTopic: {import: <id>}`, or use it as it is with "
    "`systemTopic: {existing: true, name: <name>}`"
)
EVENT_SUBSCRIPTION = "take it over with `import: <id>`, or give this one another `name`"

_SIGNS = (
    "cannot create already existing resource",
    "roleassignmentexists",
    "alreadytaken",
    "alreadyexists",
    "already taken",
)
"""Signs in the provider's and Azure's refusals to create what is there, in lower case."""


def explain_existing(name: str, way_out: str) -> list[pulumi.ErrorHook]:
    """Make the hook that says what to do where a resource cannot be created because it exists.

    Args:
        name: What the hook's name begins with.
        way_out: What to do, in words.
    """

    def explain(args: pulumi.ErrorHookArgs) -> bool:
        if text := explanation(args, way_out):
            pulumi.log.warn(text)
        return False

    return error_hooks(f"{name}/exists", explain)


def explanation(args: pulumi.ErrorHookArgs, way_out: str) -> str | None:
    """Say what to do where a creation failed because the resource exists; None where it failed otherwise.

    Args:
        args: The failure.
        way_out: What to do, in words.
    """
    error = args.errors[0].lower() if args.errors else ""
    if args.failed_operation != "create" or not any(sign in error for sign in _SIGNS):
        return None
    return f"{args.name} exists already: {way_out}"
