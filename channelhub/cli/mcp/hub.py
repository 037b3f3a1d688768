"""The running hub, asked by its HTTP API. What it refuses becomes a sentence for the assistant."""

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any, Final

import aiohttp
from mcp.server.mcpserver.exceptions import ToolError

from channelhub.content.visible import visible

TIMEOUT: Final = aiohttp.ClientTimeout(total=30, sock_connect=5)
MAX_ANSWER_BYTES: Final = 8 * 1024 * 1024
MAX_SENTENCE_CHARS: Final = 500


class HubRefused(ToolError):
    """The hub's answer is no; `status` is HTTP's, 0 where there was no answer. Its text is a sentence."""

    def __init__(self, sentence: str, *, status: int = 0) -> None:
        super().__init__(sentence)
        self.status = status


class Hub(AbstractAsyncContextManager["Hub"]):
    """A hub at `url`. `token` is read for each request, because a daemon's own token changes when it starts; it may
    raise HubRefused."""

    def __init__(self, url: str, token: Callable[[], str]) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Hub":
        self._http = aiohttp.ClientSession(timeout=TIMEOUT)
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _raised: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._http is not None:
            await self._http.close()

    async def get(self, path: str, **query: str | int | None) -> Any:
        """The JSON of a path below /api/v1. Raises HubRefused."""
        asked = {name: str(value) for name, value in query.items() if value is not None and value != ""}
        return await self._ask("GET", path, query=asked)

    async def post(self, path: str, body: Any, *, key: str = "") -> Any:
        """The JSON answer; the same `key` again does nothing twice. Raises HubRefused."""
        return await self._ask("POST", path, body=body, key=key)

    async def _ask(
        self, method: str, path: str, *, query: dict[str, str] | None = None, body: Any = None, key: str = ""
    ) -> Any:
        assert self._http is not None, "used outside its context"
        headers = {"Authorization": f"Bearer {self._token()}", "Accept": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        url = f"{self._url}/api/v1{path}"
        try:
            async with self._http.request(
                method, url, params=query, json=body, headers=headers, allow_redirects=False
            ) as answer:
                text = await _bounded(answer)
        except (aiohttp.ClientError, TimeoutError) as exc:
            raise HubRefused(f"The hub at {self._url} doesn't answer ({type(exc).__name__}).") from exc
        if answer.status >= 300:
            raise HubRefused(_sentence(answer.status, text), status=answer.status)
        return _parsed(text, answer.status)


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    found = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        found += chunk
        if len(found) > MAX_ANSWER_BYTES:
            raise HubRefused("The hub's answer is too large: ask for fewer things.", status=answer.status)
    return bytes(found)


def _parsed(text: bytes, status: int) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise HubRefused("What answers at the hub's address is no hub: it sent no JSON.", status=status) from exc


def _sentence(status: int, text: bytes) -> str:
    """The sentence of a problem document (RFC 9457), or the status."""
    try:
        problem = json.loads(text)
        told = str(problem.get("detail") or problem["title"])
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return f"The hub answered with status {status}."
    return visible(told[:MAX_SENTENCE_CHARS])
