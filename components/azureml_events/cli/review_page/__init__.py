"""A review as one HTML page that asks nothing of anybody: no request, complete without its script."""
