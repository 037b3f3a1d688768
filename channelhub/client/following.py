"""The hub's live stream as events, one after the other, whatever breaks between."""

import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final, Protocol

from channelhub.client.calling import Call
from channelhub.client.frames import SILENCE_S, Frames, Resumption
from channelhub.client.problems import HubProblem, HubUnreachable
from channelhub.client.shapes import EventBody

_CHUNK: Final = 65_536


class Streaming(Protocol):
    """Who opens streams."""

    def token(self) -> str: ...

    def open_stream(
        self, call: Call[object], *, token: str, silence_s: float
    ) -> AbstractContextManager[http.client.HTTPResponse]: ...


class EventStream:
    """Iterate over it: events as they happen. It never ends by itself; `last_id` is that of the last one given out.

    A broken connection is resumed after that one; `on_wait` hears a sentence of it. `on_gap` hears which events are no
    longer kept, as (after, oldest); without it EventsMissed is raised. Raises HubError when the hub refuses, or can't
    be reached the first time.
    """

    def __init__(
        self,
        hub: Streaming,
        *,
        after: str | int | None = None,
        since: datetime | None = None,
        on_gap: Callable[[str, str], None] | None = None,
        on_wait: Callable[[str], None] | None = None,
    ) -> None:
        self._hub = hub
        self._at = Resumption(last_id="" if after is None else str(after), since=since, on_gap=on_gap)
        self._on_wait = on_wait

    @property
    def last_id(self) -> str:
        """What to begin `after` another time; empty until the hub has said where it begins."""
        return self._at.last_id

    def __iter__(self) -> Iterator[EventBody]:
        return (event for event in self.beats() if event is not None)

    def beats(self) -> Iterator[EventBody | None]:
        """Events, and None after each sign of life without one: every 15 s at the latest."""
        while True:
            token = ""
            try:
                token = self._hub.token()
                yield from self._connected(token)
                reason = "the hub ended the stream"
            except HubProblem as exc:
                if not self._at.may_pass(exc, token):
                    raise
                reason = str(exc)
            except HubUnreachable as exc:
                if not self._at.is_known:
                    raise
                reason = str(exc)
            wait_s, is_first = self._at.next_wait()
            if is_first and self._on_wait is not None:
                self._on_wait(reason)
            time.sleep(wait_s)

    def _connected(self, token: str) -> Iterator[EventBody | None]:
        frames = Frames()
        with self._hub.open_stream(self._at.call(), token=token, silence_s=SILENCE_S) as answer:
            self._at.is_known = True
            while chunk := _more(answer):
                for frame in frames.feed(chunk):
                    yield self._at.taken(frame)


def _more(answer: http.client.HTTPResponse) -> bytes:
    try:
        return answer.read1(_CHUNK)
    except (OSError, http.client.HTTPException) as exc:
        raise HubUnreachable(f"the stream broke: {str(exc) or type(exc).__name__}") from exc
