"""Tokens that are called like people, as `doctor` tells them: none is made so any more, but older ones may be there."""

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from channelhub.cli.client import Daemon
from channelhub.cli.finding import Finding
from channelhub.rules.credentials import OWN_NAMES, as_login
from channelhub.store import tokens, users
from channelhub.store.check import schema
from channelhub.store.opening import reading
from channelhub.store.places import DATABASE_FILE
from channelhub.web.views import tokens as views

MOST = 1000


def of_daemon(daemon: Daemon, *, now: datetime) -> Iterator[Finding]:
    logins = {one["login"] for one in daemon.users.every(limit=MOST)}
    return findings(logins, daemon.tokens.every(limit=MOST), now=now)


def of_folder(state_dir: Path, *, now: datetime) -> Iterator[Finding]:
    """Where no daemon runs; by reading only."""
    if (state_dir / DATABASE_FILE).is_file():
        yield from findings(*asyncio.run(_stored(state_dir)), now=now)


async def _stored(state_dir: Path) -> tuple[Collection[str], Iterable[Mapping[str, Any]]]:
    async with reading(state_dir) as session:
        if await schema(session) < users.SINCE_SCHEMA:
            return (), ()
        logins: set[str] = set()
        after = 0
        while page := await users.page(session, after=after, limit=MOST):
            logins.update(one.login for one in page)
            after = page[-1].id
        live = await tokens.live(session, limit=MOST)
        return logins, [msgspec.to_builtins(views.token(one)) for one in live]


def findings(logins: Collection[str], made: Iterable[Mapping[str, Any]], *, now: datetime) -> Iterator[Finding]:
    """Of tokens as the API shows them, those that still open and whose name is somebody's or the hub's own."""
    for one in made:
        login = as_login(one["name"])
        is_over = one["revoked_at"] or (one["expires_at"] and datetime.fromisoformat(one["expires_at"]) <= now)
        if is_over or login not in {*logins, *OWN_NAMES}:
            continue
        who = f"the person who signs in as {login}" if login in logins else "the hub itself"
        yield Finding(
            what=f"token {one['id']}",
            level="note",
            detail=f"is called {one['name']}, as {who}: work, mentions and the audit take one for the other",
            mend=f"make one with another name, then `channelhub token revoke {one['id']}`",
        )
