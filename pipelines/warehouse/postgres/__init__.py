"""The published tables in PostgreSQL: read from a published folder, shown in one transaction."""
