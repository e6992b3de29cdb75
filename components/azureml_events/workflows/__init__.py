"""Logic App workflow definitions, built from plain values."""
