"""Search what was written or said for secrets, however they are packed or spelt."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import zstandard


def forms(secrets: Iterable[str]) -> set[bytes]:
    """Secrets as they are, in addresses and in headers."""
    return {form for secret in secrets for form in _forms(secret)}


def _forms(secret: str) -> Iterator[bytes]:
    for text in (secret, quote(secret, safe=""), quote_plus(secret)):
        yield text.encode()
    # Base64 of a secret differs by where in the text it begins; the ends differ by what follows.
    for before in range(3):
        packed = base64.b64encode(b"x" * before + secret.encode()).rstrip(b"=")
        yield packed[(0, 2, 3)[before] : -1]


def leaks(folder: Path, secrets: Iterable[str], *said: str) -> list[str]:
    """Where a secret stands: files of a folder by name, and what was ``said``."""
    texts = [*contents(folder), *(("said", text.encode()) for text in said)]
    wanted = forms(secrets)
    return [name for name, text in texts if any(form in text for form in wanted)]


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, unpacked where it is packed."""
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if path.suffix == ".zst":
                content = zstandard.ZstdDecompressor().decompressobj().decompress(content)
            yield path.relative_to(folder).as_posix(), content
