"""The accounts that one record names."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract import Value
from connectors.jira.shapes import User

_MENTION = (None,) * 5


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
        known = self._rows.get(account_id)
        # A mention tells no type, key or name; an address may be hidden in one place only.
        if (
            known is None
            or known[1:3] + known[4:] == _MENTION
            or (not known[4] and user.email_address)
        ):
            self._rows[account_id] = (
                account_id,
                user.key,
                user.name,
                user.display_name,
                user.email_address or None,
                user.time_zone or None,
                user.account_type,
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
