"""From documents of what exists to a stack file: what is written, and what is said."""

from __future__ import annotations

from typing import Any

import pytest
from adopt.documents import (
    ACCOUNT,
    HUB,
    IDENTITY,
    PRINCIPAL,
    RUN_STATUS,
    TOPIC,
    WORKSPACE,
    answer,
    filter_of,
    flattened,
    nested,
    topic,
    web_hook,
)
from azureml_events.adopt.adoption import Adoption, adopt
from azureml_events.adopt.gathered import Given
from azureml_events.stackfile.input_error import InputError

KEYED = "https://x.example.com/hook?code=hush-12345"
OTHER = TOPIC.replace("1f0a", "other")


def adopted(*values: Any, sources: tuple[str, ...] = ()) -> Adoption:
    """What comes of documents."""
    return adopt([Given(f"{at}.json", value) for at, value in enumerate(values)], sources)


def only(adoption: Adoption, section: str) -> dict[str, Any]:
    """The only entry of a section."""
    (entry,) = adoption.config[section].values()
    return dict(entry)


def said(adoption: Adoption, kind: str) -> list[str]:
    """What remarks of a kind say."""
    return [each.text for each in adoption.remarks if each.kind == kind]


def test_a_subscription_is_written_as_azure_prints_it_and_nothing_is_added() -> None:
    adoption = adopted([topic()], [flattened("hub-1", labels=["b", "a"])])

    assert adoption.complete
    assert adoption.azure_subscription == "00000000-0000-0000-0000-000000000001"
    assert adoption.config == {
        "workspaces": {
            "ml-prod": {
                "resourceId": WORKSPACE,
                "location": "westeurope",
                "systemTopic": {"import": TOPIC, "identity": "SystemAssigned"},
                "tags": {"team": "ml"},
            }
        },
        "handlers": {"eh1": {"type": "EventHub", "resourceId": HUB, "identity": False}},
        "subscriptions": {
            "hub-1": {
                "handler": "eh1",
                "includedEventTypes": [RUN_STATUS],
                "enableAdvancedFilteringOnArrays": True,
                "labels": ["b", "a"],
                "import": f"{TOPIC}/eventSubscriptions/hub-1",
            }
        },
    }
    assert len(said(adoption, "advice")) == 2


def test_event_types_stand_as_listed_and_all_where_none_is() -> None:
    listed = [RUN_STATUS, RUN_STATUS.replace("RunStatusChanged", "ModelRegistered")]

    adoption = adopted(
        [topic()],
        [
            flattened("listed", filter=filter_of(includedEventTypes=listed)),
            flattened("none", filter=filter_of(includedEventTypes=None)),
        ],
    )

    assert adoption.config["subscriptions"]["listed"]["includedEventTypes"] == listed
    assert adoption.config["subscriptions"]["none"]["allEvents"] is True


def test_whole_numbers_that_the_cli_prints_as_floats_are_whole_again() -> None:
    ranges = [{"key": "data.x", "operatorType": "NumberInRange", "values": [[1.0, 2.5]]}]

    subscription = only(adopted([topic()], [flattened("a", filter=filter_of(advancedFilters=ranges))]), "subscriptions")

    (low, high) = subscription["advancedFilters"][0]["values"][0]
    assert (low, type(low), high) == (1, int, 2.5)


def test_what_no_read_returns_is_to_be_filled_in_and_listed_with_its_command() -> None:
    mapping = {"isSecret": True, "name": "k", "type": "Static", "value": None}
    hook = flattened("hook", destination=web_hook(deliveryAttributeMappings=[mapping]))

    adoption = adopted([topic()], [hook])

    handler = only(adoption, "handlers")
    assert handler["endpointUrl"] == handler["deliveryAttributeMappings"][0]["value"] == {"secure": "fill-in"}
    commands = [each.command for each in adoption.remarks if each.kind == "secret"]
    assert commands == [
        "pulumi config set --path --secret 'azureml-events:handlers.hook.deliveryAttributeMappings[0].value'",
        "pulumi config set --path --secret 'azureml-events:handlers.hook.endpointUrl'",
    ]
    assert "hush" not in str(adoption)
    lost = [each.command.partition(" --url ")[2] for each in adoption.remarks if each.kind == "lost"]
    assert [each.partition("/hook")[2].partition("?")[0] for each in lost] == [
        "",
        "/getDeliveryAttributes",
        "/getFullUrl",
    ]


