"""The code location: what Dagster shows and runs, glue over the rooms below."""
