"""What keeps nights going that nobody watches: budget, alerts, sweeping (no Dagster)."""
