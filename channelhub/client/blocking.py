"""The client for programs that wait: one connection, kept open between calls, used by one thread at a time."""

import http.client
import ssl
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Final
from urllib.parse import urlsplit

from channelhub.client.calling import (
    MAX_ANSWER_BYTES,
    Answer,
    Call,
    T,
    Tagged,
    Token,
    content_of,
    headers_of,
    hub_url,
    keyed,
    lower_case,
    read_answer,
    target_of,
)
from channelhub.client.calls.subjects import Subjects
from channelhub.client.following import EventStream
from channelhub.client.patience import Patience, wait_before_next
from channelhub.client.problems import HubUnreachable, NotAHub, problem_of

CONNECT_S: Final = 10.0
KEPT_S: Final = 20.0  # an idle connection; the hub keeps it longer
_CHUNK: Final = 65_536


class HubClient(Subjects):
    """A hub at `url`, asked with `token`; a callable is called for each request. Raises ValueError for a bad address.

    Every route of the API is a method of one of its subjects: `hub.outages.confirm("17", {"version": 3})`. Each raises
    HubProblem, HubUnreachable or NotAHub. Redirects are not followed; an answer comes within `timeout_s` and has at
    most `max_answer_bytes`.
    """

    def __init__(
        self,
        url: str,
        token: Token,
        *,
        timeout_s: float = 30.0,
        patience: Patience | None = None,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(self)
        self.url = hub_url(url)
        self.timeout_s = timeout_s
        self._token = token
        self._patience = patience or Patience()
        self._max_answer_bytes = max_answer_bytes
        self._tls = tls
        self._lock = threading.Lock()
        self._kept: http.client.HTTPConnection | None = None
        self._idle_since_s = 0.0

    def __enter__(self) -> "HubClient":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _raised: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection; the next call makes another."""
        with self._lock:
            self._drop()

    def token(self) -> str:
        """The token of the next request."""
        return self._token if isinstance(self._token, str) else self._token()

    def ask(self, call: Call[T]) -> T:
        """Make a call; the methods of the subjects come to this. Raises HubError."""
        return (self.exchange(call))[0]

    def ask_tagged(self, call: Call[T]) -> Tagged[T]:
        """The answer with its ETag."""
        value, answer = self.exchange(call)
        return Tagged(value=value, etag=answer.headers.get("etag", ""))

    def ask_if_changed(self, call: Call[T]) -> Tagged[T] | None:
        """None where it is as the ETag in the call says."""
        value, answer = self.exchange(call)
        return None if answer.status == 304 else Tagged(value=value, etag=answer.headers.get("etag", ""))

    def follow(
        self,
        *,
        after: str | int | None = None,
        since: datetime | None = None,
        on_gap: Callable[[str, str], None] | None = None,
        on_wait: Callable[[str], None] | None = None,
    ) -> EventStream:
        """What happens, as it happens: after this event, or from the first of this aware time on; else from now."""
        return EventStream(self, after=after, since=since, on_gap=on_gap, on_wait=on_wait)

    def exchange(self, call: Call[T]) -> tuple[T, Answer]:
        """What was answered and how, after as much patience as it takes. Raises HubError."""
        call = keyed(call)
        tried, waited_s = 0, 0.0
        while True:
            answer = self._made(call)
            tried += 1
            if answer.status < 300 or (answer.status == 304 and call.if_none_match):
                return read_answer(call, answer), answer
            problem = problem_of(answer.status, answer.headers, answer.body)
            wait_s = wait_before_next(self._patience, call, problem=problem, tried=tried, waited_s=waited_s)
            if wait_s is None:
                raise problem
            time.sleep(wait_s)
            waited_s += wait_s

    @contextmanager
    def open_stream(
        self, call: Call[Any], *, token: str, silence_s: float
    ) -> Generator[http.client.HTTPResponse, None, None]:
        """The answer to a call, to be read as it comes, on a connection of its own. Raises HubProblem, HubUnreachable,
        and while it is read OSError or http.client.HTTPException."""
        connection = self._connection(CONNECT_S)
        try:
            try:
                connection.connect()
                connection.sock.settimeout(silence_s)
                connection.request(call.method, self._target(call), headers=headers_of(call, token))
                response = connection.getresponse()
                refusal = b"" if response.status == 200 else response.read(_CHUNK)
            except (OSError, http.client.HTTPException) as exc:
                raise self._unreachable(exc) from exc
            if response.status != 200:
                raise problem_of(response.status, lower_case(response.headers), refusal)
            with response:
                yield response
        finally:
            connection.close()

    def _made(self, call: Call[Any]) -> Answer:
        headers, content = headers_of(call, self.token()), content_of(call)
        with self._lock:
            if self._kept is not None and time.monotonic() - self._idle_since_s > KEPT_S:
                self._drop()
            was_kept = self._kept is not None
            try:
                return self._sent(call, headers, content)
            except ConnectionError as exc:
                if not was_kept or call.method == "PATCH":
                    raise self._unreachable(exc) from exc
            except (OSError, http.client.HTTPException) as exc:
                raise self._unreachable(exc) from exc
            try:  # the hub had closed the connection while nothing was asked
                return self._sent(call, headers, content)
            except (OSError, http.client.HTTPException) as exc:
                raise self._unreachable(exc) from exc

    def _sent(self, call: Call[Any], headers: dict[str, str], content: bytes | None) -> Answer:
        ends_s = time.monotonic() + self.timeout_s
        connection = self._kept = self._kept or self._connection(min(self.timeout_s, CONNECT_S))
        try:
            if connection.sock is None:
                connection.connect()
            connection.sock.settimeout(self.timeout_s)
            connection.request(call.method, self._target(call), body=content, headers=headers)
            with connection.getresponse() as response:
                body = self._read(response, connection, ends_s)
                answer = Answer(status=response.status, headers=lower_case(response.headers), body=body)
        except BaseException:  # whatever is left of the answer must not be taken for the next one
            self._drop()
            raise
        self._idle_since_s = time.monotonic()
        return answer

    def _read(self, response: http.client.HTTPResponse, connection: http.client.HTTPConnection, ends_s: float) -> bytes:
        found = bytearray()
        while True:
            left_s = ends_s - time.monotonic()
            if left_s <= 0:
                raise TimeoutError("the answer took too long")
            if connection.sock is not None:
                connection.sock.settimeout(left_s)
            chunk = response.read1(_CHUNK)
            if not chunk:
                return bytes(found)
            found += chunk
            if len(found) > self._max_answer_bytes:
                raise NotAHub(f"the answer has more than {self._max_answer_bytes} bytes: ask for fewer things")

    def _connection(self, timeout_s: float) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        assert parts.hostname is not None, "checked by hub_url"
        if parts.scheme == "http":
            return http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout_s)
        tls = self._tls or ssl.create_default_context()
        return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout_s, context=tls)

    def _target(self, call: Call[Any]) -> str:
        return urlsplit(self.url).path + target_of(call)

    def _drop(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def _unreachable(self, exc: Exception) -> HubUnreachable:
        return HubUnreachable(f"the hub at {self.url} doesn't answer: {str(exc) or type(exc).__name__}")
