"""Rules over the wire values of resources, whatever declared them."""
