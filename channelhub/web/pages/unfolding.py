"""What the entries of a timeline unfold on a page: hidden quotes, earlier versions, pictures; all of it bounded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from channelhub.domain.times import from_us
from channelhub.pipeline.commands.notes import MAX_CHARS, NOTE
from channelhub.rules import previews
from channelhub.store import message_texts, notes, transcripts
from channelhub.store.database import Session
from channelhub.store.message_texts import Beginning
from channelhub.store.notes import NoteText
from channelhub.store.timeline import PREVIEW_CHARS, Entry
from channelhub.store.transcripts import KeptFile

READ_CHARS = 8000  # of each version
HIDDEN_CHARS = 4000
VERSIONS = 5
PICTURES = 4
_SAID = frozenset({"message", "notice"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierVersion:
    """The beginning of the words before an edit."""

    at: datetime
    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumbnail:
    """The `n`th file of its message, which says that it is a picture; the server looks whether it is one."""

    n: int
    filename: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """What one entry holds back: history and signature, the newest of the earlier versions, the first pictures; of a
    note all of its words."""

    hidden: str = ""
    note: str = ""
    revision: int = 0  # of the note
    versions: Sequence[EarlierVersion] = field(default=())
    pictures: Sequence[Thumbnail] = field(default=())


NOTHING = Folded()


async def folded(session: Session, entries: Sequence[Entry]) -> Mapping[str, Folded]:
    """By the ids of those entries that hold something back, as the page writes them."""
    said = [one for one in entries if one.type in _SAID]
    texts = await message_texts.beginnings(session, [one.id for one in said], chars=READ_CHARS)
    files = await transcripts.files(session, [one.id for one in said if one.attachments])
    found = {
        str(one.id): Folded(
            hidden=_hidden(texts.get(one.id, ())),
            versions=_earlier(texts.get(one.id, ())),
            pictures=thumbnails(files.get(one.id, ())),
        )
        for one in said
    }
    written = await notes.versions(
        session, [one.id for one in entries if one.type == NOTE], most=VERSIONS, chars=MAX_CHARS
    )
    return {key: one for key, one in found.items() if one != NOTHING} | {
        str(note_id): _note(versions) for note_id, versions in written.items()
    }


def thumbnails(files: Sequence[KeptFile]) -> tuple[Thumbnail, ...]:
    """Of the first files that are here, of a type that is drawn, and not too large."""
    shown = [
        Thumbnail(n=n, filename=one.filename)
        for n, one in enumerate(files)
        if one.sha256 and one.size <= previews.MAX_BYTES and one.content_type.lower() in previews.NAMED
    ]
    return tuple(shown[:PICTURES])


def _note(versions: Sequence[NoteText]) -> Folded:
    earlier = [EarlierVersion(at=from_us(one.at_us), subject=one.author, text=one.text) for one in versions[1:]]
    return Folded(note=versions[0].text, revision=versions[0].revision, versions=tuple(earlier))


def _hidden(versions: Sequence[Beginning]) -> str:
    """What of the newest version its entry lacks, its pieces parted by lines of their own."""
    if not versions:
        return ""
    newest = versions[0]
    cut = [newest.text[start:end].strip() for start, end in newest.hidden if start < len(newest.text)]
    return "\n…\n".join(filter(None, cut))[:HIDDEN_CHARS]


def _earlier(versions: Sequence[Beginning]) -> tuple[EarlierVersion, ...]:
    return tuple(
        EarlierVersion(at=from_us(one.at_us), subject=one.subject, text=one.text[:PREVIEW_CHARS])
        for one in versions[1 : VERSIONS + 1]
    )
