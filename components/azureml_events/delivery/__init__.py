"""Delivers events to local handlers as Event Grid delivers them to deployed ones."""
