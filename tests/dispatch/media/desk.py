"""Messages that name files of a local server, and a worker that fetches them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from channelhub.dispatch.media.download import MediaOutlet
from channelhub.dispatch.media.worker import MediaWorker
from channelhub.domain.inbound import Attachment, Content
from channelhub.domain.media import MediaReference, MediaState
from channelhub.pipeline.bell import Bell
from channelhub.rules.media import MediaLimits
from channelhub.sdk.media import MediaRequest, configured_host
from channelhub.sdk.media_fetching import MediaFetcher
from channelhub.sdk.testing import RecordingLog
from channelhub.store import media, messages
from channelhub.store.media import MediaItem
from tests.pipeline.workshop import Workshop, words
from tests.servers.media import FileServer

LIMITS = MediaLimits(is_on=True, max_file_bytes=8_000_000, max_total_bytes=0, max_hub_bytes=0)
WAIT_S = 60.0


class Channel:
    """A connector whose references are names on a file server."""

    def __init__(self, server: FileServer) -> None:
        self.server = server
        self.asked: list[MediaReference] = []
        self.failure: Exception | None = None

    async def media(self, file: MediaReference) -> MediaRequest:
        self.asked.append(file)
        if self.failure is not None:
            raise self.failure
        return MediaRequest(url=f"{self.server.url}/{file.reference}")


class MediaDesk:
    """A store, a channel, and what the worker is built with; change it before `running`."""

    def __init__(self, shop: Workshop, server: FileServer) -> None:
        self.shop = shop
        self.server = server
        self.channel = Channel(server)
        self.outlets: dict[str, MediaOutlet] = {
            "bot": MediaOutlet(source=self.channel, hosts=[configured_host(server.url)])
        }
        self.limits = LIMITS
        self.has_room = True
        self.silence_s = 30.0
        self.queued, self.settled = Bell(), Bell()
        self.log = RecordingLog()
        self.results: list[tuple[str, int]] = []

    async def say(self, *names: str, account: str = "bot", content_type: str = "image/jpeg", size: int = 0) -> int:
        """A customer's message that names files; its id."""
        files = tuple(Attachment(filename=name, content_type=content_type, size=size, reference=name) for name in names)
        message = words(names[0], "telegram:7", "фото")
        taken = await self.shop.take(account, replace(message, content=Content(text="фото", attachments=files)))
        self.queued.ring()
        return taken

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with MediaFetcher(now=lambda: self.shop.clock, silence_s=self.silence_s) as fetcher:
            worker = MediaWorker(
                self.shop.store,
                outlet_of=self.outlets.get,
                limits_of=lambda _account: self.limits,
                fetcher=fetcher,
                has_room=lambda: self.has_room,
                queued=self.queued,
                settled=self.settled,
                now=lambda: self.shop.clock,
                log=self.log,
                on_settled=lambda result, size: self.results.append((result, size)),
            )
            task = asyncio.create_task(worker.run())
            try:
                yield
            finally:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def item(self, message_id: int, n: int = 0) -> MediaItem:
        async with self.shop.store.readers.read() as session:
            found = await media.get(session, message_id, n)
        assert found is not None
        return found

    async def files(self, message_id: int) -> list[Attachment]:
        async with self.shop.store.readers.read() as session:
            return await messages.attachments(session, message_id)

    async def until(self, message_id: int, claim: Callable[[MediaItem], bool], n: int = 0) -> MediaItem:
        async with asyncio.timeout(WAIT_S):
            while not claim(found := await self.item(message_id, n)):
                await asyncio.sleep(0.005)
        return found

    async def ended(self, message_id: int, n: int = 0) -> MediaItem:
        return await self.until(message_id, lambda one: one.state is not MediaState.PENDING, n)

    async def tried(self, message_id: int, times: int) -> MediaItem:
        return await self.until(message_id, lambda one: one.tries >= times)
