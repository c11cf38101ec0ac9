"""Strategies that were written elsewhere, read into the home: one module per origin."""
