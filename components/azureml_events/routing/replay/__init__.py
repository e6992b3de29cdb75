"""Routes archives of events fast: the plan, the decoder and the index."""
