"""What sqlfluff sees in place of dbt's ``adapter``: a call of each engine's macro as plain SQL.

sqlfluff renders templates without dbt. Which engine answers is no matter of style, so that a
function of the macro's name stands for its text.
"""

from __future__ import annotations

import re
from collections.abc import Callable


def dispatch(macro: str) -> Callable[..., str]:
    """The stand-in for a macro that each engine has its own of."""

    def call(*arguments: object) -> str:
        return f"{macro}({', '.join(map(_as_sql, arguments))})"

    return call


def _as_sql(argument: object) -> str:
    """Patterns and other bare texts, which macros quote themselves, as literals."""
    text = str(argument)
    is_expression = re.fullmatch(r"[a-z_0-9.]+|.*[a-z_]\(.*\)|'.*'", text, re.DOTALL)
    return text if is_expression else "'" + text.replace("'", "''") + "'"
