"""The table of lint's rules."""

from __future__ import annotations

from collections.abc import Iterable

from azureml_events.base.mistakes import MemberPath
from azureml_events.event_grid.metrics import MOST_ALERT_RULES
from azureml_events.lint.example_documents import (
    ACTION_GROUP,
    BY_IDENTITY,
    EXTENSION,
    FAILED_RUNS,
    HUB,
    MODELS,
    OF_TOPIC,
    TOPIC,
    WITH_IDENTITY,
    WITH_RETRY,
    WORKSPACE,
    filtered,
    preview,
    template,
)
from azureml_events.lint.rule import Change, Example, Finding, Rule
from azureml_events.routing.subscription import RoutedSubscription

RULES: dict[str, Rule] = {
    row.name: row
    for row in (
        Rule(
            "never-event-type",
            "error",
            "A workspace raises none of the event types.",
            "A system topic takes the event types of its source's provider only: Event Grid's contract.",
            fix="Name event types of Azure Machine Learning.",
            example=Example(
                "includedEventTypes: [Microsoft.Storage.BlobCreated]\n",
                "includedEventTypes: [Microsoft.MachineLearningServices.ModelRegistered]\n",
            ),
        ),
        Rule(
            "never-subject",
            "error",
            "None of the event types can have such a subject.",
            "Subjects have the forms of the schema page, which recorded events show; a disputed one is warned of.",
            fix="Write the subject as the event type has it; `azureml-events events` prints its form.",
            example=Example(
                "includedEventTypes: [ModelRegistered]\nsubjectBeginsWith: /models/churn\n",
                "includedEventTypes: [ModelRegistered]\nsubjectBeginsWith: 'models/churn:'\n",
            ),
        ),
        Rule(
            "never-contradiction",
            "error",
            "The filters on one key exclude each other.",
            "Filters are ANDed, and the filtering page says what each operator lets pass.",
            fix="Put alternatives into one filter's values, or into subscriptions of their own.",
            example=Example(
                filtered(
                    "RunStatusChanged",
                    "{operatorType: StringIn, key: data.runStatus, values: [Failed]}",
                    "{operatorType: StringIn, key: data.runStatus, values: [Canceled]}",
                ),
                filtered(
                    "RunStatusChanged", "{operatorType: StringIn, key: data.runStatus, values: [Failed, Canceled]}"
                ),
            ),
        ),
        Rule(
            "never-missing-key",
            "error",
            "None of the event types carries the key.",
            "The contract of the events, the schema page and recorded events have the same fields for each event type.",
            fix="Take a key that the event type carries, or the event type that carries the key.",
            example=Example(
                filtered("RunCompleted", "{operatorType: StringIn, key: data.runStatus, values: [Failed]}"),
                FAILED_RUNS,
            ),
        ),
        Rule(
            "never-dotted-name",
            "error",
            "A name with a dot in it cannot be a filter's key.",
            "A dot steps into a map and cannot be escaped: the filtering page; tags and properties are texts in the"
            " events' contract as in recorded events.",
            fix="Filter by a tag of your own without a dot, or by another field.",
            example=Example(
                filtered(
                    "RunCompleted", "{operatorType: StringIn, key: data.runTags.azureml.pipeline, values: [nightly]}"
                ),
                filtered("RunCompleted", "{operatorType: StringIn, key: data.runTags.pipeline, values: [nightly]}"),
            ),
        ),
        Rule(
            "never-unreachable-key",
            "error",
            "Filters cannot reach the key under the delivery schema.",
            "The filtering page lists the keys of the Event Grid schema, in which a workspace's events are published"
            " too; what it leaves open is warned of.",
            fix="Use includedEventTypes, subjectBeginsWith or a key that begins with `data.`.",
            example=Example(
                filtered("ModelRegistered", "{operatorType: StringIn, key: specversion, values: ['1.0']}"),
                MODELS,
            ),
        ),
        Rule(
            "never-value-type",
            "error",
            "The key never holds a value of the operator's type.",
            "Fields have one type in the events' contract and in recorded events; operators ignore other types: the"
            " filtering page.",
            fix="Use an operator for what the key holds.",
            example=Example(
                filtered("RunCompleted", "{operatorType: BoolEquals, key: data.runType, value: true}"),
                filtered("RunCompleted", "{operatorType: StringIn, key: data.runType, values: [azureml.PipelineRun]}"),
            ),
        ),
        Rule(
            "never-value",
            "error",
            "The key never holds such a value.",
            "The event type and the workspace's id are what the event type and the source of the subscription say:"
            " Event Grid's contract.",
            fix="Name the event type in includedEventTypes and the workspace in workspaces, and leave the filter out.",
            example=Example(
                filtered("ModelRegistered", "{operatorType: StringIn, key: eventType, values: [RunCompleted]}"),
                "includedEventTypes: [RunCompleted]\n",
            ),
        ),
        Rule(
            "never-monitor-failed",
            "error",
            "The tag of a model monitor never comes with status Failed, because the run that carries it ends normally.",
            "Microsoft's monitoring component sets the tag and ends normally; its page says to filter RunCompleted.",
            fix="Use `when: monitorBreached`.",
            example=Example(
                filtered(
                    "RunStatusChanged",
                    "{operatorType: IsNotNull, key: data.runTags.azureml_modelmonitor_threshold_breached}",
                    "{operatorType: StringIn, key: data.runStatus, values: [Failed]}",
                ),
                "when: monitorBreached\n",
            ),
        ),
        Rule(
            "not-delivering",
            "error",
            "The subscription has ended or was never wholly made, so it delivers nothing.",
            "A subscription ends at its expirationTimeUtc, and none is made with one that has passed; one whose"
            " provisioning failed, was cancelled or waits for its endpoint is not active: Event Grid's contract.",
            fix="Write a moment in the future, or leave it out; mend what failed and deploy it again.",
            example=Example(
                "includedEventTypes: [ModelRegistered]\nexpirationTimeUtc: '2020-01-01T00:00:00Z'\n",
                MODELS,
            ),
        ),
        Rule(
            "missing-identity",
            "error",
            "The subscription delivers by an identity that its system topic does not have.",
            "A subscription delivers by an identity of its topic, and a topic has those that its own identity member"
            " names: Event Grid's contract.",
            why="Azure refuses the subscription, or no event reaches the handler.",
            fix="Give the topic the identity, or deliver without one.",
            example=Example(template(TOPIC, BY_IDENTITY), template(WITH_IDENTITY, BY_IDENTITY)),
        ),
        Rule(
            "disputed-subject",
            "warning",
            "Microsoft's page and recorded events disagree about the subject, and the filter takes one form only.",
            why="Events of the other form do not reach the handler.",
            fix="Write a beginning that both forms have.",
            example=Example(
                "includedEventTypes: [DatasetDriftDetected]\nsubjectBeginsWith: datadrifts/\n",
                "includedEventTypes: [DatasetDriftDetected]\nsubjectBeginsWith: datadrift\n",
            ),
        ),
        Rule(
            "dead-event-type",
            "warning",
            "Some of the event types can never pass the filter.",
            why="Its events do not reach the handler, though the subscription names them.",
            fix="Leave the event type out, or give it a subscription of its own.",
            example=Example(
                "includedEventTypes: [ModelRegistered, RunCompleted]\nsubjectBeginsWith: 'models/churn:'\n",
                "includedEventTypes: [ModelRegistered]\nsubjectBeginsWith: 'models/churn:'\n",
            ),
        ),
        Rule(
            "unknown-event-type",
            "warning",
            "The catalogue does not know the event type.",
            why="If there is no such event type, Azure refuses the subscription.",
            fix="Write the event type's name as the catalogue has it.",
            example=Example("includedEventTypes: [Microsoft.MachineLearningServices.ModelRegisterd]\n", MODELS),
        ),
        Rule(
            "unknown-key",
            "warning",
            "The catalogue does not know the key.",
            why="If no event has such a key, no event reaches the handler.",
            fix="Write the key as the catalogue has it, or check it against an event of yours.",
            example=Example(
                filtered("RunStatusChanged", "{operatorType: StringIn, key: data.runStaus, values: [Failed]}"),
                FAILED_RUNS,
            ),
        ),
        Rule(
            "unknown-value",
            "warning",
            "The catalogue does not know the value.",
            why="If no event has such a value, no event reaches the handler.",
            fix="Write the value as the catalogue has it.",
            example=Example(
                filtered("RunStatusChanged", "{operatorType: StringIn, key: data.runStatus, values: [Succeeded]}"),
                filtered("RunStatusChanged", "{operatorType: StringIn, key: data.runStatus, values: [Completed]}"),
            ),
        ),
        Rule(
            "undocumented-key",
            "warning",
            "It is not documented whether filters reach the key.",
            why="It may match in one region or year and not in another.",
            fix="Use includedEventTypes, subjectBeginsWith or a key that begins with `data.`.",
            example=Example(
                filtered("ModelRegistered", "{operatorType: StringBeginsWith, key: eventTime, values: ['2026']}"),
                MODELS,
            ),
        ),
        Rule(
            "envelope-key",
            "warning",
            "The key depends on the schema; a filter of its own says the same.",
            why="Another delivery schema makes the filter match nothing.",
            fix="Name event types in includedEventTypes and workspaces in workspaces.",
            example=Example(
                "includedEventTypes: [ModelRegistered]\n"
                "eventDeliverySchema: CloudEventSchemaV1_0\n"
                "advancedFilters:\n"
                "  - {operatorType: StringIn, key: type, values:"
                " [Microsoft.MachineLearningServices.ModelRegistered]}\n",
                "includedEventTypes: [ModelRegistered]\neventDeliverySchema: CloudEventSchemaV1_0\n",
            ),
        ),
        Rule(
            "text-as-number",
            "warning",
            "A number operator looks at what delivered events carry as text.",
            why="The filter passes over the text, so no event reaches the handler.",
            fix="Use a String operator, as StringIn with every value that you mean.",
            example=Example(
                filtered("ModelRegistered", "{operatorType: NumberIn, key: data.modelVersion, values: [3]}"),
                filtered("ModelRegistered", "{operatorType: StringIn, key: data.modelVersion, values: ['3']}"),
            ),
        ),
        Rule(
            "inexact-number",
            "warning",
            "The number has more digits than Event Grid's double can hold.",
            why="Numbers near it match too, or it matches none.",
            fix="Compare a range in place of one number.",
            example=Example(
                filtered(
                    "DatasetDriftDetected",
                    "{operatorType: NumberIn, key: data.driftCoefficient, values: [0.12345678901234567]}",
                ),
                filtered(
                    "DatasetDriftDetected",
                    "{operatorType: NumberInRange, key: data.driftCoefficient, values: [[0.123, 0.124]]}",
                ),
            ),
        ),
        Rule(
            "quoted-operand",
            "warning",
            "An operand is written with quotes or brackets that belong to it.",
            why="Only values with the same quotes or brackets match.",
            fix="Write the operand without them.",
            example=Example(
                filtered(
                    "RunCompleted", "{operatorType: StringIn, key: data.experimentName, values: [\"('train-churn')\"]}"
                ),
                filtered("RunCompleted", "{operatorType: StringIn, key: data.experimentName, values: [train-churn]}"),
            ),
        ),
        Rule(
            "wildcard",
            "warning",
            "A star is taken literally; filters have no wildcards.",
            why="Only values with a star match.",
            fix="Use StringBeginsWith, StringEndsWith or StringContains.",
            example=Example(
                filtered("RunCompleted", "{operatorType: StringIn, key: data.experimentName, values: [train-*]}"),
                filtered(
                    "RunCompleted", "{operatorType: StringBeginsWith, key: data.experimentName, values: [train-]}"
                ),
            ),
        ),
        Rule(
            "open-model-prefix",
            "warning",
            "A model's name as subject prefix also takes longer names.",
            why="Events of other models reach the handler too.",
            fix="End the name with the colon that stands before the version.",
            example=Example(
                "includedEventTypes: [ModelRegistered]\nsubjectBeginsWith: models/churn\n",
                "includedEventTypes: [ModelRegistered]\nsubjectBeginsWith: 'models/churn:'\n",
            ),
        ),
        Rule(
            "experiment-name-in-subject",
            "warning",
            "Run subjects carry the experiment's id, not its name.",
            why="No event reaches the handler, unless an experiment's id begins like the name.",
            fix="Filter data.experimentName.",
            example=Example(
                "includedEventTypes: [RunCompleted]\nsubjectBeginsWith: experiments/train-churn/\n",
                filtered("RunCompleted", "{operatorType: StringIn, key: data.experimentName, values: [train-churn]}"),
            ),
        ),
        Rule(
            "drops-missing",
            "warning",
            "A negated operator drops events that lack the key.",
            why="Events without the key do not reach the handler, which the author of a negation seldom means.",
            fix="Use StringNotIn, which passes them, or add a subscription with IsNullOrUndefined.",
            example=Example(
                filtered(
                    "ModelRegistered", "{operatorType: StringNotBeginsWith, key: data.modelTags.stage, values: [dev]}"
                ),
                filtered("ModelRegistered", "{operatorType: StringNotIn, key: data.modelTags.stage, values: [dev]}"),
            ),
        ),
        Rule(
            "every-status",
            "warning",
            "Every change of a run's status is delivered.",
            why="A handler hears of every run many times.",
            fix="Filter data.runStatus, and data.runType where steps are not meant; or say allEvents: true.",
            example=Example("includedEventTypes: [RunStatusChanged]\n", FAILED_RUNS),
        ),
        Rule(
            "monitor-every-status",
            "warning",
            "A breached monitor is delivered once for each change of status.",
            why="A handler hears of one breach several times.",
            fix="Use `when: monitorBreached`.",
            example=Example(
                filtered(
                    "RunStatusChanged",
                    "{operatorType: IsNotNull, key: data.runTags.azureml_modelmonitor_threshold_breached}",
                ),
                "when: monitorBreached\n",
            ),
        ),
        Rule(
            "always-true",
            "warning",
            "The filter lets every event of the types pass.",
            why="It misleads its readers, and counts against the limit of 25 filters.",
            fix="Leave it out.",
            example=Example("includedEventTypes: [ModelRegistered]\nsubjectBeginsWith: models/\n", MODELS),
        ),
        Rule(
            "redundant-filter",
            "warning",
            "Another filter of the subscription already says it.",
            why="It misleads its readers, and counts against the limit of 25 filters.",
            fix="Leave it out.",
            example=Example(
                filtered(
                    "RunStatusChanged",
                    "{operatorType: StringIn, key: data.runStatus, values: [Failed]}",
                    "{operatorType: StringIn, key: data.runStatus, values: [Failed, Canceled]}",
                ),
                FAILED_RUNS,
            ),
        ),
        Rule(
            "redundant-subscription",
            "warning",
            "Another subscription sends these events to the same handler.",
            why="These events arrive twice.",
            fix="Narrow the other subscription, or leave this one out.",
            example=Example(
                "subscriptions:\n"
                "  all-models: {handler: archive, when: modelRegistered}\n"
                "  churn: {handler: archive, when: {modelRegistered: {modelName: churn}}}\n",
                "subscriptions:\n  all-models: {handler: archive, when: modelRegistered}\n",
            ),
        ),
        Rule(
            "duplicate-subscription",
            "warning",
            "Two subscriptions send the same events to the same handler.",
            why="All its events arrive twice.",
            fix="Leave one of them out.",
            example=Example(
                "subscriptions:\n"
                "  models: {handler: archive, when: modelRegistered}\n"
                "  again: {handler: archive, includedEventTypes: [ModelRegistered]}\n",
                "subscriptions:\n  models: {handler: archive, when: modelRegistered}\n",
            ),
        ),
        Rule(
            "no-handshake",
            "warning",
            "The endpoint is known not to answer Event Grid's validation handshake.",
            why="Event Grid refuses the subscription, because nobody answers with its validation code.",
            fix="Use the endpoint's own type, a bridge, or something of yours that answers and passes the event on.",
            example=Example(
                "handlers:\n"
                "  archive: {type: WebHook, endpointUrl: 'https://app1.azurewebsites.net/runtime/webhooks/EventGrid?functionName=on-model'}\n",
                "handlers:\n"
                "  archive: {type: AzureFunction, resourceId:"
                " /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Web"
                "/sites/app1/functions/on-model}\n",
            ),
        ),
        Rule(
            "attribute-missing-key",
            "warning",
            "A delivery attribute is read from a field that the events lack.",
            why="Events arrive without the attribute; a queue with sessions refuses them.",
            fix="Leave the attribute out, or take a field that the events carry.",
            example=Example(
                "handlers:\n"
                "  archive:\n"
                "    type: EventHub\n"
                f"    resourceId: {HUB}\n"
                "    deliveryAttributeMappings: [{name: run, type: Dynamic, sourceField: data.runId}]\n",
                "handlers:\n"
                "  archive:\n"
                "    type: EventHub\n"
                f"    resourceId: {HUB}\n"
                "    deliveryAttributeMappings: [{name: model, type: Dynamic, sourceField: data.modelName}]\n",
            ),
        ),
        Rule(
            "other-cloud",
            "warning",
            "The workspace lies in another cloud than the one whose facts are checked.",
            why="Event types, regions and endpoints may differ there.",
            fix="Set azure-native:environment for the provider, and try delivery there.",
            example=Example(
                f"workspaces:\n  ml-dev: {{resourceId: {WORKSPACE}, location: usgovvirginia}}\n",
                f"workspaces:\n  ml-dev: {{resourceId: {WORKSPACE}, location: westeurope}}\n",
            ),
        ),
        Rule(
            "unused-workspace",
            "warning",
            "No subscription chooses the workspace.",
            why="Only its system topic is declared.",
            fix="Choose it in a subscription, or leave it out.",
            example=Example(
                "workspaces:\n"
                f"  ml-dev: {{resourceId: {WORKSPACE}, location: westeurope}}\n"
                f"  ml-test: {{resourceId: {WORKSPACE.replace('dev', 'test')}, location: westeurope}}\n"
                "subscriptions:\n"
                "  models: {handler: archive, when: modelRegistered, workspaces: ml-dev}\n",
                "workspaces:\n"
                f"  ml-dev: {{resourceId: {WORKSPACE}, location: westeurope}}\n"
                "subscriptions:\n"
                "  models: {handler: archive, when: modelRegistered, workspaces: ml-dev}\n",
            ),
        ),
        Rule(
            "unused-handler",
            "warning",
            "No subscription delivers to the handler.",
            why="Nothing is delivered there.",
            fix="Name it in a subscription, or leave it out.",
            example=Example(
                "handlers:\n"
                f"  archive: {{type: EventHub, resourceId: {HUB}}}\n"
                f"  other: {{type: EventHub, resourceId: {HUB}2}}\n",
                f"handlers:\n  archive: {{type: EventHub, resourceId: {HUB}}}\n",
            ),
        ),
        Rule(
            "fill-in",
            "warning",
            "A secret is still to be filled in.",
            why="Pulumi refuses the stack file until the value is encrypted in it.",
            fix="Run the command that the finding names; Pulumi asks for the value.",
            example=Example(
                "handlers:\n  archive: {type: WebHook, endpointUrl: {secure: fill-in}}\n",
                "handlers:\n  archive: {type: WebHook, endpointUrl: {secure: 'v1:wcrcUgEd38tGmtoU:6I1w9xVSSw=='}}\n",
            ),
        ),
        Rule(
            "unknown-location",
            "warning",
            "No region of Azure that is known has this name.",
            why="If there is no such region, Azure refuses the deployment.",
            fix="Write the region's name as Azure does.",
            example=Example(
                f"workspaces:\n  ml-dev: {{resourceId: {WORKSPACE}, location: westeurop}}\n",
                f"workspaces:\n  ml-dev: {{resourceId: {WORKSPACE}, location: westeurope}}\n",
            ),
        ),
        Rule(
            "many-alerts",
            "warning",
            f"The stack's alerts are as many rules as an Azure subscription may have, {MOST_ALERT_RULES:,}.",
            why="Azure refuses further rules, this stack's and everybody's.",
            fix="Switch some off with false, or move workspaces to another Azure subscription.",
            example=Example(
                f"# of 2,000 workspaces\ndefaults:\n  alerts: {{actionGroupId: {ACTION_GROUP}}}\n",
                f"# of 2,000 workspaces\ndefaults:\n  alerts: {{actionGroupId: {ACTION_GROUP}, failing: false}}\n",
            ),
        ),
        Rule(
            "unknown-rule",
            "warning",
            "An `allow`, or an entry of the policy file, names no rule of its kind, so it does nothing.",
            why="What it was meant to silence is still found, and what it was meant to set is as before.",
            fix="Write the rule's name as findings show it.",
            example=Example(
                "includedEventTypes: [RunStatusChanged]\nallow: {every-statuss: we count them}\n",
                "includedEventTypes: [RunStatusChanged]\nallow: {every-status: we count them}\n",
            ),
        ),
        Rule(
            "legacy-event-type",
            "note",
            "The event type is legacy.",
            why="It comes from a part of Azure Machine Learning that is no longer developed.",
            fix="Use what the finding names.",
            example=Example("when: driftDetected\n", "when: monitorBreached\n"),
        ),
        Rule(
            "casing",
            "note",
            "The casing is not that of delivered events.",
            why="Filters match all the same; whatever reads the event must heed the casing.",
            fix="Write it as delivered events do.",
            example=Example(
                filtered("ModelRegistered", "{operatorType: StringIn, key: data.ModelName, values: [churn]}"),
                filtered("ModelRegistered", "{operatorType: StringIn, key: data.modelName, values: [churn]}"),
            ),
        ),
        Rule(
            "recased-name",
            "note",
            "Capitals in the names of tags and properties arrive in another casing.",
            why="Filters find it all the same; a handler that heeds case does not.",
            fix="Use names without capitals, or read them ignoring case.",
            example=Example(
                filtered("ModelRegistered", "{operatorType: StringIn, key: data.modelTags.Stage, values: [prod]}"),
                filtered("ModelRegistered", "{operatorType: StringIn, key: data.modelTags.stage, values: [prod]}"),
            ),
        ),
        Rule(
            "second-topic",
            "warning",
            "A source has one system topic, and the document asks for another one.",
            why="Azure refuses the second topic; a subscription that extends the source makes a hidden one of its own.",
            fix="Declare every subscription on the one topic, as systemTopics/eventSubscriptions.",
            example=Example(template(TOPIC, EXTENSION), template(TOPIC, OF_TOPIC)),
        ),
        Rule(
            "unordered-topic",
            "warning",
            "The subscription does not wait for its topic, which it names as text.",
            why="It may be created before the topic, which Azure refuses.",
            fix="Take the topic's name from its output.",
            example=Example(preview(waits=False), preview(waits=True)),
        ),
        Rule(
            "api-version",
            "warning",
            "The API version is older than what the subscription uses.",
            why="A version refuses or drops what it does not know; which of both is not documented.",
            fix="Write an API version that knows it, as 2022-06-15.",
            example=Example(
                template(TOPIC, WITH_RETRY.replace("2022-06-15", "2018-01-01")), template(TOPIC, WITH_RETRY)
            ),
        ),
        Rule(
            "not-known",
            "note",
            "Only the deployment knows it, so it is not checked.",
            why="No finding about it does not mean that it is right.",
            fix="Give its value with --parameters, or check the program with --program.",
            example=Example(
                template(TOPIC, OF_TOPIC.replace("models/churn:", "[parameters('prefix')]")),
                template(TOPIC, OF_TOPIC),
            ),
        ),
    )
}
"""The lint rules by name."""


def finding(
    rule: str,
    subscription: RoutedSubscription,
    path: MemberPath,
    message: str,
    fix: str,
    *,
    edit: Iterable[Change] = (),
) -> Finding:
    """Make a finding of a rule about a subscription.

    Args:
        rule: The rule's name.
        subscription: The subscription.
        path: The place in the document.
        message: The reason.
        fix: The advice.
        edit: The changes of the document that follow the advice; default none.
    """
    return Finding(RULES[rule], subscription.workspace, subscription.name, path, message, fix, tuple(edit))
