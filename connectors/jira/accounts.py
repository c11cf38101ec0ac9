"""The accounts that one record names."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract import Value
from connectors.jira.shapes import User


class Accounts:
    """Collects each account once, with the most that the record tells of it."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[Value, ...]] = {}

    def named(self, user: User | None) -> str | None:
        """Return a user's account, and note what is told of it."""
        if user is None:
            return None
        account_id = user.account_id or user.key or user.name
        if not account_id:
            return None
        told = (
            account_id,
            user.key,
            user.name,
            user.display_name,
            user.email_address or None,
            user.time_zone or None,
            user.account_type,
        )
        known = self._rows.get(account_id, told)
        # One place of a record tells what another hides; a fact that was told stays.
        self._rows[account_id] = tuple(
            new if old is None else old for old, new in zip(known, told, strict=True)
        )
        return account_id

    def mentioned(self, account_id: str | None, name: str | None) -> None:
        """Note an account of which the history tells no more than its name."""
        if account_id and account_id not in self._rows:
            self._rows[account_id] = (account_id, None, None, name, None, None, None)

    def rows(self) -> Iterator[tuple[str, tuple[Value, ...]]]:
        """Yield the rows of ``jira_accounts``."""
        for row in self._rows.values():
            yield "jira_accounts", row
