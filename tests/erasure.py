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
    """Where one of some words is in a file below a folder, in any case of its letters, or in a file's name."""
    wanted = [(word, {form.lower(): name for name, form in forms(word).items()}) for word in words]
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes().lower() if path.is_file() else b""
        for word, looked_for in wanted:
            for form, name in looked_for.items():
                if form in content or word in str(path.relative_to(folder)):
                    yield f"{word} ({name}) in {path.relative_to(folder)}"
