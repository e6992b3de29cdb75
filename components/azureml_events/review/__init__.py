"""The input of a command, and its findings with their places."""
