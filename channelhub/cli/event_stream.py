"""The hub's live stream as events, one after the other, whatever breaks between (WHATWG HTML §9.2)."""

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any, Final

from channelhub.cli.client import Daemon, sentence_of
from channelhub.cli.exits import Exit, Failure

SILENCE_S: Final = 45.0  # the hub writes something every 15 s
FIRST_WAIT_S: Final = 0.5
LONGEST_WAIT_S: Final = 30.0
MAX_LINE: Final = 1 << 20
GAP: Final = "stream.gap"
_LATER: Final = frozenset({429, 500, 502, 503, 504})


class EventStream:
    """Iterate over it: an event's body, or None after each sign of life without one. It never ends by itself.

    A broken connection is resumed after the last event that was given out; `tell` hears a sentence of it, and one of
    events that the hub no longer keeps. Raises Failure when the hub refuses, or can't be reached the first time.
    """

    def __init__(self, hub: Daemon, *, after: int | None, tell: Callable[[str], None]) -> None:
        self._hub = hub
        self._last_id = "" if after is None else str(after)
        self._tell = tell
        self._is_known = False  # the hub answered once
        self._wait_s = FIRST_WAIT_S
        self._refused = ""  # the last token that was

    def __iter__(self) -> Iterator[dict[str, Any] | None]:
        while True:
            try:
                yield from self._connected()
                reason = "the hub ended the stream"
            except urllib.error.HTTPError as exc:
                if exc.code not in _LATER and not self._has_other_token(exc):
                    raise Failure(sentence_of(exc), Exit.FAILED) from exc
                reason = sentence_of(exc)
            except (OSError, http.client.HTTPException) as exc:
                if not self._is_known:
                    raise Failure(f"the hub at {self._hub.address()} doesn't answer: {exc}", Exit.UNAVAILABLE) from exc
                reason = str(exc) or type(exc).__name__
            except Failure as exc:  # the daemon doesn't run now: it may be starting again
                if not self._is_known:
                    raise
                reason = exc.message
            self._pause(reason)

    def _has_other_token(self, exc: urllib.error.HTTPError) -> bool:
        """A daemon that starts anew makes another token: one that was refused is worth another look, once."""
        token, before = self._hub.token(), self._refused
        self._refused = token
        return exc.code == 401 and self._is_known and token != before

    def _pause(self, reason: str) -> None:
        if self._wait_s == FIRST_WAIT_S:
            self._tell(f"waiting for the hub: {reason}")
        time.sleep(self._wait_s)
        self._wait_s = min(2 * self._wait_s, LONGEST_WAIT_S)

    def _connected(self) -> Iterator[dict[str, Any] | None]:
        headers = {"Authorization": f"Bearer {self._hub.token()}", "Accept": "text/event-stream"}
        if self._last_id:
            headers["Last-Event-ID"] = self._last_id
        request = urllib.request.Request(f"{self._hub.address()}/api/v1/stream", headers=headers)  # noqa: S310 - our hub
        with urllib.request.urlopen(request, timeout=SILENCE_S) as answer:  # noqa: S310 - as above
            self._is_known = True
            for frame in _frames(answer):
                self._wait_s = FIRST_WAIT_S
                yield self._taken(frame)

    def _taken(self, frame: dict[str, str]) -> dict[str, Any] | None:
        event: dict[str, Any] | None = json.loads(frame["data"]) if "data" in frame else None
        if event is not None and frame.get("event") == GAP:
            self._tell(f"the events after {event['after']} and before {event['oldest']} are no longer kept")
            event = None
        if frame.get("id", "").isdigit():
            self._last_id = frame["id"]
        return event


def _frames(answer: http.client.HTTPResponse) -> Iterator[dict[str, str]]:
    """What stands between two blank lines, by field; a comment alone is an empty one. Ends where the answer does.

    What was begun when it ended is left out: it comes again.
    """
    frame: dict[str, str] = {}
    while line := answer.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE:
            raise http.client.LineTooLong("event")
        if line in (b"\n", b"\r\n"):
            yield frame
            frame = {}
            continue
        name, _, value = line.decode(errors="replace").rstrip("\r\n").partition(":")
        if name:
            frame[name] = value.removeprefix(" ")
