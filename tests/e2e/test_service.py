"""The daemon as the system runs it: readiness, watchdog, signals, exit codes, and what it never writes down."""

import asyncio
import json
import os
import re
import signal
import smtplib
import socket
import stat
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import aiohttp
import pytest

from tests.cli.executable import channelhub
from tests.daemon import CONFIG, Daemon, free_ports
from tests.e2e.talking import get, mail, processed

DRAIN_S = 10.0
CANARY = "canary7f3a"
TALKATIVE = CONFIG.replace('level = "warning"', 'level = "debug"')


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    daemon = Daemon(tmp_path, config=TALKATIVE)
    await daemon.start()
    yield daemon
    daemon.end()


@pytest.fixture
def manager() -> Iterator[socket.socket]:
    """The datagram socket of a service manager; its address begins with NUL and needs no file."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bound:
        bound.bind(f"\0channelhub-test-{os.getpid()}-{time.monotonic_ns()}")
        bound.settimeout(20)
        yield bound


def told(manager: socket.socket, state: str) -> str:
    """The next datagram with a line `state`. TimeoutError when none comes."""
    while True:
        text = manager.recv(4096).decode()
        if state in text.splitlines():
            return text


@pytest.mark.slow
def test_tells_the_service_manager_that_it_is_ready_alive_and_stopping(tmp_path: Path, manager: socket.socket) -> None:
    address = "@" + manager.getsockname()[1:].decode()
    daemon = Daemon(tmp_path, environ={"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "2000000"})
    daemon.spawn()
    try:
        told(manager, "READY=1")
        mail(daemon, subject="ready", text="means that mail is taken")
        began = time.monotonic()
        fed = [told(manager, "WATCHDOG=1") for _ in range(4)]
        fed_within_s = time.monotonic() - began
        os.kill(daemon.pid, signal.SIGTERM)
        told(manager, "STOPPING=1")
    finally:
        daemon.end()

    assert len(fed) == 4
    assert fed_within_s < 4 * 2.0


@pytest.mark.slow
async def test_sigterm_under_load_ends_within_its_time_and_loses_nothing_acknowledged(daemon: Daemon) -> None:
    acknowledged: set[str] = set()
    enough = asyncio.Event()

    async def post(worker: int, http: aiohttp.ClientSession) -> None:
        for number in range(100_000):
            name = f"{worker}-{number}"
            body = {"account": "shop", "external_id": name, "text": f"load {name}"}
            try:
                async with http.post(f"{daemon.url}/api/v1/messages", json=body) as answer:
                    if answer.status != 202:
                        return
            except aiohttp.ClientError:
                return
            acknowledged.add(name)
            if len(acknowledged) >= 500:
                enough.set()

    async with aiohttp.ClientSession(headers=daemon.authorization()) as http:
        workers = [asyncio.create_task(post(worker, http)) for worker in range(20)]
        await asyncio.wait_for(enough.wait(), 120)
        began = time.monotonic()
        code = await asyncio.to_thread(daemon.stop)
        took_s = time.monotonic() - began
        await asyncio.gather(*workers)
    await daemon.start()
    kept = await _names(daemon)

    assert (code, took_s < DRAIN_S) == (0, True), took_s
    assert acknowledged - kept == set()


async def _names(daemon: Daemon) -> set[str]:
    names: set[str] = set()
    after: str | None = "0"
    while after is not None:
        page = get(daemon, f"/messages?limit=1000&after={after}")
        names |= {item["external_id"] for item in page["items"]}
        after = page["next"]
    return names


@pytest.mark.slow
async def test_sighup_adds_an_account_and_leaves_the_connections_of_others(daemon: Daemon) -> None:
    (port,) = free_ports(1)
    with smtplib.SMTP("127.0.0.1", daemon.smtp_port, timeout=60) as open_before:
        open_before.ehlo()
        with daemon.config_file.open("a") as file:
            file.write(f'[accounts.second]\nkind = "smtp"\nlisten = "127.0.0.1:{port}"\n')
        os.kill(daemon.pid, signal.SIGHUP)
        await _listens(port)
        open_before.sendmail("ann@example.com", ["support@shop.example"], b"Subject: still here\r\n\r\nyes\r\n")
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as added:
        added.sendmail("bob@example.com", ["support@shop.example"], b"Subject: new\r\n\r\nyes\r\n")
    items = await processed(daemon, count=2)

    assert {item["account"] for item in items} == {"mail", "second"}


async def _listens(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise AssertionError(f"nobody listens on {port}")


@pytest.mark.slow
async def test_a_reload_takes_over_what_the_api_allows(daemon: Daemon) -> None:
    origin = "https://app.example.com"
    made = channelhub(
        "token", "create", "--role", "agent", "--name", "app", "--json", "-c", "channelhub.toml", folder=daemon.folder
    )
    headers = {"Authorization": f"Bearer {json.loads(made.stdout)['token']}", "Origin": origin}

    async def asked() -> tuple[str | None, str | None]:
        async with http.get(f"{daemon.url}/api/v1/incidents", headers=headers) as answer:
            return answer.headers.get("Access-Control-Allow-Origin"), answer.headers.get("RateLimit-Policy")

    async with aiohttp.ClientSession() as http:
        before = await asked()
        limits = f'cors_origins = ["{origin}"]\nrequests_per_minute = 7000\n'
        text = daemon.config_file.read_text()
        daemon.config_file.write_text(text.replace("[http]\n", f"[http]\n{limits}", 1))
        os.kill(daemon.pid, signal.SIGHUP)
        async with asyncio.timeout(60):
            while (
                before[0] == (after := await asked())[0] or before[1] == after[1]
            ):  # a request meanwhile has one of them
                await asyncio.sleep(0.05)

    assert before == (None, '"token";q=6000;w=60')
    assert after == (origin, '"token";q=7000;w=60')


@pytest.mark.slow
async def test_a_reload_with_faults_is_refused_and_the_daemon_goes_on(daemon: Daemon) -> None:
    with daemon.config_file.open("a") as file:
        file.write('[accounts.second]\nkind = "smpt"\n')
    os.kill(daemon.pid, signal.SIGHUP)
    deadline = time.monotonic() + 60
    while "hub.reload_refused" not in daemon.log.read_text() and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    mail(daemon, subject="after", text="a bad reload")

    assert "hub.reload_refused" in daemon.log.read_text()
    assert len(get(daemon, "/messages")["items"]) == 1


@pytest.mark.slow
async def test_a_second_daemon_is_refused_with_a_sentence_that_names_the_first(daemon: Daemon) -> None:
    done = channelhub("run", "-c", "channelhub.toml", folder=daemon.folder)

    assert done.returncode == 75
    assert f"in use by process {daemon.pid}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_wrong_configuration_ends_with_78_and_names_the_key(tmp_path: Path) -> None:
    (tmp_path / "channelhub.toml").write_text('[hub]\nstate_dri = "x"\n')
    done = channelhub("run", "-c", "channelhub.toml", folder=tmp_path)

    assert done.returncode == 78
    assert "state_dri" in done.stderr
    assert "state_dir" in done.stderr


@pytest.mark.slow
async def test_the_first_start_leaves_its_sign_in_link_in_a_private_file_only(daemon: Daemon) -> None:
    file = daemon.state_dir / "sign-in-link"
    link = file.read_text().strip()
    secret = link.rpartition("/")[2]

    assert re.fullmatch(rf"{re.escape(daemon.url)}/signin/[A-Za-z0-9_-]{{40,}}", link)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert secret not in daemon.log.read_text()


@pytest.mark.slow
async def test_secrets_and_what_customers_write_never_stand_in_the_log(tmp_path: Path) -> None:
    config = TALKATIVE.replace('kind = "smtp"', f'kind = "smtp"\nrelay_password = "{CANARY}relaypass"\n', 1)
    config += f'[accounts.site-form]\nkind = "webform"\nidentity_secret = "{CANARY}identity0"\n'
    daemon = Daemon(tmp_path, config=config)
    await daemon.start()
    try:
        mail(daemon, subject=f"{CANARY} subject", text=f"{CANARY} body", message_id=f"<{CANARY}@example.com>")
        person = {"name": f"{CANARY} name", "identities": [{"kind": "email", "value": f"{CANARY}@example.com"}]}
        posted = {"account": "shop", "external_id": "1", "sender": person, "text": f"{CANARY} text"}
        _send(f"{daemon.url}/api/v1/messages", json.dumps(posted).encode(), daemon.authorization())
        changed = json.dumps(posted | {"text": f"{CANARY} changed"}).encode()
        _send(f"{daemon.url}/api/v1/messages", changed, daemon.authorization())
        _send(f"{daemon.url}/api/v1/messages", f'{{"{CANARY}": '.encode(), daemon.authorization())
        _send(f"{daemon.url}/api/v1/messages", b"{}", {"Authorization": f"Bearer {CANARY}"})
        form = {"name": CANARY, "email": f"{CANARY}@example.com", "message": CANARY, "identity_token": f"a.{CANARY}.b"}
        _send(f"{daemon.url}/forms/site-form", urlencode(form).encode(), {}, "application/x-www-form-urlencoded")
        await processed(daemon, count=3)
        assert daemon.stop() == 0
    finally:
        daemon.end()
    log = daemon.log.read_text()

    assert '"hub.ready"' in log
    assert CANARY not in log, [line for line in log.splitlines() if CANARY in line][:3]


def _send(url: str, body: bytes, headers: dict[str, str], kind: str = "application/json") -> None:
    """A POST; the hub may refuse it."""
    try:
        with urlopen(Request(url, data=body, headers=headers | {"Content-Type": kind}), timeout=60) as answer:
            answer.read()
    except HTTPError as exc:
        exc.close()
