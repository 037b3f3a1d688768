"""The client for asyncio programs. Use it as a context: `async with AsyncHubClient(url, token) as hub:`."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from types import SimpleNamespace, TracebackType
from typing import Any, Final

import aiohttp
from yarl import URL

from channelhub.client.async_calls.subjects import Subjects
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
from channelhub.client.frames import SILENCE_S
from channelhub.client.patience import Patience, wait_before_next
from channelhub.client.problems import HubUnreachable, NotAHub, problem_of
from channelhub.client.streaming import AsyncEventStream

CONNECT_S: Final = 10.0
_CHUNK: Final = 65_536


class AsyncHubClient(Subjects):
    """What HubClient is, with methods to be awaited: `await hub.outages.confirm("17", {"version": 3})`.

    Calls may be made at the same time. Raises ValueError for a bad address.
    """

    def __init__(
        self,
        url: str,
        token: Token,
        *,
        timeout_s: float = 30.0,
        patience: Patience | None = None,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
    ) -> None:
        super().__init__(self)
        self.url = hub_url(url)
        self.timeout_s = timeout_s
        self._token = token
        self._patience = patience or Patience()
        self._max_answer_bytes = max_answer_bytes
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "AsyncHubClient":
        watching = aiohttp.TraceConfig()
        watching.on_connection_reuseconn.append(_note_kept_connection)
        self._http = aiohttp.ClientSession(auto_decompress=False, trust_env=False, trace_configs=[watching])
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _raised: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._http is not None:
            await self._http.close()
            self._http = None

    def token(self) -> str:
        """The token of the next request."""
        return self._token if isinstance(self._token, str) else self._token()

    async def ask(self, call: Call[T]) -> T:
        """Make a call; the methods of the subjects come to this. Raises HubError."""
        return (await self.exchange(call))[0]

    async def ask_tagged(self, call: Call[T]) -> Tagged[T]:
        """The answer with its ETag."""
        value, answer = await self.exchange(call)
        return Tagged(value=value, etag=answer.headers.get("etag", ""))

    async def ask_if_changed(self, call: Call[T]) -> Tagged[T] | None:
        """None where it is as the ETag in the call says."""
        value, answer = await self.exchange(call)
        return None if answer.status == 304 else Tagged(value=value, etag=answer.headers.get("etag", ""))

    def follow(
        self,
        *,
        after: str | int | None = None,
        since: datetime | None = None,
        on_gap: Callable[[str, str], None] | None = None,
        on_wait: Callable[[str], None] | None = None,
    ) -> AsyncEventStream:
        """What happens, as it happens: after this event, or from the first of this aware time on; else from now."""
        return AsyncEventStream(self, after=after, since=since, on_gap=on_gap, on_wait=on_wait)

    async def exchange(self, call: Call[T]) -> tuple[T, Answer]:
        """What was answered and how, after as much patience as it takes. Raises HubError."""
        call = keyed(call)
        tried, waited_s = 0, 0.0
        while True:
            answer = await self._made(call)
            tried += 1
            if answer.status < 300 or (answer.status == 304 and call.if_none_match):
                return read_answer(call, answer), answer
            problem = problem_of(answer.status, answer.headers, answer.body)
            wait_s = wait_before_next(self._patience, call, problem=problem, tried=tried, waited_s=waited_s)
            if wait_s is None:
                raise problem
            await asyncio.sleep(wait_s)
            waited_s += wait_s

    async def open_stream(self, call: Call[Any], *, token: str) -> aiohttp.ClientResponse:
        """The answer to a call, to be read as it comes. Raises HubProblem, HubUnreachable, and while it is read
        aiohttp.ClientError or TimeoutError."""
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=SILENCE_S)
        try:
            response = await self._request(call, headers_of(call, token), None, timeout)
            if response.status != 200:
                async with response:
                    raise problem_of(response.status, lower_case(response.headers), await response.content.read(_CHUNK))
        except (aiohttp.ClientError, TimeoutError) as exc:
            raise self._unreachable(exc) from exc
        return response

    async def _made(self, call: Call[Any]) -> Answer:
        sent = _Sent()
        try:
            return await self._sent(call, sent)
        except aiohttp.ClientConnectionError as exc:
            if not sent.on_kept_connection or call.method == "PATCH":
                raise self._unreachable(exc) from exc
        except (aiohttp.ClientError, TimeoutError) as exc:
            raise self._unreachable(exc) from exc
        try:  # the hub had closed the connection while nothing was asked
            return await self._sent(call, sent)
        except (aiohttp.ClientError, TimeoutError) as exc:
            raise self._unreachable(exc) from exc

    async def _sent(self, call: Call[Any], sent: "_Sent") -> Answer:
        timeout = aiohttp.ClientTimeout(total=self.timeout_s, sock_connect=CONNECT_S)
        request = self._request(call, headers_of(call, self.token()), content_of(call), timeout, sent)
        async with await request as response:
            body = await self._read(response)
            return Answer(status=response.status, headers=lower_case(response.headers), body=body)

    async def _request(
        self,
        call: Call[Any],
        headers: dict[str, str],
        content: bytes | None,
        timeout: aiohttp.ClientTimeout,
        sent: "_Sent | None" = None,
    ) -> aiohttp.ClientResponse:
        assert self._http is not None, "used outside its context"
        return await self._http.request(
            call.method,
            URL(self.url + target_of(call), encoded=True),  # it is written already: yarl would write parts of it anew
            data=None if content is None else BytesIO(content),  # large bytes themselves would hold up the loop
            headers=headers,
            timeout=timeout,
            allow_redirects=False,
            trace_request_ctx=sent,
        )

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        found = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK):
            found += chunk
            if len(found) > self._max_answer_bytes:
                response.close()
                raise NotAHub(f"the answer has more than {self._max_answer_bytes} bytes: ask for fewer things")
        return bytes(found)

    def _unreachable(self, exc: Exception) -> HubUnreachable:
        return HubUnreachable(f"the hub at {self.url} doesn't answer: {str(exc) or type(exc).__name__}")


@dataclass(slots=True)
class _Sent:
    """How a request went out."""

    on_kept_connection: bool = False


async def _note_kept_connection(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _params: aiohttp.TraceConnectionReuseconnParams
) -> None:
    if isinstance(context.trace_request_ctx, _Sent):
        context.trace_request_ctx.on_kept_connection = True
