"""The policy pack, as Pulumi's CLI starts it: `pulumi preview --policy-pack <this folder>`."""

import sys

from azureml_events.policy.crossguard import policies
from azureml_events.policy.present_day import present_day
from azureml_events.stackfile.input_error import InputError
from pulumi_policy import PolicyPack

try:
    made = policies(present_day())
except InputError as error:
    sys.exit("\n".join(error.lines))
PolicyPack("azureml-events", made)