@pytest.mark.parametrize("hidden", ["Hidden", None])
def test_arms_own_answer_loses_nothing_but_secrets(hidden: Any) -> None:
    mapping = {"isSecret": True, "name": "k", "type": "Static", "value": hidden}
    hook = flattened("hook", destination=web_hook(minimumTlsVersionAllowed="1.1", deliveryAttributeMappings=[mapping]))

    adoption = adopted([topic()], answer(hook))

    assert only(adoption, "handlers")["minimumTlsVersionAllowed"] == "1.1"
    assert said(adoption, "lost") == [
        "the value of attribute 'k'; no list holds it",
        "the webhook's whole URL; no list holds it",
    ]


@pytest.mark.parametrize(
    ("name", "is_secret", "reason"),
    [("api-key", False, "its attribute is called like a credential"), ("k", True, "it is a secret")],
)
def test_a_value_that_the_document_holds_is_said_to_be_withheld_and_why(
    name: str, is_secret: bool, reason: str
) -> None:
    mapping = {"isSecret": is_secret, "name": name, "type": "Static", "value": "hush-hush"}
    hook = flattened("hook", destination=web_hook(deliveryAttributeMappings=[mapping], endpointUrl=KEYED))

    adoption = adopted([topic()], answer(hook))

    assert said(adoption, "lost") == []
    assert said(adoption, "note") == [
        f"the value of attribute '{name}' is withheld, for {reason}",
        "the webhook's whole URL is withheld, for it may hold a key",
    ]
    assert "hush" not in str(adoption)


EXPORTED: dict[str, Any] = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "parameters": {"topic": {"type": "String", "defaultValue": "ml-prod-1f0a"}},
    "resources": [
        {
            "type": "Microsoft.EventGrid/systemTopics",
            "apiVersion": "2025-02-15",
            "name": "[parameters('topic')]",
            "location": "westeurope",
            "properties": {"source": WORKSPACE, "topicType": "Microsoft.MachineLearningServices.Workspaces"},
        },
        {
            "type": "Microsoft.EventGrid/systemTopics/eventSubscriptions",
            "apiVersion": "2025-02-15",
            "name": "[concat(parameters('topic'), '/hook')]",
            "properties": {
                "destination": {"endpointType": "WebHook", "properties": {"maxEventsPerBatch": 1}},
                "filter": {"includedEventTypes": [RUN_STATUS]},
            },
        },
    ],
}
"""What the portal exports of a topic with a webhook: without ids, and without the URL."""


def test_a_url_that_an_exported_template_leaves_out_is_to_be_filled_in() -> None:
    adoption = adopted(EXPORTED)

    assert only(adoption, "handlers") == {
        "type": "WebHook",
        "maxEventsPerBatch": 1,
        "endpointUrl": {"secure": "fill-in"},
    }
    assert said(adoption, "secret") == [
        "fill in the webhook's whole URL of subscription hook, which the first 'pulumi up' may then update"
    ]


@pytest.mark.parametrize("answers", [[], [answer(flattened("hook", destination=web_hook()))]])
def test_an_exported_template_takes_its_ids_from_the_topics_own_document(answers: list[Any]) -> None:
    adoption = adopted(EXPORTED, [topic()], *answers)

    assert adoption.complete, adoption.remarks
    assert only(adoption, "workspaces")["systemTopic"] == {"import": TOPIC, "identity": "SystemAssigned"}
    assert only(adoption, "subscriptions")["import"] == f"{TOPIC}/eventSubscriptions/hook"
    assert adopted(*answers, [topic()], EXPORTED) == adoption


