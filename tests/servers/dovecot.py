"""A Dovecot of our own: starts in a temporary folder on free ports, with mailboxes that tests fill and break."""

import asyncio
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.connectors.email.certificates import make_certificate
from tests.daemon import free_ports

USER = "support@example.com"
PASSWORD = "an example password"
TOKEN_USER = "tokens@example.com"
START_TIMEOUT_S = 60.0

_CONFIG = """
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
ssl = {ssl}
{certificate}
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = {storage}
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
disable_plaintext_auth = no
auth_mechanisms = plain login {mechanisms}
auth_failure_delay = 0
{capability}
mail_max_userip_connections = 100
maildir_very_dirty_syncs = no
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
    ssl = yes
  }}
}}
passdb {{
  driver = passwd-file
  args = scheme=plain username_format=%u {folder}/users
}}
{tokens}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
}}
"""
_TOKENS = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
"""


def require_dovecot() -> None:
    """Without it the test is skipped, in CI it fails."""
    if shutil.which("dovecot") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Dovecot (Debian's dovecot-imapd) is not installed")
        pytest.skip("Dovecot (Debian's dovecot-imapd) is not installed")


@dataclass
class Dovecot:
    """`port` speaks IMAP in clear and with STARTTLS, `tls_port` over TLS. Everybody in `passwords` has a mailbox."""

    folder: Path
    has_tls: bool = False
    capability: str = ""  # what it says it can do, instead of all it can
    storage: str = "maildir"  # or mbox: many mails in one file, quickly written
    introspection_url: str = ""  # asked by Dovecot what an access token is worth; empty: no XOAUTH2
    passwords: dict[str, str] = field(default_factory=lambda: {USER: PASSWORD})
    certificate: Path | None = None
    port: int = 0
    tls_port: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _delivered: int = 0

    def __post_init__(self) -> None:
        self.port, self.tls_port = free_ports(2)
        (self.folder / "mail").mkdir()
        if self.has_tls:
            self.certificate, key = make_certificate(self.folder)
            key.chmod(0o600)
        # Root may not own a mailbox; anybody else can only be himself.
        user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        entry = pwd.getpwnam(user)
        self._owner = (entry.pw_uid, entry.pw_gid)
        self._group = _group_name(entry.pw_gid)
        self._user = user
        self.own(self.folder / "mail")
        self._write_config()

    def start(self) -> None:
        """Start and wait until it listens."""
        with (self.folder / "stderr").open("wb") as complaints:
            self._process = subprocess.Popen(
                ["dovecot", "-F", "-c", str(self.folder / "dovecot.conf")],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            assert self._process.poll() is None, f"Dovecot ended: {(self.folder / 'stderr').read_text()}"
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=2) as probe:
                    if probe.recv(4).startswith(b"* OK"):
                        return
            except OSError:
                pass
            time.sleep(0.02)
        raise AssertionError(f"Dovecot doesn't listen: {(self.folder / 'dovecot.log').read_text()[-2000:]}")

    def stop(self) -> None:
        """As a power cut: all its processes are gone when this returns, and its connections with them."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=60)
        self._process = None
        for left in (self.folder / "run").rglob("*"):  # one that is still dying holds its own open
            if left.is_socket():
                left.unlink(missing_ok=True)
        for left in (self.folder / "mail").rglob("*.lock"):  # the next one would wait for minutes until it is stale
            left.unlink(missing_ok=True)

    def deliver(self, mail: bytes, *, folder: str = "INBOX", user: str = USER, at: datetime | None = None) -> str:
        """A mail arrives, as a mail server would write it into the Maildir; `at` becomes its INTERNALDATE."""
        return self.deliver_many([mail], folder=folder, user=user, at=at)[0]

    def deliver_many(
        self, mails: list[bytes], *, folder: str = "INBOX", user: str = USER, at: datetime | None = None
    ) -> list[str]:
        """Their file names."""
        maildir = self.maildir(folder, user=user)
        names = []
        for mail in mails:
            self._delivered += 1
            moment = at.timestamp() if at else time.time()
            name = f"{int(moment)}.M{self._delivered}P1.example,S={len(mail)}"
            path = maildir / "tmp" / name
            path.write_bytes(mail)
            os.chown(path, *self._owner)
            if at is not None:
                os.utime(path, (moment, moment))
            path.rename(maildir / "new" / name)
            names.append(name)
        return names

    def maildir(self, folder: str = "INBOX", *, user: str = USER) -> Path:
        """The Maildir of a folder, made when it is missing."""
        home = self.folder / "mail" / user
        path = home if folder == "INBOX" else home / f".{folder}"
        for part in (home, path, *(path / name for name in ("cur", "new", "tmp"))):
            if not part.exists():
                part.mkdir()
                self.own(part)
        if path != home and not (path / "maildirfolder").exists():
            (path / "maildirfolder").touch()
            self.own(path / "maildirfolder")
        return path

    def mails(self, folder: str = "INBOX", *, user: str = USER) -> list[Path]:
        """The files of a folder."""
        path = self.maildir(folder, user=user)
        return sorted([*(path / "cur").iterdir(), *(path / "new").iterdir()], key=lambda one: one.name)

    def renumber(self, folder: str = "INBOX") -> None:
        """Lose the index: the folder comes back with another UIDVALIDITY and new UIDs. Stop the server before."""
        path = self.maildir(folder)
        lists = path / "dovecot-uidlist"
        former = int(lists.read_text().split(" V", 1)[1].split()[0])
        for index in (lists, *path.glob("dovecot.index*")):
            index.unlink(missing_ok=True)
        lists.write_text(f"3 V{former + 7} N1 G{'0' * 31}1\n")
        self.own(lists)

    def uidvalidity(self, folder: str = "INBOX") -> int:
        return int((self.maildir(folder) / "dovecot-uidlist").read_text().split(" V", 1)[1].split()[0])

    def sessions(self) -> list[int]:
        """The process ids that serve somebody who signed in."""
        assert self._process is not None
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    if (entry / "comm").read_text() == "imap\n" and _parent(entry) == self._process.pid:
                        found.append(int(entry.name))
                except OSError:
                    continue
        return found

    @property
    def mbox(self) -> Path:
        """USER's inbox, where `storage` says mbox."""
        return self.folder / "mail" / f"{USER}.mbox"

    def _storage(self) -> str:
        if self.storage == "mbox":
            return f"mbox:{self.folder}/mail/folders:INBOX={self.folder}/mail/%u.mbox"
        return f"maildir:{self.folder}/mail/%u"

    def _write_config(self) -> None:
        lines = [f"{name}:{{PLAIN}}{password}:::::" for name, password in self.passwords.items()]
        (self.folder / "users").write_text("\n".join(lines) + "\n")
        certificate = f"ssl_cert = <{self.certificate}\nssl_key = <{self.folder / 'key.pem'}" if self.has_tls else ""
        if self.introspection_url:
            (self.folder / "oauth2.conf").write_text(
                f"tokeninfo_url = {self.introspection_url}\nusername_attribute = email\nactive_attribute = active\n"
                "active_value = true\n"
            )
        (self.folder / "dovecot.conf").write_text(
            _CONFIG.format(
                folder=self.folder,
                user=self._user,
                group=self._group,
                ssl="yes" if self.has_tls else "no",
                certificate=certificate,
                storage=self._storage(),
                capability=f"imap_capability = {self.capability}" if self.capability else "",
                mechanisms="xoauth2 oauthbearer" if self.introspection_url else "",
                tokens=_TOKENS.format(folder=self.folder) if self.introspection_url else "",
                port=self.port,
                tls_port=self.tls_port if self.has_tls else 0,
            )
        )

    def own(self, path: Path) -> None:
        """Give a file to the user that Dovecot reads mail as."""
        os.chown(path, *self._owner)


