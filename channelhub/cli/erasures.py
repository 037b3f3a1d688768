"""Erasures that aren't done, and those after which the file is still to be written anew, as `doctor` tells them."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from channelhub.cli.client import Daemon
from channelhub.cli.finding import Finding
from channelhub.cli.vitals import span
from channelhub.store import erasures
from channelhub.store.check import schema
from channelhub.store.opening import reading
from channelhub.store.places import DATABASE_FILE
from channelhub.web.routes.personal_data import NEWEST, as_json

LONG_S = 3600.0  # an erasure that takes longer is told as a note


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """Receipts as the API shows them, each the oldest first."""

    open_ones: Sequence[Mapping[str, Any]]
    not_compact: Sequence[Mapping[str, Any]]


def of_daemon(daemon: Daemon) -> Unfinished:
    listed = daemon.operations.erasures
    return Unfinished(open_ones=listed(state="open")["items"], not_compact=listed(state="not-compact")["items"])


def of_folder(state_dir: Path) -> Unfinished:
    """Where no daemon runs; by reading only."""
    return (
        asyncio.run(_stored(state_dir))
        if (state_dir / DATABASE_FILE).is_file()
        else Unfinished(open_ones=(), not_compact=())
    )


async def _stored(state_dir: Path) -> Unfinished:
    async with reading(state_dir) as session:
        if await schema(session) < erasures.SINCE_SCHEMA:
            return Unfinished(open_ones=(), not_compact=())
        return Unfinished(
            open_ones=[as_json(one) for one in await erasures.open_ones(session, limit=NEWEST)],
            not_compact=[as_json(one) for one in await erasures.not_compact(session, limit=NEWEST)],
        )


def findings(found: Unfinished, *, now: datetime, is_running: bool) -> Iterator[Finding]:
    for one in found.open_ones:
        waited_s = (now - datetime.fromisoformat(one["asked_at"])).total_seconds()
        waits = one["waits"] if is_running else "no daemon runs"
        detail = f"asked for {span(waited_s)} ago by {one['actor']}, at the step {one['state']}"
        yield Finding(
            what=f"erasure {one['id']}",
            level="note" if waited_s > LONG_S else "ok",
            detail=f"{detail}; it waits: {waits}" if waits else detail,
            mend=_mend(is_running) if waited_s > LONG_S else "",
        )
    if found.not_compact:
        count = len(found.not_compact)
        yield Finding(
            what="erasures",
            level="note",
            detail=f"{count}{' or more' if count == NEWEST else ''} done, but the database's file wasn't written anew "
            "since: it may still hold words between its rows",
            mend="stop the daemon some time and run `channelhub erase --compact`",
        )


def _mend(is_running: bool) -> str:
    return "its log says at `erasure.waits` what it waits for" if is_running else "start the daemon: it carries it out"
