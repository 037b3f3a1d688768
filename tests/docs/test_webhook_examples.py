"""The receivers of docs/examples/webhooks, run as their first lines say: they believe genuine posts and no others."""

import asyncio
import base64
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from channelhub.sdk.webhook_keys import new_private_key, new_secret, read_key, signed_by_all
from tests.daemon import free_ports

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "webhooks"
BODY = '{"type":"incident.opened","data":{"number":1042,"note":"Оля"}}\n'.encode()
MAX_BYTES = 1024 * 1024
SECRET = "whsec_" + base64.b64encode(bytes(range(0, 256, 4))).decode()  # 64 bytes: the longest there is
PRIVATE = "whsk_" + base64.b64encode(bytes(range(32))).decode()
PUBLIC = read_key(PRIVATE).public
SHORT = "whsec_" + base64.b64encode(bytes(24)).decode()


def signed(*secrets: str, body: bytes = BODY, age: timedelta = timedelta()) -> dict[str, str]:
    keys = [read_key(secret) for secret in secrets]
    return dict(signed_by_all("evt_1", body, keys=keys, at=datetime.now(UTC) - age))


def posts(key: str) -> Mapping[str, tuple[dict[str, str], bytes, int]]:
    """What arrives now, by what is wrong with it: headers, body, the status that is right."""
    return {
        "genuine": (signed(key), BODY, 204),
        "while keys change": (signed(new_secret(), new_private_key(), key), BODY, 204),
        "another secret": (signed(new_secret()), BODY, 401),
        "another key pair": (signed(new_private_key()), BODY, 401),
        "changed body": (signed(key), BODY.rstrip(b"\n"), 401),
        "changed id": (signed(key) | {"webhook-id": "evt_2"}, BODY, 401),
        "too old": (signed(key, age=timedelta(seconds=310)), BODY, 401),
        "too new": (signed(key, age=timedelta(seconds=-310)), BODY, 401),
        "no headers": ({}, BODY, 401),
        "no id": (signed(key) | {"webhook-id": ""}, BODY, 401),
        "not a time": (signed(key) | {"webhook-timestamp": "soon"}, BODY, 401),
        "not a signature": (signed(key) | {"webhook-signature": "v1,AAAA v2 , * v1"}, BODY, 401),
        "unsigned": (signed(key) | {"webhook-signature": "v1,"}, BODY, 401),
        "too large": (signed(key), b"x" * (MAX_BYTES + 1), 413),
    }


needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None and os.environ.get("CI") != "true", reason="openssl is not installed"
)
PROGRAMS = {
    "receiver.py": ("python3", "{example}"),
    "receiver.mjs": ("node", "{example}"),
    "receiver-ed25519.mjs": ("node", "{example}"),
    "receiver.php": ("php", "-S", "127.0.0.1:{port}", "{example}"),
    "receiver.go": ("go", "run", "{example}"),
}


NOT_IN_THE_GATE = {"php", "go"}  # no package that the gate installs brings them


def is_missing(program: str) -> bool:
    """Not to be run here. What the gate installs has to be there in CI."""
    return shutil.which(program) is None and (os.environ.get("CI") != "true" or program in NOT_IN_THE_GATE)


@asynccontextmanager
async def running(name: str, folder: Path) -> AsyncIterator[str]:
    """The address of a receiver that is ready."""
    [port] = free_ports(1)
    words = [word.format(example=EXAMPLES / name, port=port) for word in PROGRAMS[name]]
    command = [shutil.which(words[0]) or words[0], *words[1:]]
    environ = {**os.environ, "WEBHOOK_SECRET": SECRET, "WEBHOOK_PUBLIC_KEY": PUBLIC, "PORT": str(port)}
    if name.endswith(".go"):
        subprocess.run(["go", "build", "-o", folder / "receiver", EXAMPLES / name], check=True, cwd=folder, timeout=100)
        command = [str(folder / "receiver")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, cwd=folder, stdout=log, stderr=log)
    try:
        await _ready(port, process, folder / "log")
        yield f"http://127.0.0.1:{port}/hook"
    finally:
        process.kill()
        process.wait()


async def _ready(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return
    raise AssertionError(log.read_text())


async def status_of(http: aiohttp.ClientSession, url: str, headers: dict[str, str], body: bytes) -> int:
    async def chunks() -> AsyncIterator[bytes]:
        yield body

    lengths = {"Content-Length": str(len(body)), "Content-Type": "application/json"}
    async with http.post(url, data=chunks(), headers=headers | lengths) as answer:
        return answer.status


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name,
            marks=pytest.mark.skipif(is_missing(command[0]), reason=f"{command[0]} is not installed"),
        )
        for name, command in PROGRAMS.items()
    ],
)
async def test_a_receiver_believes_what_is_signed_now_and_nothing_else(name: str, tmp_path: Path) -> None:
    async with running(name, tmp_path) as url, aiohttp.ClientSession() as http:
        sent = posts(PRIVATE if "ed25519" in name else SECRET)
        got = {case: await status_of(http, url, headers, body) for case, (headers, body, _) in sent.items()}

    assert got == {case: status for case, (_, _, status) in sent.items()}
    assert (tmp_path / "log").read_text().count("incident.opened") == 2
    assert SECRET.removeprefix("whsec_") not in (tmp_path / "log").read_text()


def by_cgi(headers: Mapping[str, str], body: bytes, *, secret: str = SECRET) -> tuple[int, str]:
    """The status that the shell script answers, and what it writes to the server's log."""
    given = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    done = subprocess.run(
        ["sh", str(EXAMPLES / "receiver.sh")],
        input=body,
        env={"PATH": os.environ["PATH"], "WEBHOOK_SECRET": secret, "CONTENT_LENGTH": str(len(body)), **given},
        capture_output=True,
        check=True,
        timeout=30,
    )
    status, _, _ = done.stdout.decode().partition("\r\n")
    return int(status.split()[1]), done.stderr.decode()


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("openssl") is None and os.environ.get("CI") != "true", reason="openssl is not installed"
)
def test_the_shell_script_believes_what_is_signed_now_and_nothing_else() -> None:
    sent = posts(SECRET)
    got = {case: by_cgi(headers, body) for case, (headers, body, _) in sent.items()}

    assert {case: status for case, (status, _) in got.items()} == {case: one[2] for case, one in sent.items()}
    assert got["genuine"][1].startswith('evt_1 {"type":"incident.opened"')


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("openssl") is None and os.environ.get("CI") != "true", reason="openssl is not installed"
)
def test_the_shell_script_takes_secrets_of_every_length_with_zero_bytes() -> None:
    assert by_cgi(signed(SHORT), BODY, secret=SHORT)[0] == 204
    assert by_cgi(signed(SHORT), BODY, secret=SECRET)[0] == 401


def test_every_example_is_run_here() -> None:
    assert {one.name for one in EXAMPLES.iterdir()} == {*PROGRAMS, "receiver.sh"}
