"""The delivering side of a Bot API server: webhook posts, one queue per chat, repeated until 2xx."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import aiohttp


@dataclass(slots=True, kw_only=True)
class Hook:
    """What setWebhook said, and how the deliveries went."""

    url: str
    secret: str
    max_connections: int = 40
    last_error_message: str = ""
    last_error_date: int = 0
    carried_out: list[dict[str, Any]] = field(default_factory=list)  # methods that stood in answers to posts
    attempts: list[tuple[int, int]] = field(default_factory=list)  # (update id, status; 0: no answer), in order


class HookWorkers:
    """Posts each chat's updates in order, chats beside each other, with doubling pauses after failures."""

    def __init__(self, hook: Hook, *, now_s: Callable[[], int], done: Callable[[int], None], pause_s: float) -> None:
        self.hook = hook
        self._now_s = now_s
        self._done = done
        self._first_pause_s = pause_s
        self._queues: dict[int, asyncio.Queue[tuple[int, bytes]]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._places = asyncio.Semaphore(hook.max_connections)
        self._under_way: set[asyncio.Timeout] = set()
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))

    def put(self, chat_id: int, update_id: int, body: bytes) -> None:
        if chat_id not in self._queues:
            self._queues[chat_id] = asyncio.Queue()
            self._tasks.append(asyncio.create_task(self._serve(self._queues[chat_id])))
        self._queues[chat_id].put_nowait((update_id, body))

    def hang_up(self) -> None:
        """Break off the posts that are under way."""
        for post in self._under_way:
            post.reschedule(0)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()

    async def _serve(self, queue: "asyncio.Queue[tuple[int, bytes]]") -> None:
        while True:
            update_id, body = await queue.get()
            pause_s = 0.0  # the first repetition comes at once
            while True:
                async with self._places:
                    status, retry_after_s = await self._post(update_id, body)
                if 200 <= status < 300:
                    self._done(update_id)
                    break
                await asyncio.sleep(min(retry_after_s, pause_s) if retry_after_s else pause_s)
                pause_s = min(max(pause_s * 2, self._first_pause_s), 60.0)

    @asynccontextmanager
    async def _breakable(self) -> AsyncIterator[None]:
        async with asyncio.timeout(None) as post:
            self._under_way.add(post)
            try:
                yield
            finally:
                self._under_way.discard(post)

    async def _post(self, update_id: int, body: bytes) -> tuple[int, float]:
        headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip, deflate"}
        if self.hook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.hook.secret
        status, retry_after_s, words = 0, 0.0, "Connection refused"
        try:
            async with (
                self._breakable(),
                self._session.post(self.hook.url, data=BytesIO(body), headers=headers) as response,
            ):
                self._carry_out(await response.read())
                status, words = response.status, f"Wrong response from the webhook: {response.status} {response.reason}"
                retry_after_s = min(float(response.headers.get("Retry-After", "0")), 3600.0)
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            words = f"{type(exc).__name__}"
        self.hook.attempts.append((update_id, status))
        if not 200 <= status < 300:
            self.hook.last_error_message, self.hook.last_error_date = words, self._now_s()
        return status, retry_after_s

    def _carry_out(self, answer: bytes) -> None:
        """A method in the answer is called, and nobody is told how it went."""
        try:
            fields = json.loads(answer)
        except ValueError:
            return
        if isinstance(fields, dict) and "method" in fields:
            self.hook.carried_out.append(fields)


def info(hook: Hook | None, waiting: int) -> dict[str, Any]:
    """The answer of getWebhookInfo."""
    if hook is None:
        return {"url": "", "has_custom_certificate": False, "pending_update_count": waiting}
    answer: dict[str, Any] = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": waiting,
        "max_connections": hook.max_connections,
    }
    if hook.last_error_date:
        answer |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error_message}
    return answer
