"""Files of expectations: `stacks/routes.<stack>.yaml`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from azureml_events.base.mistakes import DeclarationError
from azureml_events.routing.expectations import Expectation, naming_mistakes, parse_expectations
from azureml_events.routing.subscription import RoutedSubscription
from azureml_events.stackfile.input_error import locating, reading
from azureml_events.stackfile.yaml_document import read_yaml


def load_expectations(path: Path, subscriptions: Sequence[RoutedSubscription]) -> tuple[Expectation, ...]:
    """Read and check a file of expectations.

    Args:
        path: The file.
        subscriptions: The subscriptions that there are.

    Raises:
        InputError: It is wrong; with every mistake.
    """
    with reading(path):
        document = read_yaml(path.read_bytes())
        with locating(document.locate):
            expectations = parse_expectations(document.value)
            mistakes = list(naming_mistakes(expectations, subscriptions))
            if mistakes:
                raise DeclarationError(mistakes)
    return expectations
