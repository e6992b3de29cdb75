"""Bridges: handlers that Event Grid reaches through a Logic App workflow, one module per target."""

from __future__ import annotations

from azureml_events.handlers.azure_devops_pipeline import AzureDevOpsPipeline
from azureml_events.handlers.bridge import Receiver
from azureml_events.handlers.data_factory_pipeline import DataFactoryPipeline
from azureml_events.handlers.email_alert import EmailAlert
from azureml_events.handlers.github_workflow import GitHubWorkflow
from azureml_events.handlers.logic_app import LogicApp

__all__ = [
    "BRIDGES",
    "AzureDevOpsPipeline",
    "DataFactoryPipeline",
    "EmailAlert",
    "GitHubWorkflow",
    "LogicApp",
]

BRIDGES: dict[str, type[Receiver]] = {
    "LogicApp": LogicApp,
    "EmailAlert": EmailAlert,
    "DataFactoryPipeline": DataFactoryPipeline,
    "AzureDevOpsPipeline": AzureDevOpsPipeline,
    "GitHubWorkflow": GitHubWorkflow,
}
"""The kinds by `type`."""
