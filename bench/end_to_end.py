"""E1: from the first SMTP byte until every mail is on its card, searchable, with its features stored."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from statistics import median
from subprocess import PIPE, Popen

from bench.figures import Goal, Outcome, PeerCheck, judge, missing, order_of, ratios
from bench.hub import RunningHub, running_hub
from bench.intake import rate_of
from bench.peers import helpdesk, roundup
from bench.processes import BenchError, free_port, fresh, own_environment, python, server
from bench.settings import Settings

E1 = Goal(id="E1", title="mails/s from first SMTP byte to the card, search and features on", must=300.0, unit="/s")
#: The must names any one peer: mails that come one by one, as the hub's do. The batch readers are measured beside it.
E1_PIPED = Goal(id="E1 peer", title="the same, to roundup-mailgw given each mail as it comes", must=20.0)
E1_HELPDESK = Goal(
    id="E1 batch", title="the same, to django-helpdesk's get_email reading a folder", must=20.0, is_wish=True
)
E1_ROUNDUP = Goal(id="E1 batch", title="the same, to roundup-mailgw reading an mbox", must=20.0, is_wish=True)
MAILS = 2000
PEER_MAILS = 40  # of one run, which starts the peer's command once, as cron does
PIPED_MAILS = 15  # each starts the peer's command, as a mail server's alias does
ROUNDS = 3
#: Published: the peer's mails a second as a share of what a bare aiosmtpd takes over 10 connections.
HELPDESK_OF_BARE = 0.0048
ROUNDUP_OF_BARE = 0.0093
PIPED_OF_BARE = 0.0022
POLL_S = 0.05
PAGE = 100
LIMIT_S = 60.0


def measure(settings: Settings) -> list[Outcome]:
    runners: dict[str, Callable[[], float]] = {
        "hub": lambda: _hub(settings.folder / "end"),
        "bare": lambda: _bare(settings.folder / "bare", settings.seconds),
    }
    why: dict[str, str] = {}
    for name, peer in (("helpdesk", helpdesk), ("roundup", roundup)):
        try:
            commands = peer.install(settings.folder.parent / name)
        except BenchError as exc:
            why[name] = str(exc)
        else:
            runners[name] = _reading(peer.mails_a_second, commands, settings.folder / name, count=PEER_MAILS)
            if peer is roundup:
                place = settings.folder / "piped"
                runners["piped"] = _reading(roundup.piped_mails_a_second, commands, place, count=PIPED_MAILS)
    rounds = []
    for number in range(min(ROUNDS, settings.rounds)):
        rounds.append({name: runners[name]() for name in order_of(list(runners), number)})
        settings.say(E1.id, number, rounds[-1])
    outcomes = [judge(E1, [one["hub"] for one in rounds])]
    for goal, name, published in (
        (E1_PIPED, "piped", PIPED_OF_BARE),
        (E1_HELPDESK, "helpdesk", HELPDESK_OF_BARE),
        (E1_ROUNDUP, "roundup", ROUNDUP_OF_BARE),
    ):
        reason = why.get("roundup" if name == "piped" else name)
        outcomes.append(missing(goal, reason) if reason else _compared(goal, name, published, rounds))
    return outcomes


def _reading(read: Callable[..., float], commands: Path, folder: Path, *, count: int) -> Callable[[], float]:
    return lambda: read(commands, folder, count=count)


def _compared(goal: Goal, name: str, published: float, rounds: Sequence[Mapping[str, float]]) -> Outcome:
    check = PeerCheck(name=name, published=published, measured=median(ratios(rounds, name, "bare")))
    rates = {one: median(rates[one] for rates in rounds) for one in ("hub", name)}
    note = f"hub {rates['hub']:.0f}/s, {name} {rates[name]:.0f}/s"
    return judge(goal, ratios(rounds, "hub", name), checks=[check], note=note)


def _hub(folder: Path) -> float:
    """Mails a second through the whole daemon. Raises BenchError when they don't get onto their cards."""
    with running_hub(folder) as hub:
        load = python("bench.smtp_load", "--port", hub.smtp_port, "--connections", 20, "--count", MAILS)
        with Popen(load, stdout=PIPE, env=own_environment()) as sending:
            try:
                ended_s = _until_processed(hub, MAILS)
                told, _ = sending.communicate(timeout=LIMIT_S)
            finally:
                sending.kill()
        _look(hub)
    return MAILS / (ended_s - float(json.loads(told)["first_byte_s"]))


def _until_processed(hub: RunningHub, count: int) -> float:
    """When the last of `count` deliveries was on its card. Reads the list in small pages: the hub's time is counted."""
    after, done = "0", 0
    deadline_s = time.perf_counter() + LIMIT_S
    while time.perf_counter() < deadline_s:
        items = hub.get(f"/api/v1/messages?after={after}&limit={PAGE}")["items"]
        ready = [item["id"] for item in takewhile(lambda item: item["state"] == "processed", items)]
        done += len(ready)
        if done >= count:
            return time.perf_counter()
        after = ready[-1] if ready else after
        if len(ready) < PAGE:
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