def _group_name(gid: int) -> str:
    return grp.getgrgid(gid).gr_name


def _parent(entry: Path) -> int:
    return int((entry / "stat").read_text().rpartition(")")[2].split()[1])


@asynccontextmanager
async def dovecot(**options: object) -> AsyncIterator[Dovecot]:
    """A running server with an empty mailbox for USER; gone, with all it had, at the end."""
    require_dovecot()
    with _folder() as folder:
        server = Dovecot(folder, **options)  # type: ignore[arg-type]
        try:
            server.maildir()
            await asyncio.to_thread(server.start)
            yield server
        finally:
            await asyncio.to_thread(server.stop)


@contextmanager
def _folder() -> Iterator[Path]:
    """A short path that Dovecot's own user may enter."""
    path = Path(tempfile.mkdtemp(prefix="channelhub-dovecot-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


#: Mail found at a first look that is older than a day is history, and opens no incident.
_SENT = format_datetime(datetime.now(UTC))


def mail_of(
    text: str, *, number: int = 1, sender: str = "ann@example.com", message_id: str = "", subject: str = "It broke"
) -> bytes:
    """A small mail; its Message-ID is made of the number unless given."""
    ident = message_id or f"{number}@example.com"
    return (
        f"From: Ann <{sender}>\r\nTo: {USER}\r\nSubject: {subject}\r\nMessage-ID: <{ident}>\r\n"
        f"Date: {_SENT}\r\n\r\n{text}\r\n"
    ).encode()


def numbered(count: int, *, first: int = 1) -> Iterator[bytes]:
    """So many different mails."""
    for number in range(first, first + count):
        yield mail_of(f"Nothing works [m{number}]", number=number, sender=f"c{number % 7}@example.com")