@pytest.mark.parametrize("member", ["description", "queuename"])
def test_of_an_endpoint_type_that_cannot_be_declared_just_that_is_said(member: str) -> None:
    unknown = {"endpointType": "MonitorAlert", "severity": "Sev3", member: "x"}

    adoption = adopted([topic()], answer(flattened("alert", destination=unknown)))

    assert said(adoption, "not expressed") == ["the endpoint type 'MonitorAlert' cannot be declared"]


def test_a_refusal_names_the_handler_as_the_stack_file_does() -> None:
    home = f"{HUB.partition('/Microsoft')[0]}/Microsoft.EventGrid/namespaces"
    to = [{"endpointType": "NamespaceTopic", "resourceId": f"{home}/{name}/topics/t1"} for name in ("n1", "n2")]
    well = [
        flattened(f"well-{at}", destination=each, eventDeliverySchema="CloudEventSchemaV1_0")
        for at, each in enumerate(to)
    ]

    adoption = adopted([topic()], answer(*well, flattened("ill", destination=to[1])))

    (text,) = said(adoption, "not expressed")
    assert text.startswith("eventDeliverySchema: handler 'n2-t1' takes CloudEventSchemaV1_0 only")
    assert list(adoption.config["handlers"]) == ["n1-t1", "n2-t1"]


OPEN = "[parameters('later')]"


def exported(topic_: Any = None, subscription: Any = None) -> dict[str, Any]:
    """The exported template, with other members."""
    of_topic, of_subscription = EXPORTED["resources"]
    properties = {**of_subscription["properties"], **(subscription or {})}
    resources = [{**of_topic, **(topic_ or {})}, {**of_subscription, "properties": properties}]
    return {**EXPORTED, "parameters": {**EXPORTED["parameters"], "later": {"type": "String"}}, "resources": resources}


@pytest.mark.parametrize("name", ["deliveryWithResourceIdentity", "deadLetterWithResourceIdentity"])
@pytest.mark.parametrize("identity", [OPEN, {"type": "UserAssigned", "userAssignedIdentity": OPEN}])
def test_an_identity_that_only_the_deployment_knows_is_not_taken_for_the_topics_own(name: str, identity: Any) -> None:
    hub = {"endpointType": "EventHub", "properties": {"resourceId": HUB}}
    store = {"endpointType": "StorageBlob", "properties": {"resourceId": ACCOUNT, "blobContainerName": "dead"}}
    own = {"destination": hub} if name.startswith("delivery") else {"deadLetterDestination": store}
    members = {"destination": None if "destination" in own else hub, name: {"identity": identity, **own}}

    adoption = adopted(exported(subscription=members), [topic()])

    assert said(adoption, "not expressed") == [f"{name} has {OPEN}, which only the deployment knows"]
    assert "subscriptions" not in adoption.config


def test_tags_that_only_the_deployment_knows_are_not_declared_as_they_are_written() -> None:
    adoption = adopted(exported({"tags": {"team": "ml", "owner": OPEN}}))

    assert "tags" not in only(adoption, "workspaces")
    assert f"its tags hold {OPEN}; none of them is declared" in said(adoption, "not expressed")


def test_a_whole_url_without_a_key_is_taken_over_and_one_with_a_key_is_not() -> None:
    plain, keyed = (web_hook(endpointUrl=each) for each in ("https://x.example.com/hook", KEYED))

    adoption = adopted([topic()], [flattened("plain", destination=plain), flattened("keyed", destination=keyed)])

    handlers = adoption.config["handlers"]
    assert handlers["plain"]["endpointUrl"] == "https://x.example.com/hook"
    assert handlers["keyed"]["endpointUrl"] == {"secure": "fill-in"}
    assert "hush" not in str(adoption)


