"""The page on what must be there before the first deployment, held against the workflows that it is about."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from azureml_events import start
from azureml_events.policy.grants import ACCESS_ADMINISTRATOR
from azureml_events.review.day_one.built_in_roles import DEPLOYED, IDENTITY_OPERATOR, READER

ROOM = Path(next(iter(start.__path__)))
PAGE = (ROOM / "README.md").read_text("utf-8")
WORKFLOWS = {path.name: path.read_text("utf-8") for path in (ROOM / "templates").glob("*/*.yml")}
TABLES = re.findall(r"^\| (.*) \|$", PAGE, re.MULTILINE)


def variables(where: str) -> set[str]:
    """The variables that a row of the table says."""
    (row,) = [row for row in TABLES if row.startswith(where)]
    return set(re.findall(r"`([A-Z_]+)`", row))


def used(workflow: str) -> set[str]:
    """The variables that a workflow reads."""
    return set(re.findall(r"vars\.(\w+)", WORKFLOWS[workflow]))


def test_the_page_names_every_variable_where_it_is_read() -> None:
    of_repository, of_environment = variables("the repository"), variables("the environment")

    assert used("review.yml") | used("drift.yml") == of_repository
    assert used("deploy.yml") == (of_repository - {"AZURE_PREVIEW_CLIENT_ID"}) | of_environment


def test_each_job_that_logs_in_is_trusted_by_its_identity() -> None:
    """Without an environment a pull request and a branch have subjects of their own."""
    subjects = re.findall(r'^trust (events-\w+) [\w-]+ "repo:\$REPOSITORY:(.*)"$', PAGE, re.MULTILINE)

    assert set(subjects) == {
        ("events-preview", "pull_request"),
        ("events-preview", "ref:refs/heads/main"),
        ("events-deploy", "environment:dev"),
    }
    for name, workflow in WORKFLOWS.items():
        jobs = yaml.safe_load(workflow)["jobs"] if name != "azure-pipelines.yml" else {}
        logging_in = [job for job in jobs.values() if "azure/login" in str(job)]
        assert {"environment" in job for job in logging_in} <= {name == "deploy.yml"}


@pytest.mark.parametrize(
    ("said", "workflow", "stands"),
    [
        ("<!-- azureml-events review: STACK -->", "review.yml", "<!-- azureml-events review: $STACK -->"),
        ("`azureml-events adopt --against`", "drift.yml", 'adopt found/*.json --against "$STACK"'),
        ("`azureml-events-preview`", "azure-pipelines.yml", "azureSubscription: azureml-events-preview"),
        ("`azureml-events-dev`", "azure-pipelines.yml", "azureSubscription: azureml-events-${{ stack }}"),
    ],
)
def test_what_the_page_says_of_a_workflow_stands_in_it(said: str, workflow: str, stands: str) -> None:
    assert said in PAGE
    assert stands in WORKFLOWS[workflow]


def test_contributor_is_no_role_of_the_table() -> None:
    roles = {cells.split(" | ")[1] for cells in TABLES if cells.startswith(("both", "events-"))}

    assert {"EventGrid Contributor", "Key Vault Crypto User", "Storage Blob Data Contributor"} < roles
    assert not roles & {"Contributor", "Owner"}


def test_the_table_has_every_role_that_deploying_may_need() -> None:
    cells = [row.split(" | ")[1] for row in TABLES if row.startswith(("both", "events-"))]
    listed = {name for cell in cells for name in cell.split(", ")}
    needed = {each.role.name for each in DEPLOYED.values() if each.role}

    assert needed | {each.name for each in (READER, ACCESS_ADMINISTRATOR, IDENTITY_OPERATOR)} <= listed


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", PAGE))
def test_a_link_leads_somewhere(link: str) -> None:
    assert (ROOM / link).exists()
