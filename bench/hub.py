"""The hub under test: a fresh state folder and a configuration with SMTP, form and API, on free ports."""

import contextlib
import json
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.processes import free_port, fresh, own_environment, server, wait_until_idle

CONFIGURATION = """
[hub]
state_dir = "{folder}/var"
[http]
listen = "127.0.0.1:{http_port}"
public_url = "http://127.0.0.1:{http_port}"
[accounts.mail]
kind = "smtp"
listen = "127.0.0.1:{smtp_port}"
[accounts.shop]
kind = "api"
{further}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningHub:
    """A daemon with everything switched on, as `channelhub run` starts it."""

    pid: int
    smtp_port: int
    http_port: int
    token: str

    def get(self, path: str) -> Any:
        """What the API answers, decoded."""
        return json.loads(self.text(path))

    def text(self, path: str) -> str:
        """What the server answers."""
        url = f"http://127.0.0.1:{self.http_port}{path}"
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return str(answer.read().decode())


def command() -> list[str]:
    """The installed `channelhub`."""
    return [str(Path(sys.executable).with_name("channelhub"))]


def configure(folder: Path, *, further: str = "") -> tuple[Path, int, int]:
    """Write a configuration for a fresh state folder: (file, HTTP port, SMTP port)."""
    fresh(folder)
    http_port, smtp_port = free_port(), free_port()
    file = folder / "channelhub.toml"
    text = CONFIGURATION.format(folder=folder, http_port=http_port, smtp_port=smtp_port, further=further)
    file.write_text(text, encoding="utf-8")
    return file, http_port, smtp_port


@contextlib.contextmanager
def running_hub(
    folder: Path,
    *,
    further: str = "",
    environment: Mapping[str, str] | None = None,
    prepare: Callable[[Path], None] | None = None,
) -> Iterator[RunningHub]:
    """Start the daemon on an empty database, or on what `prepare` puts into its state folder; it is killed when the
    block ends.

    It is handed over once it rests: the first second goes into starting parser children, which no load should pay for.
    """
    file, http_port, smtp_port = configure(folder, further=further)
    surroundings = own_environment(**(environment or {}))
    if prepare is not None:
        (folder / "var").mkdir()
        prepare(folder / "var")
    log = folder / "log"
    with server([*command(), "run", "-c", str(file)], port=smtp_port, log=log, environment=surroundings) as started:
        wait_until_idle(started.process.pid)
        token = (folder / "var" / "local.token").read_text(encoding="utf-8").strip()
        yield RunningHub(pid=started.process.pid, smtp_port=smtp_port, http_port=http_port, token=token)