@pytest.mark.parametrize(
    ("members", "lost"),
    [
        (
            {"destination": {"endpointType": None, "properties": {"resourceId": "/x"}}},
            "the Azure CLI prints no endpoint type that it does not know, as NamespaceTopic",
        ),
        (
            {"filter": filter_of(advancedFilters=[{"operatorType": None, "key": "data.x", "values": ["1"]}])},
            "the Azure CLI does not know the operator of filter.advancedFilters[0], and does not print it",
        ),
    ],
)
def test_what_the_cli_cannot_carry_is_said_with_the_command_that_can(members: dict[str, Any], lost: str) -> None:
    adoption = adopted([topic()], [flattened("a", **members), flattened("b")])

    assert list(adoption.config["subscriptions"]) == ["b"]
    assert not adoption.complete
    (remark,) = [each for each in adoption.remarks if each.text == lost]
    url = f"https://management.azure.com{TOPIC}/eventSubscriptions/a?api-version=2025-02-15"
    assert remark.command == f"az rest --method get --url '{url}'"


def test_of_the_same_thing_in_two_documents_the_one_that_lost_less_counts_in_any_order() -> None:
    hook = flattened("hook", destination=web_hook(minimumTlsVersionAllowed="1.0"))
    cli = {**hook, "destination": web_hook()}
    documents = [[topic()], answer(hook), [cli]]

    first, second = adopted(*documents), adopted(*reversed(documents))

    assert first == second
    assert only(first, "handlers")["minimumTlsVersionAllowed"] == "1.0"


def test_two_documents_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(InputError, match="two documents say different things of it"):
        adopted([topic()], [flattened("a")], [flattened("a", labels=["new"])])


NEXT = f"https://management.azure.com{TOPIC}/eventSubscriptions?api-version=2025-02-15&$skipToken=a'b"


@pytest.mark.parametrize("beside", [(), (answer(flattened("b", id=f"{OTHER}/eventSubscriptions/b")),)])
def test_half_a_list_is_refused_with_the_command_that_prints_the_next_part(beside: tuple[Any, ...]) -> None:
    with pytest.raises(InputError) as refused:
        adopted([topic()], {**answer(flattened("a")), "nextLink": NEXT}, *beside)

    (line,) = refused.value.lines
    assert line.endswith("""az rest --method get --url '""" + NEXT.replace("'", """'"'"'""") + "'")


@pytest.mark.parametrize("last", [{"value": [nested(flattened("b"))]}, {"value": []}])
def test_all_pages_of_a_list_are_one_list(last: Any) -> None:
    pages = [{**answer(flattened("a")), "nextLink": NEXT}, last]

    adoption = adopted([topic()], *pages)

    assert adopted(*reversed(pages), [topic()]) == adoption
    assert len(adoption.config["subscriptions"]) == 1 + len(last["value"])
    assert adoption.complete
    assert "read from several pages" in " ".join(said(adoption, "note"))


def test_subscriptions_on_the_workspace_itself_are_listed_with_their_two_ways_out() -> None:
    own = f"{WORKSPACE}/providers/Microsoft.EventGrid/eventSubscriptions/mine"
    extension = flattened("mine", id=own, topic=WORKSPACE, type="Microsoft.EventGrid/eventSubscriptions")

    adoption = adopted([topic()], [extension, flattened("b")])

    (remark,) = [each for each in adoption.remarks if each.kind == "not expressed"]
    assert remark.about == own
    assert "Two ways out" in remark.text
    assert list(adoption.config["subscriptions"]) == ["b"]


def test_an_error_of_check_is_allowed_because_it_was_found() -> None:
    adoption = adopted([topic()], [flattened("a", filter=filter_of(subjectBeginsWith="/models/x"))])

    assert only(adoption, "subscriptions")["allow"] == {"never-subject": "found in Azure"}
    assert said(adoption, "allowed") == ["never-subject: no subject of RunStatusChanged begins with '/models/x'"]


