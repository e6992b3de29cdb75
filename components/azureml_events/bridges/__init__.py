"""Bridges: handlers that Event Grid reaches through a Logic App workflow, one module per target."""
