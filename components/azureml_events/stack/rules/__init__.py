"""The rules between the entries of a stack."""
