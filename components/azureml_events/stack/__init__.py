"""The entries of a stack: workspaces, subscriptions, dead letters and defaults."""
