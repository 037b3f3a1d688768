"""Messages that were sent as one stand on the timeline as one entry.

Each part is a message like any other, with its own words, files, versions and deletion. The entry is worked out from
all parts that are stored, at the end of the transaction that changed one: so it is the same whatever came first, twice
or never.
"""

from collections.abc import Iterable
from dataclasses import replace

from channelhub.domain.inbound import EditedMessage, Inbound, NewMessage
from channelhub.pipeline.entries import entry
from channelhub.pipeline.written import Written
from channelhub.rules.albums import Album, Part, compose
from channelhub.store import albums, message_texts, messages, timeline
from channelhub.store.albums import AlbumPart
from channelhub.store.database import Session
from channelhub.store.messages import Message, message_key
from channelhub.store.timeline import Entry, preview

ALBUM = "album"  # a flag of an entry
_DELETED = "deleted"


def part_of(stored: Message, item: Inbound) -> AlbumPart | None:
    """The part that a stored message is; None where its channel names no album. Nobody adds to another's album."""
    message = item.message if isinstance(item, EditedMessage) else item
    if not isinstance(message, NewMessage) or not message.album:
        return None
    return AlbumPart(
        album_key=message_key(stored.account, f"{stored.channel}/album", f"{stored.identity_id} {message.album}"),
        place=message.album_place,
        message_id=stored.id,
        attachments=len(message.content.attachments),
    )


async def show(session: Session, new: Written, *, rewritten: Iterable[int] = ()) -> None:
    """Put right the entries of the albums that these messages belong to. Comes after they are saved.

    `rewritten`: messages that a replay changed.
    """
    await albums.add(session, new.album_parts)
    await albums.resize(session, new.album_sizes)
    touched = {*(one.message_id for one in new.album_parts), *new.changed_messages, *rewritten}
    for album_key in await albums.keys_of(session, touched) if touched else ():
        await _show(session, await albums.parts(session, album_key))


async def _show(session: Session, parts: list[AlbumPart]) -> None:
    ids = [one.message_id for one in parts]
    stored = await messages.get_many(session, ids)
    versions = await message_texts.of_messages(session, ids)
    entries = {
        one.message_id: entry(stored[one.message_id], versions[one.message_id][0], attachments=one.attachments)
        for one in parts
    }
    album = compose([_part(one, stored[one.message_id], versions[one.message_id][0].text) for one in parts])
    for one in entries.values():
        if one.id != album.message_id:
            await timeline.remove(session, identity_id=one.identity_id, at_us=one.at_us, entry_id=one.id)
    await timeline.add(session, [_entry(album, list(entries.values()), entries[album.message_id])])


def _part(one: AlbumPart, stored: Message, text: str) -> Part:
    return Part(
        message_id=one.message_id,
        text=text,
        attachments=one.attachments,
        is_deleted=stored.deleted_us is not None,
    )


def _entry(album: Album, entries: list[Entry], own: Entry) -> Entry:
    """The part's own entry with what all of them show."""
    if len(entries) == 1:
        return own
    words, is_cut = preview(album.text)
    flags = dict.fromkeys(flag for one in entries for flag in one.flags if flag != _DELETED or album.is_deleted)
    return replace(own, preview=words, is_cut=is_cut, attachments=album.attachments, flags=(ALBUM, *flags))
