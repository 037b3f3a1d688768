"""A search for words over every byte of a state directory, in every form in which channels and files keep text."""

import base64
import json
import quopri
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, quote_plus


def forms(word: str) -> dict[str, bytes]:
    """A word as bytes: by itself, in base64 at its three offsets without the ends that depend on neighbours, …"""
    plain = word.encode()
    found = {
        "utf-8": plain,
        "utf-16-le": word.encode("utf-16-le"),
        "utf-16-be": word.encode("utf-16-be"),
        "quoted-printable": quopri.encodestring(plain).strip(),
        "percent": quote(word, safe="").encode(),
        "form": quote_plus(word).encode(),
        "json": json.dumps(word)[1:-1].encode(),
        "hex": plain.hex().encode(),
    }
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + plain).rstrip(b"=")
        found[f"base64+{offset}"] = text[(0, 2, 3)[offset] : len(text) - 1]
    return found


def traces(folder: Path, words: Sequence[str]) -> Iterator[str]:
    """Where one of some words is in a file below a folder, or in a file's name."""
    wanted = [(word, name, form) for word in words for name, form in forms(word).items()]
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        lowered = content.lower()
        for word, name, form in wanted:
            if form in content or form.lower() in lowered or word in str(path.relative_to(folder)):
                yield f"{word} ({name}) in {path.relative_to(folder)}"
