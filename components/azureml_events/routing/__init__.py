"""Routing: which subscriptions an event reaches and why, and which filters can never match."""
