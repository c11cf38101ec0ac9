"""What keeps nights going that nobody watches: budget, alerts, sweeping, going back (no Dagster)."""
