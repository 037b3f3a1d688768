"""What people wait for, over HTTP as they have it: cards (C1, C2) and search (F1) with a long past, clicks (L1) while
mails wait."""

import http.client
import itertools
import json
import random
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from statistics import median, quantiles
from subprocess import DEVNULL, Popen
from urllib.parse import quote

import uvloop

from bench.figures import Goal, Outcome, Sense, judge
from bench.history import RARE, Past, address, fill, name
from bench.hub import RunningHub, running_hub
from bench.processes import BenchError, own_environment, python
from bench.settings import Settings
from channelhub.store.places import DATABASE_FILE

LARGE = Past(messages=1_000_000, customers=200_000, longest=50_000)
SMALL = Past(messages=10_000, customers=2_000)
C1 = Goal(
    id="C1", title="a card with 1,000,000 messages of 200,000 customers, p99", must=50.0, sense=Sense.BELOW, unit=" ms"
)
C1_SIZE = Goal(
    id="C1 size", title="the card's median to that with 10,000 messages of 2,000 customers", must=2.0, sense=Sense.BELOW
)
C2 = Goal(id="C2", title="a card of 50,000 entries, its median to that of 50", must=2.0, sense=Sense.BELOW)
F1 = Goal(
    id="F1", title="the slowest kind of search at 1,000,000 messages, p99", must=50.0, sense=Sense.BELOW, unit=" ms"
)
L1 = Goal(id="L1", title="a click while 10,000 mails wait, p99", must=200.0, sense=Sense.BELOW, unit=" ms")
LOOKS = 200  # of one round
WARM_UP = 50
MAILS = 10_000
CLICKERS = 20  # incidents that are clicked on by turns
LIMIT_S = 120.0


def questions(dice: random.Random, customers: int) -> dict[str, str]:
    """What is asked for, by what kind of question it is; each time in other words where there are others."""
    number = dice.randrange(customers)
    return {
        "a word in every message": "замовлення",
        "a word in another form": "рахунками",
        "two words": "кур'єр адреса",
        "a rare word": f"товар{dice.randrange(RARE)}",
        "a beginning": "замовл",
        "words that none has": "щегол плюс",
        "a name": name(number),
        "a slip in a name": name(number)[:-4] + name(number)[-3:],
        "a part of a phone": f"067 {number // 100:05}",
        "an address": f"customer{number & ~1}@bench.example",
    }


