"""Reads event subscriptions from other tools' JSON documents."""
