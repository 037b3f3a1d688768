"""Plays the morning: the history first, then the contacts at an even pace, then waits for what the hub concludes."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from channelhub.cli.client import Daemon
from channelhub.cli.demo.sending import Doors
from channelhub.cli.demo.shop import Contact, history, morning
from channelhub.client.shapes import OutageView

CONCLUDES_WITHIN_S = 60.0
LOOK_EVERY_S = 0.5
STEADY_LOOKS = 3  # as many looks without a change: the hub has read everything


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What was sent, and the outages that took in reports since: as the API shows them, newest first."""

    history: int
    by_channel: dict[str, int]
    reports: int
    seconds: float
    outages: list[OutageView]


def play(
    daemon: Daemon, doors: Doors, *, seed: int, seconds: float, advanced: Callable[[str, int, int], None]
) -> Played:
    """Play seed's morning within about `seconds`. `advanced(what, done, of)` is told of every step."""
    began = time.monotonic()
    number = 0
    past, today = history(seed), morning(seed)
    for number, contact in enumerate(past, start=1):
        doors.send(contact, number=number, now=_now())
        advanced("two weeks before", number, len(past))
    opened = _now()
    by_channel: dict[str, int] = {}
    for place, contact in enumerate(_paced(today, seconds), start=1):
        doors.send(contact, number=number + place, now=_now())
        by_channel[str(contact.channel)] = by_channel.get(str(contact.channel), 0) + 1
        advanced("this morning", place, len(today))
    outages = _conclusion(daemon, opened)
    return Played(
        history=len(past),
        by_channel=dict(sorted(by_channel.items())),
        reports=sum(contact.is_report for contact in today),
        seconds=round(time.monotonic() - began, 1),
        outages=outages,
    )


def _paced(contacts: list[Contact], seconds: float) -> Iterator[Contact]:
    began = time.monotonic()
    for place, contact in enumerate(contacts):
        ahead_s = seconds * place / len(contacts) - (time.monotonic() - began)
        if ahead_s > 0:
            time.sleep(ahead_s)
        yield contact


def _conclusion(daemon: Daemon, since: datetime) -> list[OutageView]:
    """The open outages with a report since then, as soon as they change no more."""
    deadline = time.monotonic() + CONCLUDES_WITHIN_S
    seen: list[OutageView] = []
    steady = 0
    while time.monotonic() < deadline and steady < STEADY_LOOKS:
        time.sleep(LOOK_EVERY_S)
        found = [one for one in daemon.outages.page(open=True)["items"] if _reported(one) >= since]
        steady = steady + 1 if found and found == seen else 0
        seen = found
    return seen


def _reported(outage: OutageView) -> datetime:
    last = outage["last_report_at"]
    return datetime.fromisoformat(last) if last else datetime.fromtimestamp(0, UTC)


def _now() -> datetime:
    return datetime.now(UTC)
