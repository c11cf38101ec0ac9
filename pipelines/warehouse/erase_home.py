"""The user's own files may go on naming somebody who is forgotten; the tables made of them do not.

Why it is so: teams.yml and strategy/ are the user's, and nothing but the user changes them. Without
this the person would be back in the tables of the next night, and as two people at that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from connectors.erased import is_replacement
from connectors.erasure import Erasure
from pipelines.warehouse.erase_files import erased_table

if TYPE_CHECKING:
    import pyarrow as pa


def without_forgotten(tables: Mapping[str, pa.Table], erasure: Erasure) -> dict[str, pa.Table]:
    """Return the tables of a home without forgotten people.

    An erased person's key is the erased key itself: a pseudonym of the name would live on.
    """
    if not erasure:
        return dict(tables)
    found = {name: erased_table(table, erasure) for name, table in tables.items()}
    found["person_keys"] = _keys(found["person_keys"])
    return found


def _keys(table: pa.Table) -> pa.Table:
    import pyarrow as pa

    rows = dict(zip(*(column.to_pylist() for column in table.columns), strict=True))
    rows |= {person: person for person in rows if is_replacement(person)}
    return pa.table([list(rows), list(rows.values())], schema=table.schema)
