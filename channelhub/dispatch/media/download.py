"""One download: from what a message names to a file on disk, named by its digest."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from channelhub.domain.media import MediaReason
from channelhub.rules.media import MediaLimits, takes_type
from channelhub.sdk.errors import DiskFull, Unavailable
from channelhub.sdk.media import MediaHost, MediaRefused, MediaSource
from channelhub.sdk.media_fetching import Fetched, MediaFetcher
from channelhub.store.blobs import Blobs
from channelhub.store.incoming import incoming_file
from channelhub.store.media import MediaItem

ASK_TIMEOUT_S = 60.0
WRITE_BYTES = 1024 * 1024  # gathered in memory before they go to the disk


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaOutlet:
    """An account whose files can be fetched. `source` is None while its connector isn't built, `hosts` are empty where
    its kind can't fetch any."""

    source: MediaSource | None
    hosts: Sequence[MediaHost]


async def download(
    item: MediaItem,
    outlet: MediaOutlet,
    limits: MediaLimits,
    *,
    fetcher: MediaFetcher,
    blobs: Blobs,
    has_room: Callable[[], bool],
) -> Fetched:
    """Fetch a file; it is on disk under its digest when this returns.

    Raises MediaRefused, MediaGone, MediaDamaged, AuthFailed, Unavailable, and DiskFull when this is the disk's fault.
    """
    source = outlet.source
    if source is None:
        raise Unavailable(f"account {item.account} isn't at work: see its settings")
    try:
        async with asyncio.timeout(ASK_TIMEOUT_S):
            request = await source.media(item.file)
    except TimeoutError as exc:
        raise Unavailable("the channel doesn't say where the file is") from exc
    async with incoming_file(blobs, f"{item.message_id}-{item.n}") as file:
        gathered = bytearray()

        async def flush() -> None:
            if not has_room():
                raise DiskFull("the disk is below its floor")
            await asyncio.to_thread(file.write, bytes(gathered))
            gathered.clear()

        async def sink(chunk: bytes) -> None:
            gathered.extend(chunk)
            if len(gathered) >= WRITE_BYTES:
                await flush()

        fetched = await fetcher.fetch(request, outlet.hosts, max_bytes=limits.max_file_bytes, sink=sink)
        if not takes_type(fetched.content_type, limits.types):
            raise MediaRefused("the server says that it is of a type that isn't fetched", reason=MediaReason.TYPE)
        await flush()
        await asyncio.to_thread(file.keep, blobs, fetched.sha256)
        return fetched
