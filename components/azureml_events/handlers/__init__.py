"""The handler types, one module each."""
