"""What customers sent, shown within a page: pictures by their first bytes, a mail's HTML in an inert frame."""

import asyncio
import contextlib
import hashlib
import os
from base64 import b64encode
from collections.abc import Sequence

from aiohttp import web

from channelhub.content.frames import MAX_EMBEDDED_BYTES, Frame, cited_parts, content_id, framed
from channelhub.domain.inbound import Attachment
from channelhub.rules import previews
from channelhub.store import message_texts, messages
from channelhub.store.blobs import BlobMissing, Blobs
from channelhub.web.auth import READ
from channelhub.web.bodies import path_id
from channelhub.web.downloads import download_headers, send_stored, unreadable
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import page

STYLE = (
    ":root{color-scheme:light dark}body{margin:.75rem;font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}"
    "img{max-width:100%;height:auto}table{max-width:100%}"
)
_STYLE_HASH = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode("ascii")
#: Nothing runs, nothing is fetched, no form is sent; only a link that somebody clicks opens a tab of its own.
FRAME_POLICY = (
    "default-src 'none'; sandbox allow-popups allow-popups-to-escape-sandbox; img-src data:; "
    f"style-src 'sha256-{_STYLE_HASH}'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
_PAGE = '<!doctype html><meta charset="utf-8"><title>channelhub</title><style>{style}</style><body>{body}</body>'


async def picture(request: web.Request) -> web.StreamResponse:
    parts, n = request.app[PARTS], path_id(request, "n")
    async with parts.store.readers.read() as session:
        found = await messages.attachments(session, path_id(request))
    if n >= len(found) or not found[n].sha256:
        raise Problem(Kind.NOT_FOUND, "This message has no such file.")
    one = found[n]
    try:
        shown = await asyncio.to_thread(_looked_at, parts.store.blobs, one.sha256)
    except BlobMissing as exc:
        raise unreadable(parts, one.sha256) from exc
    if shown is None:
        raise Problem(Kind.NOT_FOUND, "This file is no picture that a page shows: save it to see it.")
    return await send_stored(request, one.sha256, download_headers(one.filename, shown.media_type, shown="inline"))


async def mail(request: web.Request) -> web.Response:
    parts, message_id = request.app[PARTS], path_id(request)
    async with parts.store.readers.read() as session:
        versions = (await message_texts.of_messages(session, [message_id])).get(message_id, [])
        files = await messages.attachments(session, message_id) if versions and versions[0].html else []
    if not versions or not versions[0].html:
        raise Problem(Kind.NOT_FOUND, "This message has no HTML.")
    shown = await asyncio.to_thread(_framed, parts.store.blobs, versions[0].html, files)
    if shown is None:
        raise Problem(Kind.TOO_LARGE, "This HTML is too large to be shown: its words stand on the message's page.")
    text = _PAGE.format(style=STYLE, body=shown.body)
    return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": FRAME_POLICY})


def _framed(blobs: Blobs, markup: str, files: Sequence[Attachment]) -> Frame | None:
    """Blocks: reads files, cleans markup. A picture that is gone is left out like those that lie elsewhere."""
    by_name = {content_id(one.content_id): one.sha256 for one in files if one.content_id and one.sha256}
    images: dict[str, tuple[str, bytes]] = {}
    left = MAX_EMBEDDED_BYTES
    for name in cited_parts(markup):
        with contextlib.suppress(BlobMissing):
            shown = _looked_at(blobs, by_name[name], max_bytes=left) if name in by_name else None
            if shown is not None:
                images[name] = (shown.media_type, blobs.get(by_name[name]))
                left -= len(images[name][1])
    return framed(markup, images)


def _looked_at(blobs: Blobs, name: str, *, max_bytes: int = previews.MAX_BYTES) -> previews.Picture | None:
    """What a file shows; None where it is no picture, or too large a one. Blocks. Raises BlobMissing."""
    try:
        with blobs.path(name).open("rb") as stored:
            is_small = os.fstat(stored.fileno()).st_size <= max_bytes
            return previews.picture(stored.read(previews.HEAD_BYTES)) if is_small else None
    except OSError as exc:
        raise BlobMissing(f"blob {name} can't be read: {exc.strerror}") from exc


ROUTES = (
    page("/messages/{id}/attachments/{n}/preview", picture, "A picture that somebody sent", roles=READ),
    page("/messages/{id}/html", mail, "A mail's HTML, for a frame", roles=READ),
)
