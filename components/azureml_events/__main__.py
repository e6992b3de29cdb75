"""`python -m azureml_events`: the command line."""

from __future__ import annotations

from azureml_events.cli import main

main(prog_name="azureml-events")
