"""Trello: boards, lists, cards and their actions."""

from __future__ import annotations

from connectors.trello.connector import TrelloConnector

CONNECTOR = TrelloConnector()
