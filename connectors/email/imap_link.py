"""A mailbox's connection as blocking calls: sign in, list, fetch without a trace, mark, wait. Knows no event loop."""

import contextlib
import ssl
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imapclient.exceptions import IMAPClientError, LoginError

from channelhub.sdk.errors import AuthFailed
from connectors.email.identity import delivery_id
from connectors.email.imap_config import ImapConfig
from connectors.email.imap_faults import LinkLost, explained, login_fault
from connectors.email.imap_place import Start
from connectors.email.imap_wire import BoundedClient, Scissors

#: So many UIDs fit into one line of a SEARCH answer: imaplib gives up at 1,000,000 bytes.
LISTED_AT_ONCE = 50_000
_NEWS = (b"EXISTS", b"RECENT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A password or an OAuth2 access token."""

    secret: str
    is_token: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderView:
    """A folder as it was opened."""

    uidvalidity: int
    highest_uid: int  # UIDNEXT - 1: no mail has a higher one yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A mail that is there."""

    uid: int
    size: int  # bytes, as the server says
    arrived_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A fetched mail. Of one that is too large `body` is the beginning."""

    listed: Listed
    body: bytes
    message_id: str


class Link:
    """One connection. All methods block, but for `cut`; they raise LinkLost, Refused and, signing in, AuthFailed."""

    def __init__(self, config: ImapConfig) -> None:
        self._config = config
        self._client: BoundedClient | None = None
        self._scissors = Scissors()
        self._folder = ""
        self._exists = 0

    def connect(self) -> None:
        """Open the connection, encrypted as configured."""
        config = self._config
        where = f"{config.host}:{config.port}"
        tls = self._tls_context()
        with explained(f"connecting to {where}"):
            self._client = BoundedClient(
                config.host,
                config.port,
                tls=tls if config.tls == "implicit" else None,
                timeout_s=config.timeout_s,
                max_message_bytes=config.max_message_bytes,
                scissors=self._scissors,
            )
            if config.tls == "starttls":
                self._client.starttls(tls)

    def sign_in(self, credentials: Credentials, *, refusals: int) -> None:
        """`refusals` were answered before, in a row. Raises AuthFailed when a person has to act."""
        with explained("signing in"):
            if not credentials.is_token and self._can("LOGINDISABLED"):
                raise AuthFailed('the server takes no password without encryption: set tls = "starttls" or "implicit"')
            what = "the access token" if credentials.is_token else "username and password"
            try:
                self._present(credentials)
            except LoginError as exc:
                raise login_fault(exc, what=what, refusals=refusals + 1) from exc

    def open(self, folder: str) -> FolderView:
        """Select a folder: for reading only, unless mails are marked or moved afterwards."""
        self._folder = ""
        with explained(f"opening the folder {folder}"):
            answer = self._use.select_folder(folder, readonly=self._config.after_commit == "none")
            self._exists = int(answer[b"EXISTS"])
            view = FolderView(
                uidvalidity=int(answer.get(b"UIDVALIDITY", 0)), highest_uid=int(answer.get(b"UIDNEXT", 0)) - 1
            )
            if view.highest_uid < 0:  # a server may leave UIDNEXT out
                view = FolderView(uidvalidity=view.uidvalidity, highest_uid=max(self._search(["UID", "*"]), default=0))
        self._folder = folder
        return view

    def news(self, start: Start, after: int) -> "array[int]":
        """As `uids`; what the server says of new mail from here on is news for `wait_for_news`."""
        self._use.forget_told_mail()
        return self.uids(start, after)

    def uids(self, start: Start, after: int) -> "array[int]":
        """The UIDs above `after` that belong to us, ascending; four bytes each."""
        criteria = start.criteria(after)
        found = array("I")
        with explained("listing mails"):
            if self._exists <= LISTED_AT_ONCE:
                found.extend(self._search(criteria))
            else:
                # From the newest down: what is expunged meanwhile only moves mails into windows that are still to come.
                top = "*"
                for bottom in range(max(1, self._exists - LISTED_AT_ONCE), 0, -LISTED_AT_ONCE):
                    found.extend(self._search([f"{bottom}:{top}", *criteria]))
                    top = str(bottom - 1)
                if top != "0":
                    found.extend(self._search([f"1:{top}", *criteria]))
        return array("I", sorted({uid for uid in found if uid > after}))

    def describe(self, uids: Sequence[int]) -> list[Listed]:
        """Size and arrival of these mails, by UID; those that were expunged meanwhile are left out."""
        with explained("asking for sizes"):
            answer = self._use.fetch(list(uids), ["RFC822.SIZE", "INTERNALDATE"])
            return [
                Listed(uid=uid, size=int(answer[uid].get(b"RFC822.SIZE") or 0), arrived_at=_aware(answer[uid]))
                for uid in sorted(answer)
                if b"RFC822.SIZE" in answer[uid]
            ]

    def fetch(self, mails: Sequence[Listed], *, is_partial: bool = False) -> list[Mail]:
        """The bytes of these mails, by UID; no flag changes. `is_partial` asks for no more than `max_message_bytes`."""
        part = f"<0.{self._config.max_message_bytes}>" if is_partial else ""
        by_uid = {mail.uid: mail for mail in mails}
        with explained("fetching mails"):
            answer = self._use.fetch(list(by_uid), [f"BODY.PEEK[]{part}"])
            fetched = []
            for uid in sorted(answer):
                body = next((value for key, value in answer[uid].items() if key.startswith(b"BODY[]")), None)
                if body is not None:
                    fetched.append(Mail(listed=by_uid[uid], body=body, message_id=delivery_id(body)[1]))
            return fetched

    def flag(self, uids: Sequence[int], flag: bytes) -> None:
        with explained("marking mails"):
            self._use.add_flags(list(uids), [flag], silent=True)

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Move mails. Without MOVE (RFC 6851) they are copied, marked deleted and, with UIDPLUS, expunged."""
        with explained(f"moving mails to {folder}"):
            if self._can("MOVE"):
                self._use.move(list(uids), folder)
                return
            self._use.copy(list(uids), folder)
            self._use.add_flags(list(uids), [rb"\Deleted"], silent=True)
            if self._can("UIDPLUS"):
                self._use.uid_expunge(list(uids))

    def can_move(self) -> bool:
        """Whether moved mails are gone from where they were."""
        with explained("asking what the server can do"):
            return self._can("MOVE") or self._can("UIDPLUS")

    def make_folder(self, folder: str) -> None:
        """Create the folder unless it is there."""
        with explained(f"making the folder {folder}"):
            if not self._use.folder_exists(folder):
                self._use.create_folder(folder)

    def wait_for_news(self, folder: str, longest_s: float) -> bool:
        """IDLE (RFC 2177) until something happens in the folder; True: mail may have come. The end is answered, or
        LinkLost is raised after `timeout_s`: this is how a dead connection is noticed.

        What was told since `news`, beside the answer to another command, won't be told again: then it doesn't wait.
        """
        if self._folder != folder:
            self.open(folder)
        with explained("waiting for mail"):
            if self._use.was_told_of_mail:
                return True
            self._use.idle()
            answers = self._use.idle_check(timeout=longest_s)
            _, more = self._use.idle_done()
            return any(isinstance(one, tuple) and any(part in _NEWS for part in one) for one in [*answers, *more])

    def can_idle(self) -> bool:
        """Whether the server pushes news (RFC 2177)."""
        with explained("asking what the server can do"):
            return self._can("IDLE")

    def cut(self) -> None:
        """Break the connection, from any thread: a call that waits for the server ends at once."""
        self._scissors.cut()

    def leave(self) -> None:
        """Say goodbye where the server still listens, and close."""
        with contextlib.suppress(IMAPClientError, OSError, LinkLost, ValueError, AttributeError):
            self._use.logout()
        self.close()

    def close(self) -> None:
        """Close without a word."""
        if self._client is not None:
            self._client.close()

    @property
    def _use(self) -> BoundedClient:
        if self._client is None or self._scissors.is_cut:
            raise LinkLost("the connection was cut")
        return self._client

    def _can(self, capability: str) -> bool:
        return bool(self._use.has_capability(capability))

    def _search(self, criteria: Iterable[object]) -> list[int]:
        return list(self._use.search(list(criteria))) if self._exists else []

    def _present(self, credentials: Credentials) -> None:
        client, username = self._use, self._config.username
        if credentials.is_token:
            first = [f"user={username}\1auth=Bearer {credentials.secret}\1\1".encode()]
            # A refusal comes as a challenge first, to be answered by nothing.
            client.sasl_login("XOAUTH2", lambda _challenge: first.pop() if first else b"")
        elif (username + credentials.secret).isascii() or not self._can("AUTH=PLAIN"):
            client.login(username, credentials.secret)
        else:
            client.plain_login(username, credentials.secret)

    def _tls_context(self) -> ssl.SSLContext | None:
        if self._config.tls == "none":
            return None
        try:
            return ssl.create_default_context(cafile=self._config.ca_file or None)
        except OSError as exc:
            raise LinkLost(f"can't read ca_file {self._config.ca_file}: {exc}") from exc


def _aware(answer: dict[bytes, Any]) -> datetime | None:
    """INTERNALDATE with its zone, or nothing where the server's isn't one."""
    at = answer.get(b"INTERNALDATE")
    if not isinstance(at, datetime) or at.tzinfo is None:
        return None
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return None
