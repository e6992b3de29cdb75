"""The input of a command, its findings with their places, and its review."""
