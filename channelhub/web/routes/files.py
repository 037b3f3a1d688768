"""`/files/{token}/{name}`: a file of an answer, for channels that fetch it there and for the customers they tell.

No sign-in: the signed token is the key, to this file only and for a time. Nothing is listed, and ranges aren't served.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from aiohttp import web

from channelhub.domain.outbound import OutgoingFile
from channelhub.rules import file_links
from channelhub.rules.file_links import FileLink
from channelhub.sdk.file_addresses import PREVIEW_PATH
from channelhub.store import outbox
from channelhub.web.auth import PUBLIC
from channelhub.web.downloads import download_headers, send_stored
from channelhub.web.forwarded import origin_block
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Handler, Route
from channelhub.web.security import SECURITY
from channelhub.web.throttle import FailureLimit

TRIES_PER_MINUTE: Final = 60  # wrong links of one network
AT_ONCE: Final = 64
AT_ONCE_OF_NETWORK: Final = 16  # a channel's fetchers may share one
LONGEST_S: Final = 300.0  # for one file to be taken
#: Pictures, films and sounds: a browser shows them, and runs nothing in them.
SHOWN: Final = frozenset(
    {
        "image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/heic", "image/heif",
        "video/mp4", "video/3gpp", "video/quicktime", "video/webm", "video/mpeg",
        "audio/aac", "audio/amr", "audio/mp4", "audio/x-m4a", "audio/mpeg", "audio/ogg", "audio/3gpp", "audio/wav",
    }
)  # fmt: skip
#: Types that channels look at, too; what else there is goes as bytes.
NAMED: Final = frozenset(
    {
        "application/pdf", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/zip", "text/plain", "text/csv", "text/vcard", "text/x-vcard", "text/calendar",
    }
)  # fmt: skip
_FOR_OTHERS: Final = {
    "Cross-Origin-Resource-Policy": "cross-origin",  # a channel's own page may show it
    "X-Robots-Tag": "noindex, nofollow",
}
_PREVIEW: Final = (Path(__file__).parents[1] / "pictures" / "preview.png").read_bytes()


class FileDoor:
    """Gives files out, a bounded number at once; counts wrong links of each network."""

    def __init__(self) -> None:
        self._wrong = FailureLimit(per_minute=TRIES_PER_MINUTE)
        self._under_way: Counter[str] = Counter()

    async def give(self, request: web.Request) -> web.StreamResponse:
        parts = request.app[PARTS]
        now_s = parts.acting.now().timestamp()
        origin = origin_block(request.app[SECURITY].proxies.peer_address(request))
        link = file_links.read(request.match_info["token"], secret=parts.acting.book().secret)
        if link is None:
            raise self._unknown(origin, now_s)
        if now_s >= link.until_s:
            raise Problem(Kind.GONE, "This link has ended. Ask us for the file again.")
        file = await _linked(request, link)
        if file is None or not link.leads_to(file, request.match_info["name"]):
            raise self._unknown(origin, now_s)
        with self._counted(origin):
            return await send_stored(request, file.sha256, _headers(file), longest_s=LONGEST_S)

    def _unknown(self, origin: str, now_s: float) -> Problem:
        wait_s = self._wrong.fail(origin, now_s=now_s)
        if wait_s:
            return Problem(Kind.TOO_MANY, "Too many wrong links.", headers={"Retry-After": str(int(wait_s) + 1)})
        return Problem(Kind.NOT_FOUND, "There is no file at this address.")

    @contextmanager
    def _counted(self, origin: str) -> Iterator[None]:
        """Raises Problem (503) where too many files are on their way."""
        if self._under_way.total() >= AT_ONCE or self._under_way[origin] >= AT_ONCE_OF_NETWORK:
            raise Problem(Kind.UNAVAILABLE, "Too many files are being fetched.", headers={"Retry-After": "2"})
        self._under_way[origin] += 1
        try:
            yield
        finally:
            self._under_way[origin] -= 1
            if not self._under_way[origin]:
                del self._under_way[origin]


async def _linked(request: web.Request, link: FileLink) -> OutgoingFile | None:
    """The file that stands at that place of that answer, if there is one."""
    async with request.app[PARTS].store.readers.read() as session:
        item = await outbox.get(session, link.outbox_id)
    files = () if item is None else item.payload.attachments
    return files[link.place] if link.place < len(files) else None


def _headers(file: OutgoingFile) -> dict[str, str]:
    kind = file.content_type.partition(";")[0].strip().lower()
    if kind in SHOWN:
        return download_headers(file.filename, kind, shown="inline") | _FOR_OTHERS
    return download_headers(file.filename, kind if kind in NAMED else "application/octet-stream") | _FOR_OTHERS


async def preview(_request: web.Request) -> web.Response:
    return web.Response(
        body=_PREVIEW, content_type="image/png", headers=_FOR_OTHERS | {"Cache-Control": "public, max-age=86400"}
    )


def _open(path: str, handler: Handler, summary: str) -> Route:
    """Also for HEAD, by which channels look at a file's type and size first."""
    return Route(
        method="GET", path=path, handler=handler, summary=summary, roles=PUBLIC, is_page=True,
        media_type="application/octet-stream",
    )  # fmt: skip


def routes() -> tuple[Route, ...]:
    """A door of its own for each server: it counts."""
    return (
        _open(PREVIEW_PATH, preview, "What stands for a film until it is opened"),
        _open("/files/{token}/{name}", FileDoor().give, "A file of an answer"),
    )
