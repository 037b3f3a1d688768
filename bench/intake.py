"""S1, S4, H1, H2: what the hub acknowledges a second, against bare servers in the same rounds."""

from collections.abc import Callable, Mapping
from pathlib import Path

from bench.figures import Goal, Outcome, PeerCheck, judge, order_of, ratios
from bench.hub import running_hub
from bench.processes import BenchError, free_port, fresh, own_environment, python, result_of, server
from bench.settings import Settings

#: Published: what a commit per message through aiosqlite does, as a share of the synced appends that bound it.
COMMIT_OF_APPENDS = {"smtp": 0.2, "http": 0.44}

S1 = {
    10: Goal(id="S1 c10", title="durable mails/s over SMTP, 10 connections, to bare aiosmtpd", must=0.7),
    50: Goal(id="S1 c50", title="durable mails/s over SMTP, 50 connections, to bare aiosmtpd", must=0.9),
}
S4 = Goal(id="S4", title="durable mails/s over SMTP, 50 connections, to a commit per mail", must=4.0)
H1 = {
    10: Goal(id="H1 c10", title="durable POSTs/s, 10 connections, to bare aiohttp", must=0.25),
    50: Goal(id="H1 c50", title="durable POSTs/s, 50 connections, to bare aiohttp", must=0.6),
}
#: The prototype behind the musts of H1 did .30 and .72 of bare aiohttp on its machine. A goal that holds on any machine
#: is the musts' share of it, .83, against such a receiver in the same rounds.
H1_LEAST = {
    connections: Goal(
        id=f"H1 least c{connections}",
        title=f"the same, {connections} connections, to the least durable aiohttp",
        must=0.83,
        is_wish=True,
    )
    for connections in (10, 50)
}
H2 = Goal(id="H2", title="durable POSTs/s, 50 connections, to a commit per message", must=3.0)

Runner = Callable[[int], float]


def measure_smtp(settings: Settings) -> list[Outcome]:
    """S1 and S4: the three servers alternate, each on a fresh database."""
    folder = settings.folder / "smtp"
    runners: dict[str, Runner] = {
        "hub": lambda connections: _hub_smtp(folder / "hub", connections, settings),
        "bare": lambda connections: peer_rate("bench.peers.smtp", "bench.smtp_load", folder, connections, settings),
        "append": lambda _: append_rate(fresh(folder / "append"), settings),
        "commit": lambda connections: peer_rate(
            "bench.peers.smtp", "bench.smtp_load", folder, connections, settings, is_committing=True
        ),
    }
    return _alternate(runners, S1, S4, published=COMMIT_OF_APPENDS["smtp"], settings=settings)


def measure_http(settings: Settings) -> list[Outcome]:
    """H1 and H2, likewise."""
    folder = settings.folder / "http"
    runners: dict[str, Runner] = {
        "hub": lambda connections: _hub_http(folder / "hub", connections, settings),
        "bare": lambda connections: peer_rate("bench.peers.http", "bench.http_load", folder, connections, settings),
        "append": lambda _: append_rate(fresh(folder / "append"), settings),
        "commit": lambda connections: peer_rate(
            "bench.peers.http", "bench.http_load", folder, connections, settings, is_committing=True
        ),
        "least": lambda connections: peer_rate(
            "bench.peers.http", "bench.http_load", folder, connections, settings, "--grouped", is_committing=True
        ),
    }
    return _alternate(runners, H1, H2, published=COMMIT_OF_APPENDS["http"], settings=settings, to_least=H1_LEAST)


def _alternate(
    runners: dict[str, Runner],
    to_bare: dict[int, Goal],
    to_commit: Goal,
    *,
    published: float,
    settings: Settings,
    to_least: Mapping[int, Goal] | None = None,
) -> list[Outcome]:
    outcomes = []
    for connections, goal in to_bare.items():
        is_both = connections == max(to_bare)
        names = ["hub", "bare", *(["commit", "append"] if is_both else []), *(["least"] if to_least else [])]
        rounds = []
        for number in range(settings.rounds):
            rounds.append({name: runners[name](connections) for name in order_of(names, number)})
            settings.say(goal.id, number, rounds[-1])
        outcomes.append(judge(goal, ratios(rounds, "hub", "bare"), note=_rates(rounds)))
        if to_least:
            outcomes.append(judge(to_least[connections], ratios(rounds, "hub", "least")))
        if is_both:
            naive = sorted(ratios(rounds, "commit", "append"))[len(rounds) // 2]
            check = PeerCheck(name="a commit per message", published=published, measured=naive)
            outcomes.append(judge(to_commit, ratios(rounds, "hub", "commit"), checks=[check], note=_rates(rounds)))
    return outcomes


def _rates(rounds: list[dict[str, float]]) -> str:
    """The rates behind the ratios: medians, a second."""
    middle = {name: sorted(one[name] for one in rounds)[len(rounds) // 2] for name in rounds[0]}
    return ", ".join(f"{name} {rate:.0f}/s" for name, rate in middle.items())


def _hub_smtp(folder: Path, connections: int, settings: Settings) -> float:
    with running_hub(folder) as hub:
        return rate_of("bench.smtp_load", hub.smtp_port, connections, settings.seconds)


def _hub_http(folder: Path, connections: int, settings: Settings) -> float:
    with running_hub(folder) as hub:
        return rate_of("bench.http_load", hub.http_port, connections, settings.seconds, "--token", hub.token)


def peer_rate(
    peer: str,
    load: str,
    folder: Path,
    connections: int,
    settings: Settings,
    *further: str,
    is_committing: bool = False,
) -> float:
    fresh(folder / "peer")
    port = free_port()
    database = ["--database", folder / "peer" / "peer.db"] if is_committing else []
    command = python(peer, "--port", port, *database, *further)
    with server(command, port=port, log=folder / "peer" / "log", environment=own_environment()):
        return rate_of(load, port, connections, settings.seconds)


def rate_of(load: str, port: int, connections: int, seconds: float, *further: object) -> float:
    """Acknowledged messages a second. Raises BenchError when the server refused any: then the rate means nothing."""
    result = result_of(python(load, "--port", port, "--connections", connections, "--seconds", seconds, *further))
    if result["refused"] or not result["acknowledged"]:
        raise BenchError(f"{load}: {result['refused']} refused, the last with: {result['last_reply']}")
    return float(result["rate"])


def append_rate(folder: Path, settings: Settings) -> float:
    """What the disk takes a second: 4 KiB appended and forced down, one after the other."""
    command = python("bench.peers.append", "--file", folder / "appended", "--seconds", settings.seconds)
    return float(result_of(command)["rate"])
