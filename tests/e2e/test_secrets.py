"""Secrets reach Azure, and nothing that Pulumi keeps or prints."""

from __future__ import annotations

from collections.abc import Callable

from e2e.configs import Config, config_of, edited
from e2e.engine import Project
from e2e.stand_in.cloud import Fault
from stack_texts import WORKSPACE

CONFIG = config_of(f"""
config:
  azure-native:subscriptionId: 00000000-0000-0000-0000-000000000001
  azureml-events:workspaces:
    ml: {{resourceId: {WORKSPACE}, location: westeurope}}
  azureml-events:handlers:
    hook:
      type: WebHook
      endpointUrl: {{secure: to be encrypted}}
      deliveryAttributeMappings:
        - {{name: key, type: Static, isSecret: true, value: {{secure: to be encrypted}}}}
  azureml-events:subscriptions:
    everything: {{handler: hook, allEvents: true}}
  azureml-events:defaults:
    deadLetter: {{disabled: nothing is lost that matters}}
    accessDelaySeconds: 0
""")


def test_secrets_are_encrypted_in_the_state_and_nowhere_in_clear(real: Callable[[Config], Project]) -> None:
    """Neither a failed deployment, nor one that changes the handler, nor the exported state shows them."""
    project = real(CONFIG)
    with project.cloud() as cloud:
        cloud.faults = [Fault("other", "/everything")]
    shown = [project.preview_with_differences(), *events(project)]
    for _ in range(2):
        shown += [project.run_command("up").output, *events(project)]
    project.configure(edited(project.config, [{"path": "handlers.hook.maxEventsPerBatch", "value": 7}]))
    shown += [project.preview_with_differences(), *events(project)]
    shown += [project.succeed(*command).output for command in (("stack", "export"), ("stack", "output", "--json"))]

    with project.cloud() as cloud:
        delivered = next(cloud.of_type("eventSubscriptions")).inputs["destination"]
    assert delivered["endpointUrl"].endswith("?code=hush-0")
    assert delivered["deliveryAttributeMappings"][0]["value"] == "hush-1"
    assert "having a bad day" in "".join(shown)
    assert not [text for text in (*shown, *project.kept_texts()) if "hush" in text]


def test_a_secret_in_the_path_of_a_url_is_nowhere_in_the_state(real: Callable[[Config], Project]) -> None:
    """Azure returns the path in an output that has no secret input of its name; a refresh and an update too."""
    project = real(CONFIG)
    project.encrypt({"azureml-events:handlers.hook.endpointUrl": "https://hooks.example.com/services/T01/hush"})
    shown = [project.run_command("up").output, project.run_command("refresh").output]
    project.configure(edited(project.config, [{"path": "handlers.hook.maxEventsPerBatch", "value": 7}]))
    shown += [project.run_command("up").output, project.succeed("stack", "export").output]
    with project.cloud() as cloud:
        [subscription] = cloud.of_type("eventSubscriptions")
    assert subscription.outputs["destination"]["endpointBaseUrl"].endswith("/hush")
    assert not [text for text in (*shown, *project.kept_texts()) if "hush" in text]


def events(project: Project) -> list[str]:
    """What the engine said of the last command."""
    return [project.event_log.read_text("utf-8")]
