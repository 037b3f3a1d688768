"""P1: what one poisoned message in a hundred costs the others."""

from pathlib import Path

from bench.figures import Goal, Outcome, Sense, judge, order_of, ratios
from bench.hub import running_hub
from bench.poison_connector import KIND
from bench.processes import fresh, python, result_of
from bench.settings import Settings

P1 = Goal(
    id="P1",
    title="p99 accepted → processed of the others with 1 % poison, to without",
    must=1.2,
    sense=Sense.BELOW,
)
ROUNDS = 5
ACCOUNT = f"[accounts.{KIND}]\nkind = '{KIND}'\n"


def measure(settings: Settings) -> list[Outcome]:
    rounds = []
    for number in range(min(ROUNDS, settings.rounds)):
        rates = {
            name: _p99_ms(settings.folder / "poison", is_poisoned=name == "poisoned")
            for name in order_of(("poisoned", "clean"), number)
        }
        rounds.append(rates)
        settings.say(P1.id, number, rates)
    middle = {name: sorted(one[name] for one in rounds)[len(rounds) // 2] for name in rounds[0]}
    note = f"p99 {middle['poisoned']:.1f} ms with poison, {middle['clean']:.1f} ms without, at 80 messages/s"
    return [judge(P1, ratios(rounds, "poisoned", "clean"), note=note)]


def _p99_ms(folder: Path, *, is_poisoned: bool) -> float:
    packages = fresh(folder / "packages")
    _register(packages)
    with running_hub(folder / "hub", further=ACCOUNT, environment={"PYTHONPATH": str(packages)}) as hub:
        flags = ["--poison"] if is_poisoned else []
        return float(
            result_of(python("bench.latency_load", "--port", hub.http_port, "--token", hub.token, *flags))["p99_ms"]
        )


def _register(folder: Path) -> None:
    """Make the connector look installed: metadata with an entry point, in a folder on the daemon's path."""
    metadata = folder / "channelhub_poison-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: channelhub-poison\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[channelhub.connectors]\n{KIND} = bench.poison_connector:plugin\n")
