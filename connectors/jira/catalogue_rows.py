"""Field definitions, statuses and people that stand beside the issues, as rows."""

from __future__ import annotations

import msgspec

from connectors.contract import LandedRecord, Rows
from connectors.jira.accounts import Accounts
from connectors.jira.decoding import record_error
from connectors.jira.issue_rows import category_key
from connectors.jira.shapes import CatalogueStatus, Field, Status, User

_decode_field = msgspec.json.Decoder(Field).decode
_CATEGORY_WORDS = {"TODO": "new", "IN_PROGRESS": "indeterminate", "DONE": "done"}
_decode_user = msgspec.json.Decoder(User).decode
_decode_status = msgspec.json.Decoder(CatalogueStatus).decode


def field_rows(record: LandedRecord) -> Rows:
    """Yield the row of one field definition."""
    try:
        found = _decode_field(record.payload)
    except msgspec.DecodeError as fault:
        raise record_error(fault) from fault
    custom_type = found.schema.custom if found.schema else None
    yield "jira_fields", (found.id, found.name, custom_type, True)


def status_rows(record: LandedRecord) -> Rows:
    """Yield the row of one status."""
    try:
        found = _decode_status(record.payload)
    except msgspec.DecodeError as fault:
        raise record_error(fault) from fault
    told = found.status_category
    if isinstance(told, str):
        category = _CATEGORY_WORDS.get(told)
    else:
        category = category_key(Status(status_category=told))
    yield "jira_statuses", (str(found.id), found.name, category)


def user_rows(record: LandedRecord) -> Rows:
    """Yield the row of one person of the site."""
    try:
        found = _decode_user(record.payload)
    except msgspec.DecodeError as fault:
        raise record_error(fault) from fault
    accounts = Accounts()
    accounts.named(found)
    yield from accounts.rows()
