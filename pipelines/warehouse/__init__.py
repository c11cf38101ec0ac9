"""Landed pages become typed tables, and typed tables a database that dbt builds in."""
