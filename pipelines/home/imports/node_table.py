"""A CSV of nodes: one row per node, told by the header.

``id,kind,title`` are needed; ``parent,because,enables,owner,team,status,priority,target_share,
from,to,due,done`` may stand beside them, in any order. Several parents are separated by ``;``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import ValidationError

from connectors.naming import nearest
from pipelines.home.csv_rows import RowError, csv_rows
from pipelines.home.imports.draft import Draft, DraftEdge, DraftNode, ImportRefusedError, words
from pipelines.home.imports.origin_file import OriginFile
from pipelines.home.problems import shown
from pipelines.home.strategy_file import Kind, Node, Status

COLUMNS = {
    "id": ("id", "identifier"),
    "kind": ("kind", "type", "level"),
    "title": ("title", "name"),
    "parent": ("parent", "contributes_to", "parent_id"),
    "because": ("because", "reason"),
    "enables": ("enables",),
    "owner": ("owner",),
    "team": ("team",),
    "status": ("status",),
    "priority": ("priority",),
    "target_share": ("target_share",),
    "from": ("from", "start"),
    "to": ("to", "end"),
    "due": ("due", "due_date"),
    "done": ("done", "done_date"),
}
"""What a column is called; the first name is the one in the documentation."""
NEEDED = ("id", "kind", "title")
KINDS = {kind: kind for kind in get_args(Kind)} | {
    "kr": "key_result",
    "outcome": "result",
    "team_result": "result",
    "mission": "purpose",
    "project": "initiative",
    "programme": "initiative",
    "program": "initiative",
    "output": "deliverable",
}
FAULTS_SHOWN = 20


def named_columns(header: list[str]) -> dict[str, str]:
    """For each of our columns the column of the file; without those that the file lacks."""
    found: dict[str, str] = {}
    lower = {column.strip().lower().replace(" ", "_"): column for column in header}
    for ours, names in COLUMNS.items():
        theirs = next((lower[name] for name in names if name in lower), None)
        if theirs is not None:
            found[ours] = theirs
    return found


def table_rows(file: OriginFile, text: str) -> list[tuple[int, dict[str, str]]]:
    """The rows by column, each with its line; separated by commas, semicolons or tabs.

    Raises:
        ImportRefusedError: If a row has another number of columns than the header.
    """
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    rows: list[tuple[int, dict[str, str]]] = []
    header: list[str] = []
    try:
        for begins, row in csv_rows(text, separator):
            if begins == 1:
                header = [column.strip() for column in row]
            elif any(cell.strip() for cell in row):
                if len(row) != len(header):
                    found = f"{len(row)} columns on line {begins}"
                    raise file.refused(found, f"{len(header)}, as the header has")
                cells = (words(cell) for cell in row)
                rows.append((begins, dict(zip(header, cells, strict=True))))
    except RowError as fault:
        found = f"a row that breaks off on line {fault.breaks} ({fault})"
        raise file.refused(found, "each quote closed again") from None
    return rows


def read_node_table(file: OriginFile, text: str) -> Draft:
    """Read a table of nodes.

    Raises:
        ImportRefusedError: With every row that cannot be a node, and why.
    """
    rows = table_rows(file, text)
    if not rows:
        raise file.refused("no rows below the header", "a row per node")
    header = list(rows[0][1])
    columns = named_columns(header)
    if missing := [name for name in NEEDED if name not in columns]:
        wanted = f"the columns {', '.join(NEEDED)} (and perhaps {', '.join(list(COLUMNS)[3:])})"
        raise file.refused(f"no column {', '.join(missing)}", wanted)
    draft = Draft("CSV of nodes", f"csv {file.name}")
    for column in header:
        if column not in columns.values():
            filled = sum(bool(cells[column]) for _, cells in rows)
            draft.left[f"column {column}"] += filled
    faults = list(_add_all(rows, columns, draft))
    if faults:
        raise _refusal(file, faults)
    return draft


def _add_all(
    rows: list[tuple[int, dict[str, str]]], columns: dict[str, str], draft: Draft
) -> Iterator[str]:
    """Add each row as a node; yield what is wrong."""
    named = [
        (line, {ours: cells[theirs] for ours, theirs in columns.items()}) for line, cells in rows
    ]
    kinds: dict[str, tuple[int, str]] = {}
    for line, cells in named:
        first = kinds.setdefault(cells["id"].lower(), (line, cells["id"]))
        if first[0] != line and cells["id"]:
            yield f"line {line}: id {shown(cells['id'])} a second time (first on line {first[0]})"
    known = {identifier for _, identifier in kinds.values()}
    for line, cells in named:
        faults = list(_row_faults(cells, kinds, known))
        yield from (f"line {line}: {fault}" for fault in faults)
        if not faults:
            draft.nodes.append(_node(cells, kinds, draft))


def _row_faults(
    cells: dict[str, str], known: dict[str, tuple[int, str]], ids: set[str]
) -> Iterator[str]:
    for name in NEEDED:
        if not cells[name]:
            yield f"no {name}"
    if cells["kind"] and _kind(cells["kind"]) is None:
        meant = nearest(cells["kind"], KINDS)
        hint = f"; nearest: {meant}" if meant else ""
        kinds = ", ".join(get_args(Kind))
        yield f"found the kind {shown(cells['kind'])}, expected one of {kinds}{hint}"
    for column in ("parent", "enables"):
        for parent in _several(cells.get(column)):
            if parent.lower() not in known:
                meant = nearest(parent, ids)
                hint = f"; nearest: {meant}" if meant else ""
                yield f"the {column} {shown(parent)} is the id of no row{hint}"
    try:
        Node.model_validate({"id": "x", "kind": "goal", "title": "x", **_plain(cells)})
    except ValidationError as found:
        for fault in found.errors(include_url=False):
            where = ".".join(str(step) for step in fault["loc"])
            yield f"{where}: found {shown(fault['input'])}, {fault['msg']}"


def _plain(cells: dict[str, str]) -> dict[str, Any]:
    """The cells that a node takes over as they are."""
    names = ("owner", "team", "status", "priority", "target_share", "from", "to", "due", "done")
    found: dict[str, Any] = {name: cells[name] for name in names if cells.get(name)}
    if "status" in found:
        found["status"] = found["status"].lower()
    return found


def _node(cells: dict[str, str], known: dict[str, tuple[int, str]], draft: Draft) -> DraftNode:
    values = Node.model_validate({"id": "x", "kind": "goal", "title": "x", **_plain(cells)})
    edges = [
        DraftEdge(("row", known[parent.lower()][1]), relation, cells.get("because") or None)
        for column, relation in (("parent", "contributes_to"), ("enables", "enables"))
        for parent in _several(cells.get(column))
    ]
    kind: Any = _kind(cells["kind"])
    status: Status = values.status
    return DraftNode(
        draft.origin("row", cells["id"]),
        kind,
        cells["title"],
        edges,
        wanted_id=cells["id"],
        owner=values.owner,
        team=values.team,
        status=status,
        priority=values.priority,
        target_share=values.target_share,
        from_=values.from_,
        to=values.to,
        due=values.due,
        done=values.done,
    )


def _kind(text: str) -> str | None:
    return KINDS.get(text.strip().lower().replace(" ", "_").replace("-", "_"))


def _several(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(";") if part.strip()]


def _refusal(file: OriginFile, faults: list[str]) -> ImportRefusedError:
    shown_faults = faults[:FAULTS_SHOWN]
    more = len(faults) - len(shown_faults)
    lines = [f"{file.path.name}: {each}" for each in shown_faults]
    lines += [f"... and {more} more"] * bool(more)
    count = f"{len(faults)} fault{'' if len(faults) == 1 else 's'}"
    return ImportRefusedError(f"{count} in {file.path.name}; nothing was written:", *lines)