def test_one_that_failed_is_allowed_to_deliver_nothing() -> None:
    adoption = adopted([topic()], [flattened("a", provisioningState="Failed")])

    assert only(adoption, "subscriptions")["allow"] == {"not-delivering": "found in Azure"}


def test_a_state_that_passes_is_noted() -> None:
    adoption = adopted([topic()], [flattened("a", provisioningState="Deleting")])

    assert said(adoption, "note") == ["its state is Deleting; read it again when that is over"]


def test_a_workspace_without_a_system_topic_is_named() -> None:
    home = f"{WORKSPACE}/providers/Microsoft.EventGrid/extensionTopics/default"
    shown = {"id": home, "name": "default", "systemTopic": None, "type": "Microsoft.EventGrid/extensionTopics"}

    adoption = adopted(shown, [topic(source=WORKSPACE.replace("ml-prod", "ml-dev"))])

    (remark,) = [each for each in adoption.remarks if each.kind == "not expressed"]
    assert remark.about.lower() == WORKSPACE
    assert remark.text == "the name of its system topic is <unknown>: no document has it"


def test_a_truncated_answer_of_resource_graph_is_half_a_list() -> None:
    with pytest.raises(InputError, match="only the first part"):
        adopted({"data": [topic()], "count": 1, "totalRecords": 1, "resultTruncated": "true"})


def test_an_end_that_has_passed_is_left_out_and_said() -> None:
    adoption = adopted([topic()], [flattened("a", expirationTimeUtc="2020-01-01T00:00:00+00:00")])

    assert "expirationTimeUtc" not in only(adoption, "subscriptions")
    assert not adoption.complete


def test_names_outside_our_rules_are_taken_over_under_keys_inside_them() -> None:
    names = ["a_b", "a.b", "x" * 70]

    adoption = adopted([topic()], [flattened(name) for name in names])

    assert adoption.complete
    subscriptions = adoption.config["subscriptions"]
    assert {entry["name"] for entry in subscriptions.values()} == set(names)
    assert len(subscriptions) == 3


@pytest.mark.parametrize(
    ("identity", "written"),
    [
        (None, "None"),
        ({"type": "None"}, "None"),
        ({"type": "SystemAssigned", "principalId": PRINCIPAL}, "SystemAssigned"),
        (
            {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {"principalId": PRINCIPAL, "clientId": "c"}}},
            {"userAssigned": IDENTITY, "principalId": PRINCIPAL},
        ),
        (
            {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {IDENTITY: {"principalId": PRINCIPAL}}},
            "SystemAssigned, UserAssigned",
        ),
    ],
)
def test_the_topics_identities_are_written_as_they_are(identity: Any, written: Any) -> None:
    adoption = adopted([topic(identity=identity)], [flattened("a")])

    assert only(adoption, "workspaces")["systemTopic"]["identity"] == written


def test_deliveries_by_different_identities_of_a_topic_name_theirs() -> None:
    both = {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {IDENTITY: {"principalId": PRINCIPAL}}}
    hub = {"endpointType": "EventHub", "resourceId": HUB}
    store = {"endpointType": "StorageBlob", "resourceId": ACCOUNT, "blobContainerName": "dead"}
    by_user = {"type": "UserAssigned", "userAssignedIdentity": IDENTITY}
    members = {
        "destination": None,
        "deliveryWithResourceIdentity": {
            "destination": hub,
            "identity": {"type": "SystemAssigned", "userAssignedIdentity": None},
        },
        "deadLetterWithResourceIdentity": {"deadLetterDestination": store, "identity": by_user},
    }

    adoption = adopted([topic(identity=both)], [flattened("a", **members)])

    assert adoption.complete
    assert "identity" not in only(adoption, "handlers")
    assert only(adoption, "subscriptions")["deadLetter"] == {
        "storageAccountId": ACCOUNT,
        "blobContainerName": "dead",
        "identity": IDENTITY,
    }


