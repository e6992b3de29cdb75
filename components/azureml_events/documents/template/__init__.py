"""Evaluates ARM templates as far as their text tells."""
