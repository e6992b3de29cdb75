"""The exit statuses beside 0."""

from __future__ import annotations

FINDINGS = 1
"""Findings at error level, or an expectation that is not met."""

INVALID = 2
"""Invalid input."""
