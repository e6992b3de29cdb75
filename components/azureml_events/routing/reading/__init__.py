"""Reads events from files, in the forms that people have them."""
