"""What a person at a terminal is told when the hub has started: the addresses, and at first a way in."""

import os
import secrets
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TextIO

from channelhub.pipeline.commands.acting import Acting
from channelhub.settings.models import Settings
from channelhub.store import hub, sessions
from channelhub.store.database import Session

LINK_FILE = "sign-in-link"
LINK_LIFE = timedelta(minutes=15)
_WELCOMED = "welcomed"


async def welcome(acting: Acting, settings: Settings, *, port: int, terminal: TextIO) -> None:
    """Print the addresses on a terminal. At the first start make a one-use sign-in link: printed there, otherwise
    left in a file of state_dir that only its user can read, never in the log."""
    url = settings.http.public_url.rstrip("/")
    link = f"{url}/signin/{await _make_link(acting)}" if await _is_first_start(acting) else ""
    is_terminal = terminal.isatty()
    if link and not is_terminal:
        _leave(Path(settings.hub.state_dir) / LINK_FILE, link)
    if not is_terminal:
        return
    lines = [f"channelhub is running: {url} (listening on port {port})"]
    for account in settings.accounts.values():
        listen = getattr(account.config, "listen", "")
        lines.append(f"  {account.name} ({account.kind}){f' on {listen}' if listen else ''}")
    if link:
        lines.append(f"Sign in once within 15 minutes: {link}")
    terminal.write("\n".join(lines) + "\n")


async def make_link(acting: Acting, settings: Settings) -> str:
    """A fresh one-use sign-in link for an administrator."""
    return f"{settings.http.public_url.rstrip('/')}/signin/{await _make_link(acting)}"


async def _is_first_start(acting: Acting) -> bool:
    async def mark(session: Session) -> bool:
        if await hub.fact(session, _WELCOMED) is not None:
            return False
        await hub.set_fact(session, _WELCOMED, "yes")
        return True

    return await acting.store.writer.command(mark)


async def _make_link(acting: Acting) -> str:
    token = secrets.token_urlsafe(32)
    now = acting.now()

    async def write(session: Session) -> None:
        await sessions.add_link(
            session, digest=sha256(token.encode()).digest(), role="admin", at=now, expires_at=now + LINK_LIFE
        )

    await acting.store.writer.command(write)
    return token


def _leave(path: Path, link: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(link + "\n")
