"""`channelhub doctor`: what is wrong, and how to mend it."""

import asyncio
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from channelhub.cli import erasures, namesakes
from channelhub.cli.client import Daemon
from channelhub.cli.configuration import Configured, configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.finding import Finding
from channelhub.cli.frame import Options
from channelhub.cli.printing import plain, print_json
from channelhub.cli.probe import probe
from channelhub.cli.vitals import vitals
from channelhub.domain.completeness import NoteLevel
from channelhub.sdk.contract import Health

SAFE_SQLITE = (3, 51, 3)  # from here on checkpoints of several connections can't lose commits


@click.command(name="doctor")
@click.option("--online", is_flag=True, help="Have the running daemon ask every channel now, 10 s each at most.")
@click.pass_obj
def doctor(options: Options, online: bool) -> Exit:
    """Look at the configuration, the disk, the daemon, accounts and open erasures. Exit code 1: something is wrong.

    Without a daemon every account's channel is asked; beside one its state is told, and with --online asked for anew.
    """
    found = configured(options)
    findings = [*_surroundings(found), *_accounts(found, is_asking=online)]
    if options.as_json:
        print_json({"findings": [asdict(one) for one in findings]})
    else:
        console = Console()
        colours = {"ok": "green", "note": "yellow", "wrong": "red"}
        for one in findings:
            console.print(plain(f"{one.level:5} {one.what}: {one.detail}"), style=colours[one.level])
            if one.mend:
                console.print(plain(f"      → {one.mend}"))
    return Exit.FAILED if any(one.level == "wrong" for one in findings) else Exit.OK


def _surroundings(found: Configured) -> Iterator[Finding]:
    settings = found.settings
    for warning in settings.warnings:
        yield Finding(what="configuration", level="note", detail=warning)
    list(found.installed.plugins)  # a broken connector is told even where no account uses it
    for failure in found.installed.failures:
        yield Finding(what=f"connector {failure.kind}", level="wrong", detail=failure.reason)
    state_dir = Path(settings.hub.state_dir)
    place = state_dir if state_dir.is_dir() else Path.cwd()
    free = shutil.disk_usage(place).free
    is_enough = free >= settings.hub.min_free_bytes
    yield Finding(
        what="disk",
        level="ok" if is_enough else "wrong",
        detail=f"{free >> 20} MiB free in {place}",
        mend="" if is_enough else "make room, or lower [hub] min_free_bytes: below it messages are refused",
    )
    if state_dir.is_dir() and not os.access(state_dir, os.W_OK):
        yield Finding(what="state", level="wrong", detail=f"{state_dir} can't be written", mend="correct its owner")
    is_safe = sqlite3.sqlite_version_info >= SAFE_SQLITE
    yield Finding(
        what="SQLite",
        level="ok" if is_safe else "note",
        detail=sqlite3.sqlite_version,
        mend="" if is_safe else "older than 3.51.3: let no other program write to the database",
    )
    if not Daemon(settings).is_running():
        yield Finding(what="daemon", level="note", detail="not running", mend="start it with `channelhub run`")


def _accounts(found: Configured, *, is_asking: bool) -> Iterator[Finding]:
    """Ask the daemon how its accounts are; without one probe their channels."""
    daemon, now = Daemon(found.settings), datetime.now(UTC)
    if daemon.is_running():
        try:
            accounts = (daemon.operations.probe() if is_asking else daemon.operations.connectors())["items"]
        except Failure as exc:
            yield Finding(what="daemon", level="wrong", detail=exc.message, mend="look at its log")
            return
        for one in accounts:
            yield _account(one)
            yield from _refused(one)
            if compared := one.get("completeness"):
                yield completeness(one["name"], compared)
        for target in daemon.alerts.page(limit=1)["targets"]:
            yield _alert_target(target)
        for endpoint in daemon.webhooks.page(limit=1000)["items"]:
            yield _endpoint(endpoint)
        yield from _files(daemon.messages.attachments(status="failed", limit=1000)["items"])
        yield _retention(daemon.operations.retention())
        yield from erasures.findings(erasures.of_daemon(daemon), now=now, is_running=True)
        yield from namesakes.of_daemon(daemon, now=now)
        return
    for health in asyncio.run(probe(found.settings, found.installed.plugins)):
        is_ok = health.health is Health.OK
        detail = health.detail or str(health.health)
        yield Finding(what=f"account {health.name}", level="ok" if is_ok else "wrong", detail=detail)
    state_dir = Path(found.settings.hub.state_dir)
    yield from erasures.findings(erasures.of_folder(state_dir), now=now, is_running=False)
    yield from namesakes.of_folder(state_dir, now=now)


