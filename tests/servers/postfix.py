"""A real Postfix of its own: configuration, queue and ports of one folder, nothing of the machine's."""

import contextlib
import os
import re
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.daemon import free_ports

_PUT_OFF = re.compile(r" ([0-9A-Za-z]+): to=<[^\n]* status=deferred ")
_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example
mydestination =
alias_maps =
local_recipient_maps =
smtputf8_enable = yes
smtputf8_autodetect_classes = all
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
relay_domains = {domains}
transport_maps = inline:{{ {transports} }}
smtp_tls_security_level = may
smtp_tls_loglevel = 1
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

#: Why a Postfix can't be started here, or nothing.
MISSING = (
    "Postfix (Debian: postfix) is not installed"
    if shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None
    else "Postfix can only be started by root"
    if os.geteuid() != 0
    else ""
)
needs_postfix = pytest.mark.skipif(bool(MISSING) and os.environ.get("CI") != "true", reason=MISSING)


class Postfix:
    """Takes mail on `port` and hands it on as `transports` say. `folder` can be entered by every user."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (self.port,) = free_ports(1)
        self._config = folder / "etc"

    def start(self, transports: Mapping[str, str]) -> None:
        """Start it. `transports`: domain to where its mail goes, as `smtp:[127.0.0.1]:25`."""
        for name in ("etc", "spool", "data"):
            (self.folder / name).mkdir()
        shutil.chown(self.folder / "data", "postfix")
        table = " ".join(f"{{{domain} = {where}}}" for domain, where in transports.items())
        main = _MAIN.format(folder=self.folder, domains=" ".join(transports), transports=table)
        (self._config / "main.cf").write_text(main)
        (self._config / "master.cf").write_text(_MASTER.format(port=self.port))
        self._run("postfix", "start")

    def stop(self) -> None:
        """Stop it and wait for its end."""
        self._run("postfix", "stop", is_checked=False)

    def send(self, mail: bytes, *recipients: str, sender: str = "ann@example.com") -> None:
        """Put one mail into its queue."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=60) as client:
            options = [] if (sender + "".join(recipients)).isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
            client.sendmail(sender, list(recipients), mail, mail_options=options)

    def try_again(self) -> None:
        """Have it deliver all that it keeps."""
        self._run("postqueue", "-f")

    def queued(self) -> int:
        """How many mails it still keeps."""
        return sum(1 for line in self._run("postqueue", "-j").splitlines() if line.strip())

    def put_off(self) -> int:
        """How many mails it could not hand over at some time."""
        return len(set(_PUT_OFF.findall(self.log())))

    def log(self) -> str:
        return (self.folder / "mail.log").read_text(errors="replace")

    def logged(self, words: str) -> str:
        """The log once it has these words. Raises AssertionError after twenty seconds."""
        deadline = time.monotonic() + 60
        while words not in (text := self.log()):
            assert time.monotonic() < deadline, text[-3000:]
            time.sleep(0.02)
        return text

    def _run(self, program: str, *arguments: str, is_checked: bool = True) -> str:
        path = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        assert path is not None, MISSING
        done = subprocess.run(
            [path, "-c", str(self._config), *arguments], capture_output=True, text=True, timeout=60, check=False
        )
        assert not is_checked or done.returncode == 0, done.stdout + done.stderr + self._last_words()
        return done.stdout

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            return self.log()[-2000:]
        return ""


@contextlib.contextmanager
def postfix() -> Iterator[Postfix]:
    """One, not yet started. Its folder isn't below pytest's, which only root may enter."""
    assert not MISSING, MISSING
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    folder.chmod(0o755)
    server = Postfix(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
