"""Random secrets that open doors: made here, kept as SHA-256, compared in constant time.

A token has 256 random bits, so a plain digest is enough: there is nothing to guess.
"""

import hashlib
import os
import secrets
from pathlib import Path

PREFIX = "chub_"
LOCAL_TOKEN_FILE = "local.token"  # noqa: S105 - a file's name
MAX_LENGTH = 128


def mint() -> str:
    """A new bearer token. Its prefix lets secret scanners find one that leaked."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def is_same(left: bytes, right: bytes) -> bool:
    return secrets.compare_digest(left, right)


def write_local_token(state_dir: Path) -> str:
    """Make a new admin token for commands of the daemon's own user; it is valid until the next start.

    The file is readable by that user only, from its first byte on.
    """
    token = mint()
    path = state_dir / LOCAL_TOKEN_FILE
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, token.encode() + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)
    part.replace(path)
    return token


def read_local_token(state_dir: Path) -> str | None:
    """The running daemon's token, or None where there is none to read."""
    try:
        return (state_dir / LOCAL_TOKEN_FILE).read_text(encoding="ascii").strip() or None
    except (OSError, UnicodeDecodeError):
        return None
