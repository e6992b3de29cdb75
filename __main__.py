"""The Pulumi program: declares what the stack file says."""

from azureml_events import declare_stack

declare_stack()
