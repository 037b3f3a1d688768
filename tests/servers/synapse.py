"""A real homeserver: Synapse on a free port, with users that tests make.

It is no dependency of the tests: `make homeserver` installs it into an environment of its own (a minute), and
CHANNELHUB_SYNAPSE may name the Python of another one. Without it these tests are skipped.
"""

import asyncio
import hashlib
import hmac
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

OURS = Path(__file__).parents[2] / ".make" / "homeserver" / "bin" / "python"
NAME = "test.local"
SHARED_SECRET = "a-secret-of-this-test"
START_S = 60.0

CONFIG = """\
server_name: {name}
pid_file: {folder}/pid
listeners:
  - {{port: {port}, bind_addresses: [127.0.0.1], tls: false, type: http, resources: [{{names: [client]}}]}}
database: {{name: sqlite3, args: {{database: {folder}/homeserver.db}}}}
media_store_path: {folder}/media
signing_key_path: {folder}/signing.key
registration_shared_secret: {secret}
macaroon_secret_key: of-this-test
form_secret: of-this-test
trusted_key_servers: []
federation_domain_whitelist: []
report_stats: false
rc_message: {{per_second: 1000, burst_count: 1000}}
rc_login: {{address: {{per_second: 1000, burst_count: 1000}}}}
rc_invites: {{per_user: {{per_second: 1000, burst_count: 1000}}, per_room: {{per_second: 1000, burst_count: 1000}}}}
"""


def require_synapse() -> str:
    """The Python that has Synapse. Without one the test is skipped."""
    python = os.environ.get("CHANNELHUB_SYNAPSE") or (str(OURS) if OURS.exists() else "")
    if not python:
        pytest.skip("no Synapse here: `make homeserver` installs it")
    return python


@dataclass(kw_only=True)
class User:
    """A person with a client."""

    url: str
    id: str
    token: str
    http: aiohttp.ClientSession

    async def call(self, method: str, path: str, fields: Any = None, *, data: bytes | None = None) -> dict[str, Any]:
        async with self.http.request(
            method,
            f"{self.url}/_matrix/{path}",
            json=fields,
            data=data,
            headers={"Authorization": f"Bearer {self.token}"},
        ) as answer:
            told: dict[str, Any] = await answer.json()
            assert answer.status == 200, f"{path}: {told}"
            return told

    async def open_room(self, *invited: str, is_direct: bool = True) -> str:
        fields = {"invite": invited, "is_direct": is_direct, "preset": "trusted_private_chat"}
        return str((await self.call("POST", "client/v3/createRoom", fields))["room_id"])

    async def put(self, room: str, kind: str, content: dict[str, Any], *, name: str) -> str:
        """Send an event; `name` is that of the transaction."""
        path = f"client/v3/rooms/{quote(room, safe='')}/send/{kind}/{name}"
        return str((await self.call("PUT", path, content))["event_id"])

    async def say(self, room: str, text: str, *, name: str = "", **more: Any) -> str:
        name = name or hashlib.sha256(f"{room}{text}".encode()).hexdigest()
        return await self.put(room, "m.room.message", {"msgtype": "m.text", "body": text} | more, name=name)

    async def heard(self, room: str) -> list[dict[str, Any]]:
        """The last events of a room, the newest first."""
        path = f"client/v3/rooms/{quote(room, safe='')}/messages?dir=b&limit=20"
        return list((await self.call("GET", path))["chunk"])


@dataclass(kw_only=True)
class Homeserver:
    """A running Synapse."""

    url: str
    http: aiohttp.ClientSession

    async def user(self, name: str) -> User:
        register = f"{self.url}/_synapse/admin/v1/register"
        async with self.http.get(register) as answer:
            nonce = (await answer.json())["nonce"]
        signed = f"{nonce}\0{name}\0pw\0notadmin".encode()
        mac = hmac.new(SHARED_SECRET.encode(), signed, hashlib.sha1).hexdigest()
        fields = {"nonce": nonce, "username": name, "password": "pw", "admin": False, "mac": mac}
        async with self.http.post(register, json=fields) as answer:
            told = await answer.json()
            assert answer.status == 200, told
        return User(url=self.url, id=told["user_id"], token=told["access_token"], http=self.http)


@asynccontextmanager
async def homeserver(folder: Path) -> AsyncIterator[Homeserver]:
    """Synapse, started and asked until it answers."""
    python = require_synapse()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    file = folder / "homeserver.yaml"
    file.write_text(CONFIG.format(name=NAME, folder=folder, port=port, secret=SHARED_SECRET), encoding="utf-8")
    start = (python, "-m", "synapse.app.homeserver", "-c", str(file))
    with (folder / "log").open("wb") as log:
        making = await asyncio.create_subprocess_exec(*start, "--generate-keys", stdout=log, stderr=log, cwd=folder)
        await making.wait()
        running = await asyncio.create_subprocess_exec(*start, stdout=log, stderr=log, cwd=folder)
        try:
            async with aiohttp.ClientSession() as http:
                await _until_it_answers(http, f"http://127.0.0.1:{port}", running, folder / "log")
                yield Homeserver(url=f"http://127.0.0.1:{port}", http=http)
        finally:
            if running.returncode is None:
                running.terminate()
            await running.wait()


async def _until_it_answers(
    http: aiohttp.ClientSession, url: str, running: asyncio.subprocess.Process, log: Path
) -> None:
    async with asyncio.timeout(START_S):
        while True:
            assert running.returncode is None, log.read_text(encoding="utf-8", errors="replace")[-2000:]
            try:
                async with http.get(f"{url}/_matrix/client/versions") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.1)
