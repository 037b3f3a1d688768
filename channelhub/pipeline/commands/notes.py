"""Agents write notes for each other beside a customer's messages. Nothing here is ever sent to a customer."""

from dataclasses import dataclass, replace

from msgspec import UNSET

from channelhub.domain.events.notes import NoteAdded, NoteChanged, NoteData
from channelhub.domain.message_ids import OWN_PLACE, message_id
from channelhub.domain.times import from_us, to_us
from channelhub.pipeline.commands.acting import Acting, CommandRefused, Conflict, Invalid, NotFound
from channelhub.rules.mentions import mentioned
from channelhub.store import conversations, events, hub, notes, people, timeline, users
from channelhub.store.database import Session
from channelhub.store.events import NewEvent
from channelhub.store.notes import Note
from channelhub.store.timeline import Entry, preview

NOTE = "note"  # the type of its entry
MAX_CHARS = 20_000
MOST_VERSIONS = 200  # of one note
MOST_LOGINS = 10_000  # among which names are looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who writes: as the audit names them, and the name that stands above the note. A lead may change others' notes."""

    actor: str
    name: str
    leads: bool = False


async def write(
    acting: Acting, who: Writer, text: str, *, customer_id: int = 0, conversation_id: int = 0, key: str = ""
) -> int:
    """Write a note in a conversation, or of a customer as such; its id. The same key of the same writer again gives the
    first one's. Raises NotFound, Invalid for a text without words or beyond `MAX_CHARS`."""
    text, now_us = checked(text), to_us(acting.now())
    writer = acting.store.writer

    async def save(session: Session) -> int:
        note_id = message_id(writer.take_id(), OWN_PLACE)
        note_key = f"{who.actor}:{key or note_id}"
        if earlier := await notes.by_key(session, note_key):
            return earlier.id
        identity_id, thread_id = await _place(session, customer_id, conversation_id)
        made = Note(
            id=note_id,
            identity_id=identity_id,
            conversation_id=thread_id,
            author=who.name,
            at_us=now_us,
            revision=0,
        )
        await notes.add(session, made, text, key=note_key)
        await _show(session, made, text, who, NoteAdded, now_us=now_us)
        return note_id

    note_id = await writer.command(save)
    acting.written.ring()
    return note_id


async def change(acting: Acting, who: Writer, note_id: int, text: str, *, revision: int) -> Note:
    """A new version of a note; the earlier ones stay. Raises NotFound, Conflict where it has changed since `revision`,
    CommandRefused for somebody else's note, Invalid."""
    text, now_us = checked(text), to_us(acting.now())

    async def save(session: Session) -> Note:
        known = await notes.get(session, note_id)
        if known is None:
            raise NotFound(f"there is no note {note_id}")
        if known.author != who.name and not who.leads:
            raise CommandRefused("a note is changed by who wrote it, or by a lead")
        if known.revision >= MOST_VERSIONS:
            raise CommandRefused(f"a note has at most {MOST_VERSIONS} versions: write another one")
        if not await notes.revise(session, note_id, text, author=who.name, revision=revision, at_us=now_us):
            raise Conflict(f"note {note_id} has changed since version {revision}: it has version {known.revision}")
        changed = replace(known, revision=revision + 1)
        await _show(session, changed, text, who, NoteChanged, now_us=now_us)
        return changed

    changed = await acting.store.writer.command(save)
    acting.written.ring()
    return changed


async def see(acting: Acting, login: str, *, upto: int) -> None:
    """They have seen where they are named, up to a note."""
    now_us = to_us(acting.now())
    await acting.store.writer.command(lambda session: notes.see(session, login, upto=upto, at_us=now_us))


def checked(text: str) -> str:
    """The words as they are kept. Raises Invalid."""
    words = text.replace("\r\n", "\n").strip()
    if not words or len(words) > MAX_CHARS:
        raise Invalid(f"a note has 1 to {MAX_CHARS} characters")
    return words


async def _place(session: Session, customer_id: int, conversation_id: int) -> tuple[int, int | None]:
    """The identity whose timeline shows it, and the conversation. Raises NotFound, Invalid."""
    if not conversation_id:
        owner = (await people.identities(session, [customer_id])).get(customer_id)
        if owner is None:
            raise NotFound(f"there is no customer {customer_id}")
        return owner.customer_id, None
    known = conversations.present(await conversations.get_many(session, [conversation_id]), conversation_id)
    if known is None:
        raise NotFound(f"there is no conversation {conversation_id}")
    if customer_id:
        found = await people.identities(session, [customer_id, known.identity_id])
        if customer_id not in found or found[customer_id].customer_id != found[known.identity_id].customer_id:
            raise Invalid(f"conversation {conversation_id} is another customer's")
    return known.identity_id, known.id


async def _show(session: Session, note: Note, text: str, who: Writer, kind: type[NoteData], *, now_us: int) -> None:
    """Its entry, who is named, the event, the audit's line."""
    named = mentioned(text, frozenset(await users.enabled_logins(session, limit=MOST_LOGINS)))
    await notes.mention(session, note.id, [one for one in named if one != who.name], at_us=now_us)
    await timeline.add(session, [entry(note, text)])
    owner = (await people.identities(session, [note.identity_id]))[note.identity_id]
    data = kind(
        note_id=str(note.id),
        customer_id=str(owner.customer_id),
        actor=who.actor,
        revision=note.revision,
        mentions=named,
        conversation_id=UNSET if note.conversation_id is None else str(note.conversation_id),
    )
    await events.append(session, [NewEvent(at=from_us(now_us), identity_id=note.identity_id, data=data)])
    await hub.record(session, at_us=now_us, actor=who.actor, action=kind.TYPE, target=str(note.id))


def entry(note: Note, text: str) -> Entry:
    """The note's line on the timeline: of no channel, in no direction."""
    words, is_cut = preview(text)
    return Entry(
        identity_id=note.identity_id,
        at_us=note.at_us,
        id=note.id,
        type=NOTE,
        channel="",
        account="",
        direction="",
        is_verified=True,
        subject=note.author,
        preview=words,
        is_cut=is_cut,
        conversation_id=note.conversation_id,
        flags=("edited",) if note.revision else (),
    )
