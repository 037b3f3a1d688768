"""A small receiver of webhooks: verifies each post, answers it or hands it on, and tells of it."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Final, Self

import aiohttp
from aiohttp import web

from channelhub.cli.webhooks.diagnosis import likely_causes
from channelhub.cli.webhooks.given_secrets import verifying_keys
from channelhub.sdk.hooks import BodyReader, Refused, problem
from channelhub.sdk.webhook_proof import ID, SIGNATURE, TIMESTAMP, NotVerified, verify

MAX_BYTES: Final = 10 * 2**20
FORWARD_S: Final = 30.0
MOST_REMEMBERED: Final = 10_000
_HANDED_ON: Final = (ID, TIMESTAMP, SIGNATURE, "content-type", "user-agent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One post. `is_genuine` None: there is no secret to verify with. `note`: what became of handing it on."""

    at: datetime
    message_id: str
    headers: Mapping[str, str]
    body: bytes
    is_genuine: bool | None
    refused: NotVerified | None
    causes: Sequence[str]
    is_repeated: bool
    status: int
    note: str


class Receiver:
    """Open it with `async with`; `url` says where it listens. `ended` is set when nobody reads any more what it shows.

    Every post is answered with `fail_status` where one is given; else as `forward` answers it; else 204, or 401 where
    it isn't genuine.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        secrets: Sequence[str],
        show: Callable[[Received], None],
        fail_status: int | None = None,
        forward: str | None = None,
    ) -> None:
        self._host, self._port = host, port
        self._show = show
        self._fail_status = fail_status
        self._forward = forward
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._bodies = BodyReader(MAX_BYTES)
        self._open = AsyncExitStack()
        self.ended = asyncio.Event()
        self.use(secrets)
        self.url = ""

    def use(self, secrets: Sequence[str]) -> None:
        """Verify with these from now on. Ends the command where one is no secret."""
        self._secrets = list(secrets)
        self._keys = verifying_keys(secrets)

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=FORWARD_S)
        self._http = await self._open.enter_async_context(aiohttp.ClientSession(timeout=timeout, auto_decompress=False))
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._take)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        self._open.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, self._host, self._port).start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def _take(self, request: web.Request) -> web.StreamResponse:
        if request.method != "POST":
            return problem(Refused(405, "Webhooks are posted.", headers={"Allow": "POST"}))
        try:
            body = await self._bodies.read(request)
        except Refused as refused:
            return problem(refused)
        now = datetime.now(UTC)
        headers = {name.lower(): value for name, value in request.headers.items()}
        refusal = self._refusal(headers, body, now)
        status, note = await self._answer(headers, body, is_believed=refusal is None)
        message_id = headers.get(ID, "")
        self._tell(
            Received(
                at=now,
                message_id=message_id,
                headers=headers,
                body=body,
                is_genuine=refusal is None if self._keys else None,
                refused=refusal,
                causes=likely_causes(refusal, headers, body, secrets=self._secrets, now=now) if refusal else (),
                is_repeated=self._is_repeated(message_id),
                status=status,
                note=note,
            )
        )
        return web.Response(status=status)

    def _tell(self, one: Received) -> None:
        try:
            self._show(one)
        except (BrokenPipeError, SystemExit):  # rich makes the one the other
            self.ended.set()

    def _refusal(self, headers: Mapping[str, str], body: bytes, now: datetime) -> NotVerified | None:
        if not self._keys:
            return None
        try:
            verify(headers, body, keys=self._keys, now=now)
        except NotVerified as refused:
            return refused
        return None

    async def _answer(self, headers: Mapping[str, str], body: bytes, *, is_believed: bool) -> tuple[int, str]:
        if self._fail_status is not None:
            return self._fail_status, ""
        if self._forward is None:
            return (204 if is_believed else 401), ""
        handed_on = {name: headers[name] for name in _HANDED_ON if name in headers}
        post = self._http.post(self._forward, data=BytesIO(body), headers=handed_on, allow_redirects=False)
        try:
            async with post as answer:
                return answer.status, f"{self._forward} answered {answer.status}"
        except (TimeoutError, aiohttp.ClientError, OSError) as exc:
            return 502, f"{self._forward} can't be reached: {type(exc).__name__}"

    def _is_repeated(self, message_id: str) -> bool:
        was_seen = message_id in self._seen
        if message_id:
            self._seen[message_id] = None
            if len(self._seen) > MOST_REMEMBERED:
                self._seen.popitem(last=False)
        return was_seen
