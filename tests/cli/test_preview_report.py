import io
import json

import pytest
from azureml_events.cli.preview_report import print_preview
from azureml_events.offline.preview_json import preview_json
from azureml_events.offline.recording import Message, Recording, Registration
from azureml_events.offline.wire import UNKNOWN, Secret
from small_programs import Run, run

__all__ = ["run"]


STACK = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
SOURCE = """\
from pulumi_azure_native import eventgrid
group = Group("ml-dev")
topic = eventgrid.SystemTopic("ml-dev/topic", resource_group_name="rg", location="westeurope",
    opts=ResourceOptions(parent=group, protect=True, import_="/subscriptions/s/topic"))
eventgrid.SystemTopicEventSubscription("ml-dev/failed", resource_group_name="rg",
    system_topic_name=topic.name,
    destination={"endpointType": "WebHook", "endpointUrl": Output.secret("https://x?key=hunter2")},
    filter={"includedEventTypes": ["A"]}, event_delivery_schema="EventGridSchema",
    opts=ResourceOptions(parent=group))
pulumi.export("topic", {"name": topic.name, "key": Output.secret("hunter2")})
pulumi.log.warn("one\\ntwo", group)
"""

TREE = """\
Preview of dev: 2 resources in 1 component
shop-dev  pulumi:pulumi:Stack
└── ml-dev  test:index:Group
    ├── ml-dev/topic  azure-native:eventgrid:SystemTopic  (protected)  (import /subscriptions/s/topic)
    │     resource group: rg
    │     location: westeurope
    └── ml-dev/failed  azure-native:eventgrid:SystemTopicEventSubscription
          event types: A
          destination: WebHook <secret>
          dead letter: none
          schema: EventGridSchema
Outputs
  topic: {"key": "<secret>", "name": "<unknown>"}
Messages
  warning: ml-dev: one
    two
"""


def printed(recording: Recording) -> str:
    file = io.StringIO()
    print_preview(recording, (), file=file)
    return file.getvalue()


def test_the_tree_shows_names_types_settings_outputs_and_messages(run: Run) -> None:
    assert printed(run(SOURCE)) == TREE


def test_the_tree_shows_providers_and_options(run: Run) -> None:
    source = (
        "cloud = pulumi.ProviderResource('cloud', 'mine', {})\n"
        "Thing('a', opts=ResourceOptions(provider=cloud, ignore_changes=['x', 'y'], retain_on_delete=True,"
        " aliases=['urn:a', 'urn:b'], custom_timeouts=pulumi.CustomTimeouts(create='5m')))"
    )

    assert printed(run(source)).splitlines()[-3:] == [
        "└── a  cloud:index:Thing",
        "      provider: mine",
        "      options: 2 aliases, customTimeouts create=5m, ignoreChanges x y, retainOnDelete",
    ]


def test_lines_are_not_wrapped_or_coloured_for_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    source = "/subscriptions/" + "x" * 300
    topic = Registration("t", "azure-native:eventgrid:SystemTopic", "t", inputs={"source": source})
    assert f"source: {source}\n" in printed(Recording("dev", (topic,)))
    assert "\x1b" not in printed(Recording("dev", (topic,)))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_gets_colours_unless_it_refuses_them(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], *, coloured: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    terminal = Terminal()
    print_preview(Recording("dev", (Registration("a", "t", "a"),)), (), file=terminal)
    assert ("\x1b[" in terminal.getvalue()) is coloured


def test_brackets_in_names_are_shown_as_they_are() -> None:
    assert "[bold]a[/bold]" in printed(Recording("dev", (Registration("a", "t", "[bold]a[/bold]"),)))


def test_a_resource_that_is_only_read_says_so() -> None:
    recording = Recording("dev", (Registration("a", "t", "a", read_id="/some/id"),))
    assert "a  t  (read /some/id)" in printed(recording)
    assert preview_json(recording)["resources"][0]["read"] == "/some/id"


def test_the_json_form_of_a_preview(run: Run) -> None:
    document = preview_json(run(SOURCE))
    assert list(document) == ["stack", "resources", "outputs", "messages"]
    assert document["stack"] == "dev"
    group = "urn:pulumi:dev::shop::test:index:Group"
    topic = f"{group}$azure-native:eventgrid:SystemTopic::ml-dev/topic"
    assert [each["name"] for each in document["resources"]] == [
        "shop-dev", "ml-dev", "ml-dev/topic", "ml-dev/failed",
    ]  # fmt: skip
    assert document["resources"][0]["parent"] is None
    assert document["resources"][2] == {
        "urn": topic,
        "type": "azure-native:eventgrid:SystemTopic",
        "name": "ml-dev/topic",
        "parent": f"{group}::ml-dev",
        "custom": True,
        "inputs": {"location": "westeurope", "resourceGroupName": "rg"},
        "dependencies": [],
        "protect": True,
        "import": "/subscriptions/s/topic",
        "provider": None,
        "options": {"import": "/subscriptions/s/topic", "protect": True},
        "source": {"file": "__main__.py", "line": 12},
    }
    assert document["resources"][3]["dependencies"] == [topic]
    assert document["resources"][3]["inputs"] == {
        "destination": {"endpointType": "WebHook", "endpointUrl": "<secret>"},
        "eventDeliverySchema": "EventGridSchema",
        "filter": {"includedEventTypes": ["A"]},
        "resourceGroupName": "rg",
        "systemTopicName": "<unknown>",
    }
    assert document["outputs"] == {"topic": {"key": "<secret>", "name": "<unknown>"}}
    message = {"severity": "warning", "text": "one\ntwo", "urn": f"{group}::ml-dev"}
    assert document["messages"] == [message]


def test_the_json_form_is_the_same_every_time(run: Run) -> None:
    source = "a = Thing('a')\nfor n in range(50): Thing(f'b{n}', {'from': a.id} if n % 3 else {})"
    first, second = (json.dumps(preview_json(run(source))) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("secret", [Secret("hunter2"), {"a": [Secret({"b": "hunter2"})]}])
def test_no_secret_is_in_any_output(secret: object) -> None:
    thing = Registration(STACK, "azure-native:eventgrid:SystemTopic", "a", inputs={"source": secret, "x": secret})
    recording = Recording("dev", (thing,), {"out": secret, "known": UNKNOWN}, (Message("info", "m"),))
    shown = printed(recording) + json.dumps(preview_json(recording)) + repr(recording)
    assert "hunter2" not in shown
    assert "<secret>" in shown
