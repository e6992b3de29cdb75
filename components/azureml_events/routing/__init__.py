"""Routing: the subscriptions that an event reaches, and the reasons."""