def test_hidden_tags_are_no_inputs() -> None:
    adoption = adopted([topic(tags={"hidden-title": "x", "team": "ml"})], [flattened("a")])

    assert "tags" not in only(adoption, "workspaces")
    assert "hidden" in " ".join(said(adoption, "note"))


def test_without_the_topics_own_document_its_identity_and_tags_stay_as_they_are() -> None:
    adoption = adopted(answer(flattened("a")), sources=(WORKSPACE,))

    assert only(adoption, "workspaces") == {"resourceId": WORKSPACE, "systemTopic": {"import": TOPIC}}
    assert said(adoption, "lost") == ["its location, identity and tags, which stay as they are; this prints them"]


def test_a_topic_without_a_workspace_asks_for_source() -> None:
    adoption = adopted(answer(flattened("a")))

    assert not adoption.config
    assert "--source ml-prod-1f0a=<workspace id>" in said(adoption, "not expressed")[0]


def test_the_implicit_topic_that_extension_topic_show_names_is_adopted() -> None:
    shown = {
        "description": None,
        "id": f"{WORKSPACE}/providers/Microsoft.EventGrid/extensionTopics/default",
        "name": "default",
        "systemTopic": TOPIC,
        "type": "Microsoft.EventGrid/extensionTopics",
    }

    adoption = adopted(shown, answer(flattened("a")))

    assert only(adoption, "workspaces")["systemTopic"] == {"import": TOPIC}


def test_the_same_names_in_two_workspaces_get_keys_of_their_own() -> None:
    second = topic(id=OTHER, name="other", source=WORKSPACE.replace("ml-prod", "ml-dev"))
    elsewhere = flattened("a", id=f"{OTHER}/eventSubscriptions/a", topic=OTHER)

    adoption = adopted([topic(), second], [flattened("a"), elsewhere])

    subscriptions = adoption.config["subscriptions"]
    assert {key: (each["name"], each["workspaces"]) for key, each in subscriptions.items()} == {
        "ml-dev-a": ("a", ["ml-dev"]),
        "ml-prod-a": ("a", ["ml-prod"]),
    }
    assert len(adoption.config["handlers"]) == 1


def test_a_single_object_of_arm_is_adopted_as_a_list_of_one() -> None:
    assert adopted([topic()], nested(flattened("a"))) == adopted([topic()], answer(flattened("a")))


def test_raw_resources_of_a_pulumi_state_get_aliases_and_keep_what_was_written() -> None:
    urn = "urn:pulumi:dev::raw::azure-native:eventgrid:SystemTopic::topic"
    inputs = {"systemTopicName": "ml-prod-1f0a", "resourceGroupName": "RG-ML"}
    state = {
        "deployment": {
            "manifest": {},
            "resources": [
                {
                    "urn": urn,
                    "id": TOPIC,
                    "type": "azure-native:eventgrid:SystemTopic",
                    "inputs": {**inputs, "source": WORKSPACE, "topicType": "x", "location": "westeurope"},
                },
                {
                    "urn": urn.replace("Topic::topic", "TopicEventSubscription::s"),
                    "id": f"{TOPIC}/eventSubscriptions/least",
                    "type": "azure-native:eventgrid:SystemTopicEventSubscription",
                    "inputs": {
                        **inputs,
                        "eventSubscriptionName": "least",
                        "destination": {"endpointType": "EventHub", "resourceId": HUB},
                        "filter": {"isSubjectCaseSensitive": False},
                    },
                },
            ],
        }
    }

    adoption = adopted(state)

    assert only(adoption, "workspaces")["systemTopic"]["aliases"] == [urn]
    assert only(adoption, "subscriptions") == {
        "handler": "eh1",
        "allEvents": True,
        "isSubjectCaseSensitive": False,
        "import": f"{TOPIC}/eventSubscriptions/least",
        "aliases": [urn.replace("Topic::topic", "TopicEventSubscription::s")],
    }
