"""The user's files: settings, teams, strategy; validation, tables and JSON Schemas."""
