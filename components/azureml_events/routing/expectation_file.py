"""Files of expectations: `stacks/routes.<stack>.yaml`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from azureml_events.base.mistakes import DeclarationError
from azureml_events.routing.expectations import Expectation, naming_mistakes, parse_expectations
from azureml_events.routing.subscription import RoutedSubscription
from azureml_events.stackfile.input_error import InputError, placed
from azureml_events.stackfile.yaml_document import StackFileError, read_yaml


def load_expectations(path: Path, subscriptions: Sequence[RoutedSubscription]) -> tuple[Expectation, ...]:
    """Read and check a file of expectations.

    Args:
        path: The file.
        subscriptions: The subscriptions that there are.

    Raises:
        InputError: It is wrong; with every mistake.
    """
    try:
        document = read_yaml(path.read_bytes())
        expectations = parse_expectations(document.value)
        mistakes = list(naming_mistakes(expectations, subscriptions))
    except OSError as error:
        raise InputError([f"{path}: cannot be read: {error.strerror}"]) from None
    except StackFileError as error:
        raise InputError.at(path, error.mistakes) from None
    except DeclarationError as error:
        raise InputError.at(path, placed(document.locate, error.mistakes)) from None
    if mistakes:
        raise InputError.at(path, placed(document.locate, mistakes))
    return expectations
