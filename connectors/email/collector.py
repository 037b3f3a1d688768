"""The DATA phase of one mail as a value that is fed chunks: bounded, linear, and deaf to smuggled endings.

Only `CRLF . CRLF` ends a mail (RFC 5321 §2.3.8, §4.1.1.4). Every other spelling of that line is content, so what a
relay in front of us took for one mail can never become two here.
"""

import re
from enum import Enum

_END = b"\r\n.\r\n"
_STRAY_CR = re.compile(rb"\r+(?!\n)")
_CR_RUN_BEFORE_LF = re.compile(rb"\r{2,}\n")


class Verdict(Enum):
    """What became of the data so far."""

    OPEN = "open"  # more is to come
    COMPLETE = "complete"  # `content()` is the mail
    TOO_BIG = "too-big"  # ended, longer than `max_bytes`
    LINE_TOO_LONG = "line-too-long"  # ended, with a line longer than `max_line_bytes`
    FORGOTTEN = "forgotten"  # ended, thrown away on the way by `forget`
    FLOOD = "flood"  # past twice `max_bytes` without an end: hang up


class Collector:
    """Collects one mail. Holds at most `max_bytes` and one chunk; beyond a limit it only looks for the end."""

    __slots__ = (
        "_body",
        "_is_forgotten",
        "_is_line_too_long",
        "_line_bytes",
        "_max_bytes",
        "_max_line_bytes",
        "_total",
    )

    def __init__(self, *, max_bytes: int, max_line_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._max_line_bytes = max_line_bytes
        self._body = bytearray(b"\r\n")  # a dot in the first line ends an empty mail
        self._total = 0
        self._line_bytes = 0
        self._is_line_too_long = False
        self._is_forgotten = False

    @property
    def held_bytes(self) -> int:
        """How much memory the mail takes now."""
        return len(self._body)

    def feed(self, chunk: bytes) -> tuple[Verdict, bytes]:
        """Take the next bytes. Returns the verdict and, once it isn't OPEN, the bytes after the end of the mail."""
        search_from = max(0, len(self._body) - len(_END) + 1)
        self._body += chunk
        end = self._body.find(_END, search_from)
        if end < 0:
            return self._go_on(chunk)
        rest = bytes(self._body[end + len(_END) :])
        del self._body[end + 2 :]
        self._total += len(chunk) - len(rest) - 3
        self._measure_lines(chunk[: len(chunk) - len(rest)])
        if self._total > self._max_bytes:
            return self._drop(Verdict.TOO_BIG), rest
        if self._is_line_too_long:
            return self._drop(Verdict.LINE_TOO_LONG), rest
        if self._is_forgotten:
            return self._drop(Verdict.FORGOTTEN), rest
        return Verdict.COMPLETE, rest

    def forget(self) -> None:
        """Give the memory back: from here on only the end of the mail is looked for."""
        self._is_forgotten = True
        self._keep_tail()

    def content(self) -> bytes:
        """The mail without dot-stuffing, every line ended by CRLF."""
        return undo_dots(normalise_line_ends(bytes(memoryview(self._body)[2:])))

    def _go_on(self, chunk: bytes) -> tuple[Verdict, bytes]:
        self._total += len(chunk)
        self._measure_lines(chunk)
        if self._total > 2 * self._max_bytes:
            return self._drop(Verdict.FLOOD), b""
        if self._total > self._max_bytes + len(_END) or self._is_line_too_long or self._is_forgotten:
            self._keep_tail()
        return Verdict.OPEN, b""

    def _keep_tail(self) -> None:
        self._body = self._body[-len(_END) + 1 :]  # enough to see the end when it comes

    def _drop(self, verdict: Verdict) -> Verdict:
        self._body = bytearray()
        return verdict

    def _measure_lines(self, chunk: bytes) -> None:
        first = chunk.find(b"\n")
        if first < 0:
            self._line_bytes += len(chunk)
            longest = self._line_bytes
        else:
            longest = self._line_bytes + first + 1
            self._line_bytes = len(chunk) - 1 - chunk.rfind(b"\n")
            if len(chunk) > self._max_line_bytes:
                longest = max(longest, *(len(line) + 1 for line in chunk.split(b"\n")[1:]))
        if longest > self._max_line_bytes:
            self._is_line_too_long = True


def normalise_line_ends(data: bytes) -> bytes:
    """End every line by CRLF: a bare LF becomes one, `CR CR LF` too, and a CR inside a line becomes a space.

    Mail may hold neither alone (RFC 5321 §2.3.8). Left in, they show our parser other lines, and so other headers,
    than the relay and its signature checks saw. Well-formed mail is returned as it is.
    """
    pairs = data.count(b"\r\n")
    if data.count(b"\n") == pairs and data.count(b"\r") == pairs:
        return data
    data = _CR_RUN_BEFORE_LF.sub(b"\r\n", data)
    data = _STRAY_CR.sub(b" ", data)
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def undo_dots(data: bytes) -> bytes:
    """Remove the dot that a sender puts before a line that begins with one (RFC 5321 §4.5.2)."""
    if data.startswith(b"."):
        data = data[1:]
    return data.replace(b"\r\n.", b"\r\n") if b"\r\n." in data else data
