"""Rules on the stores and handlers that receive events.

Where a member is absent: of a storage account `allowBlobPublicAccess` is false, `enableHttpsTrafficOnly` true since API
version 2019-04-01, `minimumTlsVersion` TLS 1.0 and `allowSharedKeyAccess` true (azure-native's descriptions of
`StorageAccount`); of a namespace `disableLocalAuth` is false and `minimumTlsVersion` 1.2 (Azure's pages on the minimum
TLS version of Event Hubs and Service Bus). UNVERIFIED: that accounts made by older API versions have the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from azureml_events.base.model import Many
from azureml_events.documents.values import member_at
from azureml_events.lint.rule import Example
from azureml_events.policy.firewall import HOSTS, firewalls_of, lies_in
from azureml_events.policy.places import Places
from azureml_events.policy.reading import UndecidedError, read, read_text, text_of
from azureml_events.policy.receivers import received_by, unplaced
from azureml_events.policy.resource_types import BLOB_CONTAINER, STORAGE_ACCOUNT, WORKFLOW
from azureml_events.policy.rule import Question, Rule, Settings, Violation

_POLICY = "storage:ManagementPolicy"


class HandlerTlsSettings(Settings):
    """The settings of `handler-tls`."""

    minimum: Literal["1.2", "1.3"] = "1.2"
    """The oldest version of TLS that is allowed, `1.2` or `1.3`; default `1.2`."""


class WorkflowTriggerSettings(Settings):
    """The settings of `workflow-trigger`."""

    accept: Many[Literal["sas"]] = ()
    """`sas` to accept the signature in the callback URL alone; default none."""


class StoreRetentionSettings(Settings):
    """The settings of `store-retention`."""

    days: int = 30
    """The greatest number of days that dead letters are kept; default 30."""


_Check = Callable[[Question], Iterator[Violation]]


def _receiving(check: _Check, *, dead_letters: bool = False) -> _Check:
    """Ask only of what receives events or dead letters; undecided where that is not known and it matters."""

    def judge(question: Question) -> Iterator[Violation]:
        resource, resources = question.resource, question.resources
        if any(each.dead_letters or not dead_letters for each in received_by(resources, resource)):
            yield from check(question)
            return
        for each in resources.derived(unplaced):
            if resource.type in each.types and (each.dead_letters or not dead_letters):
                if any(check(question)):
                    raise UndecidedError((each.subscription.name, *each.named))
                return

    return judge


def _anonymous(question: Question) -> Iterator[Violation]:
    resource = question.resource
    if resource.type == BLOB_CONTAINER:
        hosts = question.resources.derived(Places).hosts(resource)
        has_account = any(host.type == STORAGE_ACCOUNT for host in hosts)
        access = None if has_account else read_text(resource, "publicAccess")
        if access in ("Blob", "Container"):
            message = f"publicAccess is {access}, allowed: None"
            yield Violation(("publicAccess",), message, "write publicAccess: None")
    elif read(resource, "allowBlobPublicAccess") is True:
        yield Violation(
            ("allowBlobPublicAccess",),
            "anonymous access to blobs is allowed in the account that receives events or dead letters",
        )


def _https(question: Question) -> Iterator[Violation]:
    if read(question.resource, "enableHttpsTrafficOnly") is False:
        yield Violation(("enableHttpsTrafficOnly",), "the account takes http, allowed: https only")


def _tls(question: Question) -> Iterator[Violation]:
    resource, minimum = question.resource, question.settings.minimum
    written = read_text(resource, "minimumTlsVersion")
    default = "1.0" if resource.type == STORAGE_ACCOUNT else "1.2"
    version = written.upper().removeprefix("TLS").replace("_", ".") if written else default
    if version < minimum:
        seen = f"minimumTlsVersion is {version}" if written else f"minimumTlsVersion is absent, which means {version}"
        value = f"TLS{minimum.replace('.', '_')}" if resource.type == STORAGE_ACCOUNT else f"'{minimum}'"
        yield Violation(
            ("minimumTlsVersion",), f"{seen}, allowed: {minimum} or newer", f"write minimumTlsVersion: {value}"
        )


def _keys(question: Question) -> Iterator[Violation]:
    what, member, wanted = (
        ("account", "allowSharedKeyAccess", False)
        if question.resource.type == STORAGE_ACCOUNT
        else ("namespace", "disableLocalAuth", True)
    )
    if read(question.resource, member) is not wanted:
        message = f"shared keys open the {what}, allowed: identities only"
        yield Violation((member,), message, f"write {member}: {str(wanted).lower()}")


def _open_network(question: Question) -> Iterator[Violation]:
    found = list(firewalls_of(question.resources, question.resource))
    if not any(each.is_private or each.denies for each in found):
        yield Violation(
            found[-1].member,
            "every network may reach it, allowed: those that its rules name, and Azure's trusted services",
        )


def _unreachable(question: Question) -> Iterator[Violation]:
    found = list(firewalls_of(question.resources, question.resource))
    private = next((each for each in found if each.is_private), None)
    if private:
        yield Violation(
            private.member,
            "the public endpoint is disabled, and Event Grid cannot deliver through private endpoints",
            "enable the public endpoint, deny other networks and let trusted services pass",
        )
        return
    closed = next((each for each in found if each.denies and not each.trusts), None)
    if closed:
        yield Violation(
            closed.member,
            "the network is closed, and Azure's trusted services do not pass, so neither does Event Grid",
            "let trusted services pass: bypass: AzureServices of a storage account, trustedServiceAccessEnabled: true "
            "of a namespace",
        )


def _trigger(question: Question) -> Iterator[Violation]:
    if "sas" in question.settings.accept:
        return
    triggers = ("accessControl", "triggers")
    addresses = read(question.resource, *triggers, "allowedCallerIpAddresses")
    policies = read(question.resource, *triggers, "openAuthenticationPolicies", "policies")
    if not addresses and not policies:
        yield Violation(
            triggers,
            "whoever has the callback URL can start the workflow",
            "restrict the callers' addresses or ask for a token of Entra, or accept the signature in "
            "workflow-trigger.accept",
        )


def _retention(question: Question) -> Iterator[Violation]:
    resources, store = question.resources, question.resource
    letters = [each for each in received_by(resources, store) if each.dead_letters]
    containers = [text_of(each.subscription, *each.path, "blobContainerName") for each in letters]
    days = question.settings.days
    kept = [
        _days(rule)
        for policy in resources.of_type(_POLICY)
        if lies_in(resources, policy, "accountName", store)
        for rule in _rules(read(policy, "policy", "rules"))
        if _covers(rule, containers)
    ]
    shortest = min((each for each in kept if each is not None), default=None)
    if shortest is None or shortest > days:
        seen = f"dead letters are deleted after {shortest:g} days" if shortest else "no rule deletes dead letters"
        yield Violation(
            (),
            f"{seen}, allowed: after at most {days}",
            f"give the account a ManagementPolicy that deletes block blobs after {days} days",
        )


def _rules(written: object) -> list[Mapping[str, Any]]:
    return [each for each in written if isinstance(each, Mapping)] if isinstance(written, list) else []


def _days(rule: Mapping[str, Any]) -> float | None:
    """Return after how many days a rule deletes blobs; None where it deletes none."""
    value = member_at(rule, ("definition", "actions", "baseBlob", "delete"))
    if rule.get("enabled") is False or not isinstance(value, Mapping):
        return None
    found = (value.get(name) for name in ("daysAfterModificationGreaterThan", "daysAfterCreationGreaterThan"))
    return min((each for each in found if isinstance(each, (int, float))), default=None)


def _covers(rule: Mapping[str, Any], containers: list[str | None]) -> bool:
    """Tell whether a rule is for all these containers; one that is not known only without a prefix."""
    prefixes = member_at(rule, ("definition", "filters", "prefixMatch"))
    if not isinstance(prefixes, list) or not prefixes:
        return True
    texts = [each for each in prefixes if isinstance(each, str)]
    return all(name is not None and any(f"{name}/".startswith(each) for each in texts) for name in containers)


STORE_RULES: tuple[Rule, ...] = (
    Rule(
        "store-anonymous",
        "A store that receives events or dead letters has no anonymous blobs.",
        why="Dead letters are whole events: whoever guesses a name could read them.",
        severity="high",
        level="error",
        types=(STORAGE_ACCOUNT, BLOB_CONTAINER),
        check=_receiving(_anonymous),
        fix="Write allowBlobPublicAccess: false.",
        example=Example("allowBlobPublicAccess: true\n", "allowBlobPublicAccess: false\n"),
        reads_others=True,
    ),
    Rule(
        "store-https",
        "A store that receives events or dead letters takes https only.",
        why="Events could be read on their way.",
        severity="high",
        level="error",
        types=(STORAGE_ACCOUNT,),
        check=_receiving(_https),
        fix="Write enableHttpsTrafficOnly: true.",
        example=Example("enableHttpsTrafficOnly: false\n", "enableHttpsTrafficOnly: true\n"),
        reads_others=True,
    ),
    Rule(
        "handler-tls",
        "A store or namespace that receives events takes TLS 1.2 or newer only.",
        why="Older versions of TLS can be broken.",
        severity="medium",
        level="warning",
        types=HOSTS,
        check=_receiving(_tls),
        fix="Write minimumTlsVersion: TLS1_2 for a storage account, '1.2' for a namespace.",
        example=Example("minimumTlsVersion: TLS1_0\n", "minimumTlsVersion: TLS1_2\n"),
        settings=HandlerTlsSettings,
        reads_others=True,
    ),
    Rule(
        "handler-keys",
        "A store or namespace that receives events has no shared keys.",
        why="Whoever has a key can read and send events, and nobody can tell who did.",
        severity="medium",
        level="warning",
        types=HOSTS,
        check=_receiving(_keys),
        fix="Write allowSharedKeyAccess: false for a storage account, disableLocalAuth: true for a namespace.",
        example=Example("allowSharedKeyAccess: true\n", "allowSharedKeyAccess: false\n"),
        reads_others=True,
    ),
    Rule(
        "handler-open-network",
        "A store or namespace that receives events denies networks that its rules do not name.",
        why="Whoever gets hold of a token could use it from anywhere.",
        severity="low",
        level="off",
        types=HOSTS,
        check=_receiving(_open_network),
        fix="Write defaultAction: Deny in its network rules, and let trusted services pass.",
        example=Example(
            "networkRuleSet: {defaultAction: Allow}\n",
            "networkRuleSet: {defaultAction: Deny, bypass: AzureServices}\n",
        ),
        reads_others=True,
    ),
    Rule(
        "handler-unreachable",
        "A store or namespace that receives events and closes its network lets Event Grid in.",
        why="Event Grid cannot deliver through private endpoints, and passes a firewall only as a trusted service: "
        "every event would be dropped.",
        severity="high",
        level="error",
        types=HOSTS,
        check=_receiving(_unreachable),
        fix="Keep the public endpoint enabled, and let trusted services pass.",
        example=Example(
            "networkRuleSet: {defaultAction: Deny, bypass: None}\n",
            "networkRuleSet: {defaultAction: Deny, bypass: AzureServices}\n",
        ),
        reads_others=True,
    ),
    Rule(
        "workflow-trigger",
        "A Logic App's request trigger is restricted by address or by an Entra policy.",
        why="The callback URL is a password: whoever has it can start the workflow.",
        severity="medium",
        level="warning",
        types=(WORKFLOW,),
        check=_receiving(_trigger),
        fix="Restrict the callers' addresses or ask for a token of Entra in accessControl.triggers.",
        example=Example(
            "state: Enabled\n",
            "accessControl: {triggers: {allowedCallerIpAddresses: [{addressRange: 192.0.2.0/24}]}}\n",
        ),
        settings=WorkflowTriggerSettings,
        reads_others=True,
    ),
    Rule(
        "store-retention",
        "Dead letters are deleted after a number of days.",
        why="Dead letters may hold personal data, which must not be kept for ever.",
        severity="low",
        level="off",
        types=(STORAGE_ACCOUNT,),
        check=_receiving(_retention, dead_letters=True),
        fix="Give the account a ManagementPolicy that deletes block blobs in time.",
        example=Example(
            "# no ManagementPolicy for the account\nkind: StorageV2\n",
            "# a ManagementPolicy deletes block blobs 30 days after modification\nkind: StorageV2\n",
        ),
        settings=StoreRetentionSettings,
        reads_others=True,
    ),
)
"""Rules on the stores and handlers that receive events."""
