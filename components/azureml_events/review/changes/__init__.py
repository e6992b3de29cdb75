"""What a change means for events: two versions of an input, held against each other."""
