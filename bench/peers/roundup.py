"""Roundup (PyPI), a help desk in Python: its mail gateway reads mails into a fresh SQLite tracker, an mbox in one run
or, as a mail server runs it, each mail as it comes.

Its settings: the classic template, SQLite, mail to customers written to a file instead of sent. The senders are
registered before the clock starts, because Roundup refuses unknown ones.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from bench.processes import BenchError, fresh
from bench.texts import Writer

VERSION = "2.6.0"
CUSTOMERS = 10
INSTALL_S = 240.0
RUN_S = 240.0
SETTINGS = "mail_domain=bench.example,mail_host=localhost,mail_debug={sent},tracker_web=http://localhost/"


def install(folder: Path) -> Path:
    """Roundup's commands, in a virtual environment of their own that later runs reuse. Raises BenchError."""
    commands = folder / "bin"
    if (commands / "roundup-mailgw").exists():
        return commands
    try:
        _run([sys.executable, "-m", "venv", str(folder)], limit_s=INSTALL_S)
        pip = [str(commands / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([*pip, f"roundup=={VERSION}"], limit_s=INSTALL_S)
    except BenchError as exc:
        raise BenchError(f"roundup {VERSION} can't be installed: {exc}") from exc
    return commands


def mails_a_second(commands: Path, folder: Path, *, count: int) -> float:
    """How many mails of an mbox become issues a second, from the command's start to its end."""
    admin, tracker = _tracker(commands, folder)
    mbox = folder / "mails.mbox"
    mbox.write_bytes(_mbox(count))
    began_s = time.perf_counter()
    _run([str(commands / "roundup-mailgw"), str(tracker), "mailbox", str(mbox)])
    took_s = time.perf_counter() - began_s
    _check(admin, count)
    return count / took_s


def piped_mails_a_second(commands: Path, folder: Path, *, count: int) -> float:
    """The same for mails that are piped in one by one, as a mail server's alias does (Roundup's installation guide)."""
    admin, tracker = _tracker(commands, folder)
    mails = [mail.decode() for mail in _mails(count)]
    began_s = time.perf_counter()
    for mail in mails:
        _run([str(commands / "roundup-mailgw"), str(tracker)], words=mail)
    took_s = time.perf_counter() - began_s
    _check(admin, count)
    return count / took_s


def _tracker(commands: Path, folder: Path) -> tuple[list[str], Path]:
    """A fresh tracker that knows the senders, and the command that looks after it."""
    tracker = fresh(folder) / "tracker"
    admin = [str(commands / "roundup-admin"), "-i", str(tracker)]
    _run([*admin, "install", "classic", "sqlite", SETTINGS.format(sent=folder / "sent")])
    _run([*admin, "initialise", "bench"])
    users = [
        f"create user username=customer{n} address=customer{n}@bench.example roles=User password=bench"
        for n in range(CUSTOMERS)
    ]
    _run(admin, words="\n".join([*users, "commit", ""]))
    return admin, tracker


def _check(admin: list[str], count: int) -> None:
    made = len(_run([*admin, "-S:", "list", "issue"]).strip().split(":"))
    if made != count:
        raise BenchError(f"roundup made {made} issues of {count} mails")


def _mails(count: int) -> list[bytes]:
    """The mails the hub gets, with LF line ends."""
    writer = Writer(run="roundup", customers=CUSTOMERS)
    return [writer.mail()[1].replace(b"\r\n", b"\n") for _ in range(count)]


def _mbox(count: int) -> bytes:
    return b"".join(b"From bench Mon Mar  2 10:00:00 2026\n%s\n" % mail for mail in _mails(count))


def _run(command: list[str], *, words: str = "", limit_s: float = RUN_S) -> str:
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    try:
        done = subprocess.run(
            command, input=words, capture_output=True, text=True, timeout=limit_s, check=False, env=surroundings
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise BenchError(f"{Path(command[0]).name}: {exc}") from exc
    if done.returncode != 0:
        raise BenchError(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout
