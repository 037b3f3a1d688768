"""E1: from the first SMTP byte until every mail is on its card, searchable, with its features stored."""

import time
from pathlib import Path
from subprocess import PIPE, Popen

from bench.figures import Goal, Outcome, PeerCheck, judge, missing, order_of, ratios
from bench.hub import RunningHub, running_hub
from bench.intake import rate_of
from bench.peers import roundup
from bench.processes import BenchError, free_port, fresh, own_environment, python, server
from bench.settings import Settings

E1 = Goal(id="E1", title="mails/s from first SMTP byte to the card, search and features on", must=300.0, unit="/s")
E1_ROUNDUP = Goal(id="E1 peer", title="the same, to roundup-mailgw reading an mbox", must=20.0)
MAILS = 2000
ROUNDUP_MAILS = 40
ROUNDS = 3
#: Published: Roundup's mails a second as a share of what a bare aiosmtpd takes over 10 connections.
ROUNDUP_OF_BARE = 0.0093
POLL_S = 0.05
LIMIT_S = 120.0


def measure(settings: Settings) -> list[Outcome]:
    try:
        commands = roundup.install(settings.folder.parent / "roundup")
        names, why = ["hub", "roundup", "bare"], ""
    except BenchError as exc:
        names, why = ["hub"], str(exc)
    rounds = []
    for number in range(min(ROUNDS, settings.rounds)):
        rates = {}
        for name in order_of(names, number):
            if name == "hub":
                rates[name] = _hub(settings.folder / "end")
            elif name == "roundup":
                rates[name] = roundup.mails_a_second(commands, settings.folder / "roundup", count=ROUNDUP_MAILS)
            else:
                rates[name] = _bare(settings.folder / "bare", settings.seconds)
        rounds.append(rates)
        settings.say(E1.id, number, rates)
    outcome = judge(E1, [one["hub"] for one in rounds])
    if why:
        return [outcome, missing(E1_ROUNDUP, why)]
    share = sorted(ratios(rounds, "roundup", "bare"))[len(rounds) // 2]
    check = PeerCheck(name="roundup", published=ROUNDUP_OF_BARE, measured=share)
    return [outcome, judge(E1_ROUNDUP, ratios(rounds, "hub", "roundup"), checks=[check])]


def _hub(folder: Path) -> float:
    """Mails a second through the whole daemon. Raises BenchError when a mail is missing on cards or in the search."""
    with running_hub(folder) as hub:
        load = python("bench.smtp_load", "--port", hub.smtp_port, "--connections", 20, "--count", MAILS)
        began_s = time.perf_counter()
        with Popen(load, stdout=PIPE, env=own_environment()) as sending:
            took_s = _until_processed(hub, MAILS) - began_s
            sending.wait()
        _look(hub)
    return MAILS / took_s


def _until_processed(hub: RunningHub, count: int) -> float:
    """When the last of `count` deliveries was on its card. Follows the list of deliveries page by page."""
    after, done = "0", 0
    deadline_s = time.perf_counter() + LIMIT_S
    while time.perf_counter() < deadline_s:
        items = hub.get(f"/api/v1/messages?after={after}&limit=1000")["items"]
        for item in items:
            if item["state"] != "processed":
                break
            after, done = item["id"], done + 1
        if done >= count:
            return time.perf_counter()
        time.sleep(POLL_S)
    raise BenchError(f"only {done} of {count} mails were on their cards after {LIMIT_S:g} s")


def _look(hub: RunningHub) -> None:
    """The last mail stands where an agent looks for it: on its customer's card."""
    last = hub.get("/api/v1/messages?limit=1000&after=0")["items"][-1]
    message = hub.get(f"/api/v1/messages/{last['id']}")
    card = hub.get(f"/api/v1/customers/{message['customer_id']}")
    if last["id"] not in {entry["id"] for entry in card["timeline"]["items"]}:
        raise BenchError("a processed mail is not on its customer's card")


def _bare(folder: Path, seconds: float) -> float:
    """What a bare aiosmtpd takes a second: tells how fast this machine is now."""
    fresh(folder)
    port = free_port()
    with server(
        python("bench.peers.smtp", "--port", port), port=port, log=folder / "log", environment=own_environment()
    ):
        return rate_of("bench.smtp_load", port, 10, seconds)
