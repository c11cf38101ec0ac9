"""All exports of a home in one shape."""

from __future__ import annotations

from datetime import date

from tests.oracle.asana import AsanaReader
from tests.oracle.jira import JiraReader
from tests.oracle.model import Home, Landed
from tests.oracle.times import day_bounds
from tests.oracle.trello import TrelloReader


def read_sources(home: Home, as_of: date) -> Landed:
    """Everything before 00:00 of ``as_of`` in the organisation's zone."""
    landed = Landed()
    cut = day_bounds(as_of, home.zone)[0]
    fields = (home.settings.get("linking") or {}).get("fields") or []
    for source in home.settings["sources"]:
        if source["type"] == "jira":
            jira = JiraReader(home.folder, source, cut, landed)
            jira.catalogue.link_fields = fields
            jira.read()
            continue
        kind = TrelloReader if source["type"] == "trello" else AsanaReader
        reader = kind(home.folder, source, cut, landed)
        reader.link_fields = fields
        reader.read()
    for account in home.bots:
        if account in landed.accounts:
            landed.accounts[account].is_bot = True
    return landed
