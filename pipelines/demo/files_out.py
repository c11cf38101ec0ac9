"""Bytes of the demo home: the same on every machine."""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def write_json(path: Path, content: Any) -> None:
    """One JSON document without needless blanks."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def write_csv(path: Path, header: str, rows: Iterable[Iterable[Any]]) -> None:
    """One CSV file with its header; dates as ISO days, nothing for None."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(header.split(","))
    writer.writerows(rows)
    path.write_text(sheet.getvalue(), encoding="utf-8", newline="\n")


def write_text(path: Path, text: str) -> None:
    """A text file with plain line ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
