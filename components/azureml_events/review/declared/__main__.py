"""The program of a stack file that stands alone: declares what it says, as a project's own `__main__.py` does."""

from azureml_events import declare_stack

declare_stack()
