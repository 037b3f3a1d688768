"""The IMAP library with bounds: how long it waits, how much it takes at once, and that it can be cut from outside."""

import contextlib
import imaplib
import socket
import ssl
from typing import Any

from imapclient import IMAPClient, SocketTimeout

#: A literal may be this much longer than the largest mail.
_SLACK_BYTES = 64 * 1024
#: All that the server says to one command may be this much longer: several small mails, listings, news.
_ANSWER_BYTES = 16 * 1024 * 1024
#: TCP asks a silent peer after these seconds, so many times: a host that is gone is noticed even while we only wait.
_KEEPALIVE = ((socket.TCP_KEEPIDLE, 20), (socket.TCP_KEEPINTVL, 10), (socket.TCP_KEEPCNT, 3))
_UNACKNOWLEDGED_MS = 45_000


class Scissors:
    """Cuts a connection from any thread, also while it is being opened: whoever waits for the server gets an error."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self.is_cut = False

    def hold(self, opened: socket.socket) -> None:
        """This socket is the connection now."""
        self._socket = opened
        if self.is_cut:
            self.cut()

    def cut(self) -> None:
        self.is_cut = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                # The bare socket's: TLS would first say goodbye, and isn't made for two threads.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class BoundedIMAP4(imaplib.IMAP4):
    """imaplib's connection with TLS of ours, deadlines from the first packet on, and answers of bounded size."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        tls: ssl.SSLContext | None,
        timeout_s: float,
        max_literal_bytes: int,
        scissors: Scissors,
    ) -> None:
        self._tls = tls
        self._timeout_s = timeout_s
        self._max_literal_bytes = max_literal_bytes
        self._scissors = scissors
        self._heard_bytes = 0  # since we last said something
        super().__init__(host, port, timeout=timeout_s)

    def _create_socket(self, timeout: float | None) -> socket.socket:  # noqa: ARG002 - imaplib's signature
        plain = socket.create_connection((self.host, self.port), timeout=self._timeout_s)
        try:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for option, value in _KEEPALIVE:
                plain.setsockopt(socket.IPPROTO_TCP, option, value)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_MS)
            self._scissors.hold(plain)
            if self._tls is None:
                return plain
            wrapped = self._tls.wrap_socket(plain, server_hostname=self.host)  # takes the descriptor over
            self._scissors.hold(wrapped)
        except BaseException:
            plain.close()
            raise
        return wrapped

    def read(self, size: int) -> bytes:
        """A literal. One longer than any mail we take is no answer to what we asked."""
        if size > self._max_literal_bytes:
            raise self.abort("literal beyond the bound")
        self._count(size)
        return super().read(size)

    def readline(self) -> bytes:
        """A line, at most 1,000,000 bytes."""
        line = super().readline()
        self._count(len(line))
        return line

    def send(self, data: Any) -> None:
        """Say something; what is heard from here on is counted anew."""
        self._heard_bytes = 0
        super().send(data)

    def _count(self, size: int) -> None:
        self._heard_bytes += size
        if self._heard_bytes > self._max_literal_bytes + _ANSWER_BYTES:
            raise self.abort("answer beyond the bound")


class BoundedClient(IMAPClient):  # type: ignore[misc] # the library has no types
    """imapclient on a BoundedIMAP4. Raises what imaplib and sockets raise."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        tls: ssl.SSLContext | None,
        timeout_s: float,
        max_message_bytes: int,
        scissors: Scissors,
    ) -> None:
        self._tls = tls
        self._max_literal_bytes = max_message_bytes + _SLACK_BYTES
        self._scissors = scissors
        super().__init__(host, port, ssl=tls is not None, timeout=SocketTimeout(timeout_s, timeout_s))
        self.normalise_times = False
        # At the library's own level each answer, mails included, would be formatted for a log nobody reads.
        self._imap.debug = 0

    def _create_IMAP4(self) -> BoundedIMAP4:  # noqa: N802 - imapclient's name
        return BoundedIMAP4(
            self.host,
            self.port,
            tls=self._tls,
            timeout_s=self._timeout.connect,
            max_literal_bytes=self._max_literal_bytes,
            scissors=self._scissors,
        )

    def starttls(self, ssl_context: ssl.SSLContext | None = None) -> Any:
        """Encrypt from here on; the socket to cut is another one then."""
        answer = super().starttls(ssl_context)
        self._scissors.hold(self._imap.sock)
        return answer

    @property
    def was_told_of_mail(self) -> bool:
        """Whether the server spoke of new mail since the folder was opened or `forget_told_mail`."""
        return "EXISTS" in self._imap.untagged_responses

    def forget_told_mail(self) -> None:
        self._imap.untagged_responses.pop("EXISTS", None)

    def close(self) -> None:
        """Let go of the socket without a word."""
        with contextlib.suppress(OSError, imaplib.IMAP4.error, ValueError, AttributeError):
            self.shutdown()
