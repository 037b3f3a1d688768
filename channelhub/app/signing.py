"""The hub's own secret: it signs reply tokens, so answers find their conversation and nobody can forge one."""

import os
import secrets
from pathlib import Path

from channelhub.store.places import SECRET_FILE

SECRET_BYTES = 32


def read_or_make_secret(state_dir: Path) -> bytes:
    """The secret of this hub, made at first start; a file that only its user can read."""
    path = state_dir / SECRET_FILE
    try:
        found = path.read_bytes()
        if len(found) >= SECRET_BYTES:
            return found
    except FileNotFoundError:
        pass
    made = secrets.token_bytes(SECRET_BYTES)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(made)
        file.flush()
        os.fsync(file.fileno())
    return made
