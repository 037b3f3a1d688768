"""How long a vendor waits for our 200: `python -m bench.hooks`.

500 posts a second, each with its moment whatever became of those before, to a hub as `channelhub run` starts it:
proved, committed to disk with an fsync, then answered, while the pipeline reads what came. Two kinds of accounts:
WhatsApp, and posts read by a mapping. In the same run the same posts go to bare aiohttp, which compares the signature,
once without and once with a group commit. Ends with 1 where the hub's 99th percentile is over 100 ms.

`--flood`: how long one account's posts, ten a second, wait while another account is flooded over 100 connections, with
valid posts and with forged ones; as ratios to the waiting without a flood, measured just before.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.hub import running_hub
from bench.processes import free_port, fresh, own_environment, python, result_of, server

FOLDER = Path(".make/bench-hooks")
SECRET = "a secret of the bench"  # noqa: S105 - nobody's
MUST_MS = 100.0
CALM_RATE = 10.0
FLOOD_LEAD_S = 4.0  # warm-up and start of the calm load, which ends before the flood
FLOODS = (
    ("valid, 10 connections", SECRET, 10),
    ("valid, 100 connections", SECRET, 100),
    ("forged, 100 connections", "a guess", 100),
)
ACCOUNTS = f"""
[accounts.wa]
kind = "whatsapp"
phone_number_id = "109876543210987"
token = "x"
app_secret = "{SECRET}"
verify_token = "x"
base_url = "http://127.0.0.1:9"
[accounts.crm]
kind = "webhook"
proof = "hmac"
secret = "{SECRET}"
header = "X-Signature"
posts_per_minute = 100000
[[accounts.crm.mappings]]
label = "message"
gives = "message"
id = "$.id"
text = "$.text"
identities = [{{ kind = "email", value = "$.email" }}]
[replies]
acknowledge = false
"""


@contextlib.contextmanager
def peer(folder: Path, *, is_durable: bool) -> Iterator[tuple[int, int]]:
    """A bare aiohttp; its port and process id."""
    port, made = free_port(), fresh(folder)
    database = ("--database", made / "peer.db") if is_durable else ()
    command = python("bench.peers.hooks", "--port", port, "--secret", SECRET, *database)
    with server(command, port=port, log=made / "log", environment=own_environment()) as started:
        yield port, started.process.pid


def posts(port: int, pid: int, shape: str, account: str, given: argparse.Namespace) -> dict[str, Any]:
    """What a load found, with the processor time of the server's process for each post."""
    command = python(
        "bench.hooks_load", "--port", port, "--path", f"/hooks/{account}", "--secret", SECRET, "--shape", shape,
        "--rate", given.rate, "--seconds", given.seconds, "--connections", given.connections,
    )  # fmt: skip
    before_s = used_s(pid)
    found = result_of(command)
    return {**found, "cpu_ms": (used_s(pid) - before_s) * 1e3 / found["answered"]}


def measure_flood(given: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """The calm account's waiting: alone, beside each flood, and beside ten connections of the same."""
    calm = argparse.Namespace(rate=CALM_RATE, seconds=given.seconds, connections=8)
    found = {}
    for name, secret, connections in FLOODS:
        with running_hub(FOLDER.absolute() / "flooded", further=ACCOUNTS) as hub:
            alone = posts(hub.http_port, hub.pid, "mapped", "crm", calm)
            with flooding(hub.http_port, secret, connections, given.seconds + FLOOD_LEAD_S) as flood:
                beside = posts(hub.http_port, hub.pid, "mapped", "crm", calm)
                ratios = {f"{key}_ratio": beside[f"{key}_ms"] / alone[f"{key}_ms"] for key in ("p50", "p99")}
                found[name] = {"alone": alone, "beside": beside, **ratios, "flood": json.loads(flood.communicate()[0])}
    return found


@contextlib.contextmanager
def flooding(port: int, secret: str, connections: int, seconds: float) -> Iterator["subprocess.Popen[bytes]"]:
    """A flood of the WhatsApp account; it is ended with the block."""
    command = python(
        "bench.hooks_flood", "--port", port, "--path", "/hooks/wa", "--secret", secret, "--shape", "whatsapp",
        "--seconds", seconds, "--connections", connections,
    )  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=own_environment())
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def tell_flood(found: dict[str, dict[str, Any]]) -> None:
    for name, one in found.items():
        waits = "  ".join(
            f"{key} {one['alone'][f'{key}_ms']:.1f} -> {one['beside'][f'{key}_ms']:.1f} ms ({one[f'{key}_ratio']:.1f}x)"
            for key in ("p50", "p99")
        )
        flood = one["flood"]
        sys.stdout.write(
            f"{name:<28} {waits}  refused {one['beside']['refused']}  "
            f"flood {flood['rate']:.0f}/s, {flood['refused']} of {flood['answered']} refused\n"
        )


def used_s(pid: int) -> float:
    """Processor seconds that a process has used (proc(5), stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(given: argparse.Namespace) -> dict[str, dict[str, Any]]:
    folder = FOLDER.absolute()
    found = {}
    for shape, account in (("whatsapp", "wa"), ("mapped", "crm")):
        with peer(folder / "bare", is_durable=False) as (port, pid):
            found[f"{shape}, bare aiohttp"] = posts(port, pid, shape, account, given)
        with peer(folder / "durable", is_durable=True) as (port, pid):
            found[f"{shape}, bare aiohttp and a group commit"] = posts(port, pid, shape, account, given)
        with running_hub(folder / "hub", further=ACCOUNTS) as hub:
            found[f"{shape}, the hub"] = posts(hub.http_port, hub.pid, shape, account, given)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=500.0)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--flood", action="store_true", help="only: one account's waiting beside another's flood")
    given = parser.parse_args()
    before = os.getloadavg()[0]
    if given.flood:
        flooded = measure_flood(given)
        if given.json:
            sys.stdout.write(json.dumps({"load": before, "found": flooded}) + "\n")
        else:
            tell_flood(flooded)
        return 1 if any(one["beside"]["refused"] for one in flooded.values()) else 0
    found = measure(given)
    if given.json:
        sys.stdout.write(json.dumps({"load": before, "found": found}) + "\n")
    else:
        sys.stdout.write(f"load of the machine before: {before:.1f}, of {os.cpu_count()} processors\n")
        for name, one in found.items():
            figures = "  ".join(f"{key} {one[f'{key}_ms']:7.1f} ms" for key in ("p50", "p90", "p99", "most"))
            sys.stdout.write(
                f"{name:<44} {one['rate']:6.0f}/s  {figures}  cpu {one['cpu_ms']:.2f} ms  refused {one['refused']}\n"
            )
    slow = [
        one for name, one in found.items() if name.endswith("the hub") and (one["p99_ms"] > MUST_MS or one["refused"])
    ]
    return 1 if slow else 0


if __name__ == "__main__":
    raise SystemExit(main())
