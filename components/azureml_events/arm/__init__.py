"""Declarations as ARM takes them."""
