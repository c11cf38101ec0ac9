"""The contract with readers of the published tables."""
