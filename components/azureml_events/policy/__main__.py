"""Prints the folder of the policy pack, for `pulumi preview --policy-pack "$(python -m azureml_events.policy)"`."""

import sys
from pathlib import Path

sys.stdout.write(f"{Path(__file__).resolve().parent / 'pack'}\n")
