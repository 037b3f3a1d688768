"""What a local vendor server is built on: an HTTP server on a free port with bad days that a test switches."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from channelhub.sdk.testing.faults import BadDay, Fault, spoil
from channelhub.sdk.testing.hub import ACCEPT_TURNS
from channelhub.sdk.testing.untrusted import untrusted_context

RETRY_AFTER_S = 7  # what a rate limit asks for
MAX_REQUEST_BYTES = 64 * 1024 * 1024

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(kw_only=True)
class VendorServer:
    """`async with Vendor() as vendor:` serves at `vendor.url`, and over TLS that nobody trusts at `untrusted_url`.

    A subclass adds its routes in `routes` and words its own refusals in `rate_limited` and `failed`. Handlers answer
    with a `web.Response` whose body is bytes or text. Long polls are cancelled when the asker hangs up.
    """

    requests: int = 0  # that reached us over a whole handshake, spoilt ones included
    plain_url: str = field(default="", init=False)
    untrusted_url: str = field(default="", init=False)
    _day: BadDay | None = field(default=None, init=False)
    _next_fault: Callable[[], Fault | None] | None = field(default=None, init=False)
    _runner: web.AppRunner | None = field(default=None, init=False)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=MAX_REQUEST_BYTES, middlewares=[self._spoilt()])
        self.routes(app.router)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=untrusted_context()).start()
        (_, port), (_, untrusted_port) = (address[:2] for address in self._runner.addresses)
        self.plain_url, self.untrusted_url = f"http://127.0.0.1:{port}", f"https://127.0.0.1:{untrusted_port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def routes(self, router: web.UrlDispatcher) -> None:
        """Add the vendor's routes."""

    @property
    def url(self) -> str:
        """Where a connector that is built now reaches the vendor, without a slash at the end."""
        is_untrusted = self._day is not None and Fault.UNTRUSTED in self._day.faults
        return self.untrusted_url if is_untrusted else self.plain_url

    def have(self, day: BadDay | None) -> None:
        """From now on requests fail as this day wants it; None: all is well again."""
        self._day = day
        self._next_fault = day.faults_of() if day else None

    def befall(self, fault: Fault | None) -> None:
        """From now on every request fails in this way; None: all is well again. A connector built before UNTRUSTED
        still knows the old address."""
        self.have(None if fault is None else BadDay(seed=0, share=1.0, faults=(fault,), retry_after_s=RETRY_AFTER_S))

    def befall_once(self, fault: Fault) -> None:
        """The next request fails in this way."""
        self.befall(fault)
        self._next_fault = iter((fault,)).__next__

    async def close(self) -> None:
        """From now on connections are refused."""
        if self._runner is not None:
            for site in list(self._runner.sites):
                await site.stop()
            for _ in range(ACCEPT_TURNS):
                await asyncio.sleep(0)
            await self._runner.cleanup()
            self._runner = None

    def fault_of(self, request: web.Request) -> Fault | None:  # noqa: ARG002 - for vendors that fail by request
        """What becomes of a request."""
        if self._next_fault is None:
            return None
        try:
            return self._next_fault()
        except StopIteration:
            self.have(None)
            return None

    def rate_limited(self, retry_after_s: int) -> web.Response:
        """The vendor's 429."""
        return web.json_response(
            {"error": "too many requests"}, status=429, headers={"Retry-After": str(retry_after_s)}
        )

    def failed(self, status: int) -> web.Response:
        """The vendor's 5xx."""
        return web.json_response({"error": "something went wrong"}, status=status)

    def _spoilt(self) -> Any:
        @web.middleware
        async def spoilt(request: web.Request, handler: Handler) -> web.StreamResponse:
            self.requests += 1
            fault = self.fault_of(request)

            async def answer() -> web.Response:
                response = await handler(request)
                assert isinstance(response, web.Response)
                return response

            match fault:
                case None | Fault.UNTRUSTED:
                    return await handler(request)
                case Fault.RATE_LIMITED:
                    return self.rate_limited(self._day.retry_after_s if self._day else RETRY_AFTER_S)
                case Fault.SERVER_ERROR:
                    return self.failed(502)
                case Fault.LOST_ANSWER:
                    await answer()
                    return self.failed(500)
            return await spoil(fault, request, answer, slow_s=self._day.slow_s if self._day else 0.0)

        return spoilt