def _account(one: Mapping[str, Any]) -> Finding:
    """Its state and, where that is well, what its channel said last; a bad answer is told at once."""
    is_well = one["state"] in ("ok", "starting")
    is_doubted = is_well and one["probe"] not in ("", "ok")
    told = one["probe_detail"] if is_well else one["detail"]
    return Finding(
        what=f"account {one['name']}",
        level="ok" if is_well and not is_doubted else "wrong",
        detail="; ".join(filter(None, (told or one["state"], vitals(one)))),
    )


def _refused(one: Mapping[str, Any]) -> Iterator[Finding]:
    """Posts without a valid proof: mostly a secret that differs, but anybody can send such."""
    if one["refused_posts"]:
        yield Finding(
            what=f"posts to {one['name']}",
            level="note",
            detail=f"{one['refused_posts']} refused since the last good one, the last at {one['refused_at']}: their "
            "signature or secret was wrong or missing",
            mend="if nothing else arrives, enter the same secret on both sides; single ones are strangers trying",
        )


def _alert_target(one: Mapping[str, Any]) -> Finding:
    """Whether those who are told of outages can be."""
    is_failing = one["state"] == "failing"
    untold = f"nothing was told yet: try it with `channelhub alerts test {one['name']}`"
    return Finding(
        what=f"alerts to {one['name']}",
        level="wrong" if is_failing else "ok" if one["state"] == "ok" else "note",
        detail=one["detail"] or (untold if one["state"] == "never" else "ok"),
        mend=f"mend [alerts.{one['name']}], then `channelhub alerts test {one['name']}`" if is_failing else "",
    )


def _files(failed: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Files that messages only named and that could not be had, account by account."""
    for account, found in Counter(one["account"] for one in failed).items():
        reasons = Counter(one["reason"] for one in failed if one["account"] == account)
        why = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
        yield Finding(
            what=f"files of {account}",
            level="note",
            detail=f"{found} can't be fetched: {why}",
            mend=f"see `channelhub attachments list --account {account}`, then `channelhub attachments retry`",
        )


def _retention(told: Mapping[str, Any]) -> Finding:
    """Whether what is old is removed."""
    kept = ", ".join(
        f"{one['what']} {one['days']} days" if one["days"] else f"{one['what']} for ever" for one in told["items"]
    )
    kept += f", {_messages(told['messages'])}"
    swept = f"last swept {told['swept_at']}" if told["swept_at"] else "not swept yet since the start"
    refused = f"; the last sweep stopped: {told['refused']}" if told["refused"] else ""
    return Finding(
        what="retention",
        level="note" if refused else "ok",
        detail=f"keeps {kept}; {swept}{refused}",
        mend="it is tried again every minute" if refused else "",
    )


def _messages(told: Mapping[str, Any] | None) -> str:
    if told is None:
        return "messages for ever"
    removed = f", {told['removed']} of them removed since {told['began_at']}" if told["began_at"] else ""
    return f"messages by {len(told['rules'])} rules that act from {told['acts_at']}{removed}"


def _endpoint(one: Mapping[str, Any]) -> Finding:
    """Whether an endpoint takes its events. One that a person disabled is no fault."""
    is_off = one["disabled_reason"] == "by-hand"
    is_wrong = one["health"] in ("failing", "disabled") and not is_off
    reason = f"{one['health']}: {one['last_error'] or one['disabled_reason']}"
    return Finding(
        what=f"webhook {one['id']}",
        level="wrong" if is_wrong else "note" if is_off else "ok",
        detail=reason if is_wrong else "disabled by hand" if is_off else "ok",
        mend=f"see `channelhub webhooks show {one['id']}`, then `channelhub webhooks enable {one['id']}`"
        if one["health"] == "disabled"
        else f"see `channelhub webhooks show {one['id']}`"
        if is_wrong
        else "",
    )


def completeness(account: str, compared: Mapping[str, Any]) -> Finding:
    """What the daemon's last comparison with the channel found, as the API tells it. Wrong by a gap, or by a note of
    what is to be mended."""
    gap, note = compared["gap"], compared["note"] and f"; {compared['note']}"
    is_wrong = gap or compared["note_level"] == NoteLevel.WRONG
    last = f"; last gap {compared['last_gap']} at {compared['last_gap_at']}, repaired" if compared["last_gap"] else ""
    return Finding(
        what=f"account {account}",
        level="wrong" if is_wrong else "note" if note else "ok",
        detail=f"gap = {gap} of {compared['listed']} messages at the channel{'' if gap else last}{note}",
        mend="what is missing is fetched again at each comparison; its log says which can't be" if gap else "",
    )
