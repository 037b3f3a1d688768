"""A real nginx of its own in front of the hub: configuration, logs and temporary files of one folder."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

START_TIMEOUT_S = 30.0
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
needs_nginx = pytest.mark.skipif(
    NGINX is None and os.environ.get("CI") != "true", reason="nginx (Debian: nginx) is not installed"
)
_AROUND = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
  log_format short '$status $request_method $uri $http_upgrade';
  access_log {folder}/access.log short;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  {servers}
}}
"""


class Nginx:
    """One that runs. `requests` are the lines of its log: status, method, path and upgrade of each request."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def requests(self) -> list[str]:
        return (self._folder / "access.log").read_text().splitlines()

    @property
    def errors(self) -> str:
        return (self._folder / "error.log").read_text()


@asynccontextmanager
async def nginx(folder: Path, servers: str, *, port: int) -> AsyncIterator[Nginx]:
    """nginx with these `map` and `server` blocks, one of which listens on `port`, until the end of the block."""
    assert NGINX is not None, "nginx is not installed"
    folder.mkdir()
    user = "user root;" if os.geteuid() == 0 else ""  # its worker writes into the folder
    file = folder / "nginx.conf"
    file.write_text(_AROUND.format(folder=folder, user=user, servers=servers))
    process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(file), "-e", str(folder / "error.log")])
    try:
        await _answers(process, port)
        yield Nginx(folder)
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 60)


async def _answers(process: "subprocess.Popen[bytes]", port: int) -> None:
    async with asyncio.timeout(START_TIMEOUT_S):
        while True:
            assert process.poll() is None, "nginx ended: its configuration is wrong"
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            return
