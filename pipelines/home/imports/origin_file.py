"""The file that a strategy is read from: plain or gzip, and bounded in size."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path

from pipelines.home.imports.draft import ImportRefusedError

BYTES_AT_MOST = 64 * 1024 * 1024


@dataclass(frozen=True)
class OriginFile:
    """One file, or a folder of files that belong together."""

    path: Path

    @property
    def name(self) -> str:
        """The name without ``.gz``."""
        return self.path.name.removesuffix(".gz")

    @property
    def stem(self) -> str:
        """The name without any ending."""
        return self.name.rsplit(".", 1)[0] or self.name

    def beside(self, name: str) -> OriginFile | None:
        """A file of that name in the same folder, plain or gzip."""
        folder = self.path if self.path.is_dir() else self.path.parent
        for each in (folder / name, folder / f"{name}.gz"):
            if each.is_file():
                return OriginFile(each)
        return None

    def text(self) -> str:
        """The file as text.

        Raises:
            ImportRefusedError: If it is too large, damaged or not UTF-8.
        """
        raw = self.raw()
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            line = raw[: fault.start].count(b"\n") + 1
            raise self.refused(f"line {line} is not UTF-8", "a file saved as UTF-8") from None

    def raw(self) -> bytes:
        """The bytes of the file, unpacked if it is gzip.

        Raises:
            ImportRefusedError: If it is too large or damaged.
        """
        if not self.path.is_file():
            raise ImportRefusedError(f"{self.path}: no such file. Name a file to import.")
        if self.path.stat().st_size > BYTES_AT_MOST:
            raise self._too_large()
        raw = self.path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            try:
                with gzip.open(self.path) as unpacked:
                    raw = unpacked.read(BYTES_AT_MOST + 1)
            except (OSError, EOFError, zlib.error):
                raise self.refused("a gzip file that breaks off", "the whole file") from None
        if len(raw) > BYTES_AT_MOST:
            raise self._too_large()
        return raw

    def refused(self, found: str, expected: str) -> ImportRefusedError:
        """The refusal of this file; what to raise."""
        return ImportRefusedError(
            f"{self.path.name}: found {found}, expected {expected}. Nothing was written."
        )

    def _too_large(self) -> ImportRefusedError:
        limit = f"at most {BYTES_AT_MOST // 1024 // 1024} MiB"
        return self.refused("a file that is too large", limit)
