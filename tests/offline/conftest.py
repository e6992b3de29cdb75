"""Small Pulumi programs to run."""

from small_programs import run

__all__ = ["run"]
