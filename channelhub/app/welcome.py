"""What a person at a terminal is told when the hub has started: the addresses, and at first a way in."""

import os
from pathlib import Path
from typing import TextIO

from channelhub.pipeline.commands.acting import Acting
from channelhub.settings.models import Settings
from channelhub.store import hub
from channelhub.store.database import Session
from channelhub.web import signin

LINK_FILE = "sign-in-link"
_WELCOMED = "welcomed"


async def welcome(acting: Acting, settings: Settings, *, port: int, terminal: TextIO) -> None:
    """Print the addresses on a terminal. At the first start make a one-use sign-in link: printed there, otherwise
    left in a file of state_dir that only its user can read, never in the log."""
    url = settings.http.public_url.rstrip("/")
    link = url + await signin.make_link(acting.store, now=acting.now()) if await _is_first_start(acting) else ""
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


async def _is_first_start(acting: Acting) -> bool:
    async def mark(session: Session) -> bool:
        if await hub.fact(session, _WELCOMED) is not None:
            return False
        await hub.set_fact(session, _WELCOMED, "yes")
        return True

    return await acting.store.writer.command(mark)


def _leave(path: Path, link: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(link + "\n")
