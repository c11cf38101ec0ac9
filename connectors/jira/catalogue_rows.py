"""Field definitions, statuses and people that stand beside the issues, as rows."""

from __future__ import annotations

import msgspec

from connectors.contract import LandedRecord, Rows
from connectors.decoding import decoded
from connectors.jira.accounts import Accounts
from connectors.jira.issue_rows import category_key
from connectors.jira.shapes import CatalogueStatus, Field, Status, User

_field = msgspec.json.Decoder(Field)
_CATEGORY_WORDS = {"TODO": "new", "IN_PROGRESS": "indeterminate", "DONE": "done"}
_user = msgspec.json.Decoder(User)
_status = msgspec.json.Decoder(CatalogueStatus)


def field_rows(record: LandedRecord) -> Rows:
    """Yield the row of one field definition."""
    found = decoded(_field, record.payload)
    custom_type = found.schema.custom if found.schema else None
    yield "jira_fields", (found.id, found.name, custom_type, True)


def status_rows(record: LandedRecord) -> Rows:
    """Yield the row of one status."""
    found = decoded(_status, record.payload)
    told = found.status_category
    if isinstance(told, str):
        category = _CATEGORY_WORDS.get(told)
    else:
        category = category_key(Status(status_category=told))
    yield "jira_statuses", (str(found.id), found.name, category)


def user_rows(record: LandedRecord) -> Rows:
    """Yield the row of one person of the site."""
    found = decoded(_user, record.payload)
    accounts = Accounts()
    accounts.named(found)
    yield from accounts.rows()