class Asking:
    """One kept connection, as a browser or a program has it."""

    def __init__(self, hub: RunningHub) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", hub.http_port, timeout=30)
        self._headers = {"Authorization": f"Bearer {hub.token}", "Content-Type": "application/json"}

    def ask(self, path: str, *, method: str = "GET", body: object = None) -> tuple[float, bytes]:
        """Milliseconds until the whole answer was there, and the answer. Raises BenchError for a refusal."""
        data = None if body is None else json.dumps(body)
        began_s = time.perf_counter()
        self._connection.request(method, path, body=data, headers=self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        took_ms = (time.perf_counter() - began_s) * 1e3
        if answer.status >= 300:
            raise BenchError(f"{method} {path}: {answer.status} {text[:200]!r}")
        return took_ms, text

    def card_of(self, number: int) -> str:
        """The path of a customer's card."""
        _, text = self.ask(f"/api/v1/customers/lookup?identity={quote(address(number))}")
        return f"/api/v1/customers/{json.loads(text)['customer']['id']}"


def measure(settings: Settings) -> list[Outcome]:
    """C1, C2 and F1 on one database, which takes some minutes to make and is removed after it."""
    folder = settings.folder / "reading"
    with (
        running_hub(folder / "large", prepare=lambda var: uvloop.run(fill(var, LARGE))) as large,
        running_hub(folder / "small", prepare=lambda var: uvloop.run(fill(var, SMALL))) as small,
    ):
        cards = list(_cards(settings, Asking(large), Asking(small)))
        lengths = list(_lengths(settings, Asking(large)))
        searches = list(_searches(settings, Asking(large)))
    shutil.rmtree(folder)
    kinds = {kind: median(one[kind] for one in searches) for kind in searches[0]}
    return [
        judge(C1, [_p99(one) for one, _ in cards], note=_note(cards, ("large", "small"))),
        judge(C1_SIZE, [median(one) / median(other) for one, other in cards]),
        judge(C2, [median(one) / median(other) for one, other in lengths], note=_note(lengths, ("50,000", "50"))),
        judge(
            F1,
            [max(one.values()) for one in searches],
            note="p99 " + ", ".join(f"{kind} {took_ms:.1f} ms" for kind, took_ms in kinds.items()),
        ),
    ]


Pair = tuple[list[float], list[float]]


def _cards(settings: Settings, large: Asking, small: Asking) -> Iterator[Pair]:
    """For each round how long cards of any customers took, in turns."""
    dice = random.Random(1)
    for number in range(settings.rounds):
        # Every look is at another customer: what somebody looks at is seldom what was looked at before.
        pairs = [
            (large.card_of(dice.randrange(LARGE.customers)), small.card_of(dice.randrange(SMALL.customers)))
            for _ in range(WARM_UP + LOOKS)
        ]
        took = [(large.ask(one)[0], small.ask(other)[0]) for one, other in pairs][WARM_UP:]
        yield _told(settings, C1, number, took, ("large", "small"))


def _lengths(settings: Settings, large: Asking) -> Iterator[Pair]:
    long, short = large.card_of(LARGE.customers + 1), large.card_of(LARGE.customers)
    for number in range(settings.rounds):
        took = [(large.ask(long)[0], large.ask(short)[0]) for _ in range(WARM_UP + LOOKS)][WARM_UP:]
        yield _told(settings, C2, number, took, ("50,000", "50"))


def _told(
    settings: Settings, goal: Goal, number: int, took: Sequence[tuple[float, float]], names: tuple[str, str]
) -> Pair:
    pair = [one for one, _ in took], [other for _, other in took]
    settings.say(goal.id, number, {f"{name} ms": median(one) for name, one in zip(names, pair, strict=True)})
    return pair


def _searches(settings: Settings, large: Asking) -> Iterator[dict[str, float]]:
    """For each round the 99th percentile of each kind of question."""
    dice = random.Random(2)
    for number in range(settings.rounds):
        took: dict[str, list[float]] = {}
        for look in range(WARM_UP // 10 + LOOKS):
            for kind, words in questions(dice, LARGE.customers).items():
                took_ms, _ = large.ask(f"/api/v1/customers?limit=20&q={quote(words)}")
                if look >= WARM_UP // 10:
                    took.setdefault(kind, []).append(took_ms)
        found = {kind: _p99(one) for kind, one in took.items()}
        settings.say(F1.id, number, found)
        yield found


def measure_clicks(settings: Settings) -> list[Outcome]:
    """L1: incidents are changed, one after the other, while mails come in and wait; until fewer than a tenth wait."""
    figures = []
    most = 0
    for number in range(min(3, settings.rounds)):
        folder = settings.folder / "clicks"
        with running_hub(folder) as hub, closing(sqlite3.connect(folder / "var" / DATABASE_FILE)) as database:
            took_ms, waited = _clicks(hub, partial(_waiting, database))
        figures.append(_p99(took_ms))
        most = max(most, waited)
        settings.say(L1.id, number, {"p99 ms": figures[-1], "clicks": float(len(took_ms)), "waited": float(waited)})
    return [judge(L1, figures, note=f"at most {most} mails waited at once")]


def _clicks(hub: RunningHub, look: Callable[[], int]) -> tuple[list[float], int]:
    """How long each click took while more than a tenth waited, and how many waited at most."""
    asking = Asking(hub)
    known = _incidents(asking)
    load = python("bench.smtp_load", "--port", hub.smtp_port, "--connections", 20, "--count", MAILS)
    took_ms: list[float] = []
    most = 0
    deadline_s = time.monotonic() + LIMIT_S
    with Popen(load, stdout=DEVNULL, env=own_environment()) as sending:
        try:
            for incident in itertools.cycle(known):
                waiting = look()
                most = max(most, waiting)
                if sending.poll() is not None and waiting <= MAILS // 10:
                    break
                if time.monotonic() > deadline_s:
                    raise BenchError(f"{waiting} mails wait after {LIMIT_S:g} s")
                clicked_ms = _click(asking, incident, known)
                took_ms += clicked_ms if waiting > MAILS // 10 else []
        finally:
            sending.kill()
    if len(took_ms) < LOOKS:
        raise BenchError(f"only {len(took_ms)} clicks while mails waited")
    return took_ms, most


def _click(asking: Asking, incident: str, known: dict[str, int]) -> list[float]:
    """Take an incident, then look at the inbox and at its customer's card: how long each took."""
    path = f"/api/v1/incidents/{incident}"
    change = {"version": known[incident], "assignee": f"olha {known[incident]}"}
    changed_ms, text = asking.ask(path, method="PATCH", body=change)
    told = json.loads(text)
    known[incident] = told["version"]
    return [changed_ms, asking.ask("/")[0], asking.ask(f"/customers/{told['customer_id']}")[0]]


def _incidents(asking: Asking) -> dict[str, int]:
    """Some open incidents with their versions."""
    for number in range(CLICKERS):
        identity = {"kind": "email", "value": f"clicked{number}@bench.example"}
        message = {"account": "shop", "external_id": f"click-{number}", "text": "Де моє замовлення?"}
        asking.ask("/api/v1/messages", method="POST", body=message | {"sender": {"identities": [identity]}})
    return _until(
        lambda: {one["id"]: one["version"] for one in json.loads(asking.ask("/api/v1/incidents?limit=100")[1])["items"]}
    )


def _until(look: Callable[[], dict[str, int]]) -> dict[str, int]:
    deadline_s = time.monotonic() + LIMIT_S
    while len(found := look()) < CLICKERS:
        if time.monotonic() > deadline_s:
            raise BenchError("the messages opened no incidents")
        time.sleep(0.05)
    return found


def _waiting(database: sqlite3.Connection) -> int:
    """Mails that are stored and not on their cards yet."""
    return int(database.execute("SELECT count(*) FROM pending").fetchone()[0])


def _p99(took_ms: Sequence[float]) -> float:
    return quantiles(took_ms, n=100)[98]


def _note(pairs: Sequence[Pair], names: tuple[str, str]) -> str:
    """The medians and percentiles behind a ratio."""
    columns = zip(*pairs, strict=True)
    return ", ".join(
        f"{name} p50 {median(map(median, column)):.1f} ms p99 {median(map(_p99, column)):.1f} ms"
        for name, column in zip(names, columns, strict=True)
    )
