"""Asana: tasks with their stories, projects, sections, people."""

from __future__ import annotations

from connectors.asana.connector import AsanaConnector

CONNECTOR = AsanaConnector()
