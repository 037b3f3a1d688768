"""Server-sent events from bytes, and what a stream has to remember to be resumed (WHATWG HTML §9.2). No I/O."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from channelhub.client.calling import Call, Form
from channelhub.client.problems import EventsMissed, HubProblem, NotAHub
from channelhub.client.shapes import EventBody

SILENCE_S: Final = 45.0  # the hub writes something every 15 s
FIRST_WAIT_S: Final = 0.5
LONGEST_WAIT_S: Final = 30.0
MOST_BREAKS: Final = 16  # that are told apart
MAX_FRAME_BYTES: Final = 1 << 20
GAP: Final = "stream.gap"
_LATER: Final = frozenset({429, 500, 502, 503, 504})


class Frames:
    """Feed it what comes; it gives whole frames by field. A comment alone is an empty one: a sign of life."""

    def __init__(self) -> None:
        self._rest = b""
        self._frame: dict[str, str] = {}
        self._size = 0

    def feed(self, data: bytes) -> Iterator[dict[str, str]]:
        """The frames that end in `data`. Raises NotAHub for one without an end."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._size += len(line)
            if line in (b"", b"\r"):
                yield self._frame
                self._frame, self._size = {}, 0
                continue
            name, _, value = line.decode(errors="replace").rstrip("\r").partition(":")
            if name:
                self._frame[name] = value.removeprefix(" ")
        if self._size + len(self._rest) > MAX_FRAME_BYTES:
            raise NotAHub("what answers at the hub's address sends no events")


@dataclass(slots=True)
class Resumption:
    """Where a stream is, and how it goes on after its connection broke."""

    last_id: str = ""
    since: datetime | None = None  # where to begin as long as no event is known
    is_known: bool = False  # the hub answered once
    breaks: int = 0  # one after the other, without a sign of life
    refused_token: str = ""  # the last one that was
    on_gap: Callable[[str, str], None] | None = None

    def call(self) -> Call[object]:
        """The request that continues after the last event."""
        headers = {"Accept": "text/event-stream"}
        if self.last_id:
            headers["Last-Event-ID"] = self.last_id
        query = {"since": self.since.isoformat()} if self.since is not None and not self.last_id else {}
        return Call("GET", "/api/v1/stream", query=query, form=Form.TEXT, headers=headers)

    def taken(self, frame: dict[str, str]) -> EventBody | None:
        """The event of a frame; None for a sign of life. Raises NotAHub; EventsMissed where nobody hears of gaps."""
        self.breaks = 0
        event = None
        try:
            said = json.loads(frame["data"]) if "data" in frame else None
            if isinstance(said, dict) and frame.get("event") == GAP:
                self._tell_of_gap(str(said["after"]), str(said["oldest"]))
            elif said is None or isinstance(said, dict):
                event = cast("EventBody | None", said)
            else:
                raise TypeError("an event is an object")
        except (ValueError, RecursionError, KeyError, TypeError) as exc:
            raise NotAHub("what answers at the hub's address sends no events") from exc
        last_id = frame.get("id", "")
        if last_id.isascii() and last_id.isdigit():
            self.last_id = last_id
        return event

    def _tell_of_gap(self, after: str, oldest: str) -> None:
        if self.on_gap is None:
            raise EventsMissed(after=after, oldest=oldest)
        self.on_gap(after, oldest)

    def may_pass(self, problem: HubProblem, token: str) -> bool:
        """Whether a refusal is one for now only. A hub that starts anew may have made another token: one that was
        refused is worth another look, once."""
        before, self.refused_token = self.refused_token, token
        return problem.status in _LATER or (problem.status == 401 and self.is_known and token != before)

    def next_wait(self) -> tuple[float, bool]:
        """Seconds until the next connection, and whether it is the first since there was one."""
        wait_s, is_first = min(FIRST_WAIT_S * 2**self.breaks, LONGEST_WAIT_S), self.breaks == 0
        self.breaks = min(self.breaks + 1, MOST_BREAKS)
        return wait_s, is_first
