"""Reads events from files, in every form in which people keep them."""
