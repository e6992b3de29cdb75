"""Texts of stack files for tests: `$name` stands for an ARM id or a section that many need."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import Any

import pytest
import yaml

CASES = Path(__file__).parent / "cases"

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg"
WORKSPACE = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/ml"
ML_PROVIDERS = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers"
"""Where the documents below `tests/cases` and the stacks of this repository have what they name."""

ML_DEV = f"{ML_PROVIDERS}/Microsoft.MachineLearningServices/workspaces/ml-dev"
ML_PROD = f"{ML_PROVIDERS}/Microsoft.MachineLearningServices/workspaces/ml-prod"

HUB = f"{GROUP}/providers/Microsoft.EventHub/namespaces/n1/eventhubs/eh1"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/sa1"

WORKFLOW_HANDLERS = {
    "mail": "{type: EmailAlert, "
    f"communicationServiceId: {GROUP}/providers/Microsoft.Communication/communicationServices/acs"
    ", sender: a@contoso.com, to: [b@contoso.com]}",
    "retraining": f"{{type: DataFactoryPipeline, factoryId: {GROUP}/providers/Microsoft.DataFactory/factories/adf1"
    ", pipelineName: retrain}",
    "release": "{type: AzureDevOpsPipeline, organization: contoso, project: churn, pipelineId: 12}",
    "deployment": "{type: GitHubWorkflow, repository: contoso/churn, eventType: model-registered"
    f", tokenSecretId: {GROUP}/providers/Microsoft.KeyVault/vaults/kv-ml/secrets/github}}",
    "job": "{type: BatchEndpoint"
    f", endpointId: {GROUP}/providers/Microsoft.MachineLearningServices/workspaces/ml/batchEndpoints/retrain}}",
    "chat": "{type: ChatMessage, service: Teams"
    f", urlSecretId: {GROUP}/providers/Microsoft.KeyVault/vaults/kv-ml/secrets/teams}}",
    "ticket": f"{{type: LogicApp, resourceId: {GROUP}/providers/Microsoft.Logic/workflows/w1}}",
}
"""A handler of each type that Event Grid reaches through a workflow."""

NAMED = {
    "group": GROUP,
    "workspace": WORKSPACE,
    "workspace2": f"{WORKSPACE}2",
    "WORKSPACE": f"/subscriptions{WORKSPACE.removeprefix('/subscriptions').upper()}",
    "hub": HUB,
    "account": ACCOUNT,
    "function": f"{GROUP}/providers/Microsoft.Web/sites/app/functions/fn",
    "workspaces": f"workspaces: {{ml: {{resourceId: {WORKSPACE}, location: westeurope}}}}",
    "handlers": f"handlers: {{hub: {{type: EventHub, resourceId: {HUB}}}}}",
    "bridges": f"handlers: {{{', '.join(f'{name}: {fields}' for name, fields in WORKFLOW_HANDLERS.items())}}}",
}
"""What stands for each `$name`."""


def filled(text: str) -> str:
    """A stack file's text with what its `$name`s stand for."""
    return Template(text).substitute(NAMED)


def cases(*files: str) -> list[Any]:
    """Parameters for a test: the cases of files below `tests/cases`, each called by its file and its `why`.

    Args:
        files: Patterns of the files.
    """
    return [
        pytest.param(case, id=f"{path.stem}: {case['why']}")
        for pattern in files
        for path in sorted(CASES.glob(pattern))
        for case in yaml.safe_load(path.read_text("utf-8"))
    ]
