"""Properties of the whole line, on hundreds of small random worlds."""
