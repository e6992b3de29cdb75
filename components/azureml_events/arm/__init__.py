"""Declarations as ARM knows them, both ways."""
