"""The export for reading: one page without scripts, that loads nothing."""

import base64
import hashlib
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final

from markupsafe import Markup

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment
from channelhub.pipeline.albums import ALBUM
from channelhub.store import albums, message_texts, messages
from channelhub.store.database import Session
from channelhub.store.message_texts import Version
from channelhub.store.opening import Store
from channelhub.store.timeline import Entry
from channelhub.web.export.files import attachment_name
from channelhub.web.export.history import Whose, entries
from channelhub.web.pages.rendering import part
from channelhub.web.routes import customers
from channelhub.web.views import people as views
from channelhub.web.views import timelines

STYLE: Final = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;"
    "padding:0 1rem}article{border-top:1px solid #8888;padding:.5rem 0}.head{opacity:.8;margin:0}h3{margin:.25rem 0}"
    ".words{white-space:pre-wrap;overflow-wrap:anywhere}dt{font-weight:600}dd{margin:0 0 .5rem}"
)
_DIGEST: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
#: What a browser opens from a disk without running anything of it, or hands to another program.
_LINKED: Final = frozenset(
    [
        "avif",
        "csv",
        "doc",
        "docx",
        "flac",
        "gif",
        "jpeg",
        "jpg",
        "m4a",
        "mov",
        "mp3",
        "mp4",
        "oga",
        "ogg",
        "ods",
        "odt",
        "opus",
        "pdf",
        "png",
        "txt",
        "wav",
        "webm",
        "webp",
        "xls",
        "xlsx",
        "zip",
    ]
)


async def page(store: Store, one: Whose, *, language: str, now: datetime) -> AsyncIterator[bytes]:
    """HTML in pieces: who it is, then the history, the newest first."""
    async with store.readers.read() as session:
        card = await customers.card_view(session, one.customer_id, at=now)
    head = part(
        "archive_head.html",
        language,
        card=card,
        identities=[views.identity(each) for each in one.identities],
        made_at=now,
        style=Markup(f"<style>{STYLE}</style>"),  # noqa: S704  our own, above
        style_digest=_DIGEST,
    )
    yield head.encode()
    async for found in entries(store, one):
        async with store.readers.read() as session:
            shown = [await _article(session, each, language) for each in found]
        yield "".join(shown).encode()
    yield b"</body>\n</html>\n"


async def _article(session: Session, entry: Entry, language: str) -> str:
    ids = await albums.around(session, entry.id) if ALBUM in entry.flags else [entry.id]
    versions = await message_texts.of_messages(session, ids)
    files = [
        _file(message_id, n, one)
        for message_id in (ids if entry.attachments else [])
        for n, one in enumerate(await messages.attachments(session, message_id))
    ]
    return part(
        "archive_entry.html",
        language,
        one=timelines.entry(entry),
        words="\n".join(_newest(versions.get(message_id, [])) for message_id in ids) or entry.preview,
        earlier=[version for message_id in ids for version in versions.get(message_id, [])[:-1]],
        files=files,
    )


def _newest(versions: Sequence[Version]) -> str:
    return versions[-1].text if versions else ""


def _file(message_id: int, n: int, one: Attachment) -> tuple[str, str, bool]:
    """Its name in the archive, what its sender called it, and whether a click on it does no harm."""
    name = attachment_name(message_id, n, one.filename)
    is_linked = bool(one.sha256) and name.rpartition(".")[2].lower() in _LINKED
    return name, label(one.filename) or "file", is_linked
