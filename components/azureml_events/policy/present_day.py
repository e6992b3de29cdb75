"""The day on which a policy is asked."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

from azureml_events.base.mistakes import show
from azureml_events.stackfile.input_error import InputError

_EPOCH = "SOURCE_DATE_EPOCH"


def present_day() -> date:
    """Return the present day, UTC, or that of `SOURCE_DATE_EPOCH`, which makes two runs equal.

    Raises:
        InputError: `SOURCE_DATE_EPOCH` is no number of seconds.
    """
    epoch = os.environ.get(_EPOCH)
    if epoch is None:
        return datetime.now(UTC).date()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date()
    except (ValueError, OverflowError, OSError):
        raise InputError([f"{_EPOCH}: {show(epoch)} is no number of seconds since 1970"]) from None
