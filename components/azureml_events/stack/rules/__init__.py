"""The rules between the entries of a stack.

Each yields mistakes whose paths start at the stack. One that takes a `Stack` sees the entries that are right in what it
reads.
"""
