"""People write notices, approve them once, and cancel them. Nothing is approved by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from channelhub.domain.events.notices import NoticeApproved
from channelhub.domain.notices import NoticeKind, NoticeState, NoticeText
from channelhub.domain.people import GLOBAL_KINDS, Handle
from channelhub.domain.times import from_us, to_us
from channelhub.pipeline.commands.acting import Acting, CommandRefused, Conflict, Invalid, NotFound
from channelhub.rules import identity as identity_rules
from channelhub.rules.notices import season
from channelhub.store import events, hub, notices, outages, people
from channelhub.store.database import Session
from channelhub.store.events import NewEvent
from channelhub.store.notices import Listed, Notice
from channelhub.store.outages import Outage

MAX_LANGUAGES = 10
MAX_SUBJECT = 250
MAX_CHARS = 10_000
MAX_LIST = 100_000  # addresses on one notice's list
MAX_NOTICES = 100  # of one outage
CUSTOMER_KIND = "customer"


async def draft(
    acting: Acting,
    actor: str,
    outage_id: int,
    kind: NoticeKind,
    *,
    texts: Mapping[str, NoticeText] | None = None,
    identities: Sequence[str] = (),
) -> int:
    """Begin a notice; its id. Without texts they come from the templates, in every language we write in.

    `identities` are `kind:value` or `customer:ID` of people to tell although they have not written. Raises NotFound,
    Invalid, CommandRefused.
    """
    now_us = to_us(acting.now())
    book = acting.book()
    listed = await _listed(acting, identities)

    async def write(session: Session) -> int:
        outage = await _outage(session, outage_id)
        if len(await notices.of_outage(session, outage_id, limit=MAX_NOTICES)) >= MAX_NOTICES:
            raise CommandRefused(f"an outage has at most {MAX_NOTICES} notices")
        words = texts or book.notices.draft(kind, from_us(outage.began_us))
        _check(words)
        notice_id = await notices.add(session, outage_id=outage_id, kind=kind, texts=words, author=actor, at_us=now_us)
        await _enlist(session, notice_id, listed)
        await _record(session, now_us, actor, "draft", notice_id)
        return notice_id

    notice_id = await acting.store.writer.command(write)
    acting.written.ring()
    return notice_id


async def change(
    acting: Acting,
    actor: str,
    notice_id: int,
    *,
    version: int | None = None,
    texts: Mapping[str, NoticeText] | None = None,
    identities: Sequence[str] = (),
) -> None:
    """Put other texts into a draft, or more people on its list. Raises NotFound, Conflict, Invalid."""
    now_us = to_us(acting.now())
    if texts is not None:
        _check(texts)
    listed = await _listed(acting, identities)

    async def write(session: Session) -> None:
        known = await _draft(session, notice_id, version)
        changed = replace(known, version=known.version + 1, texts=known.texts if texts is None else texts)
        await notices.change(session, changed)
        await _enlist(session, notice_id, listed)
        await _record(session, now_us, actor, "change", notice_id)

    await acting.store.writer.command(write)
    acting.written.ring()


async def approve(acting: Acting, actor: str, notice_id: int, *, version: int | None = None) -> None:
    """Let it go out. It takes the place of the one that was approved before it. Raises NotFound, Conflict for a notice
    that was changed since or is approved already, CommandRefused where the outage's state speaks against it."""
    now_us = to_us(acting.now())

    async def write(session: Session) -> None:
        known = await _draft(session, notice_id, version)
        outage = await _outage(session, known.outage_id)
        if why := season.refusal(known.kind, outage.state, is_merged=outage.merged_into is not None):
            raise CommandRefused(why)
        for other in await notices.of_outage(session, known.outage_id):
            if other.state is NoticeState.APPROVED:
                await _close(session, other, NoticeState.SUPERSEDED, actor, now_us)
        agreed = replace(
            known, state=NoticeState.APPROVED, version=known.version + 1, approver=actor, approved_us=now_us
        )
        await notices.change(session, agreed)
        told = NoticeApproved(
            notice_id=str(agreed.id),
            outage_id=str(agreed.outage_id),
            kind=agreed.kind,
            languages=sorted(agreed.texts),
            approver=actor,
        )
        await events.append(session, [NewEvent(at=from_us(now_us), data=told)])
        await _record(session, now_us, actor, "approve", notice_id)

    await acting.store.writer.command(write)
    acting.written.ring()


async def cancel(acting: Acting, actor: str, notice_id: int) -> None:
    """Send nobody else this notice; what waits is taken back. Raises NotFound, CommandRefused for one that is over."""
    now_us = to_us(acting.now())

    async def write(session: Session) -> None:
        known = await notices.get(session, notice_id)
        if known is None:
            raise NotFound(f"there is no notice {notice_id}")
        if known.state not in (NoticeState.DRAFT, NoticeState.APPROVED):
            raise CommandRefused(f"notice {notice_id} is {known.state}")
        await _close(session, known, NoticeState.CANCELLED, actor, now_us)
        await _record(session, now_us, actor, "cancel", notice_id)

    await acting.store.writer.command(write)
    acting.written.ring()


async def _close(session: Session, known: Notice, state: NoticeState, actor: str, now_us: int) -> None:
    closed = replace(known, state=state, version=known.version + 1, closed_by=actor, closed_us=now_us)
    await notices.change(session, closed)


async def _draft(session: Session, notice_id: int, version: int | None) -> Notice:
    known = await notices.get(session, notice_id)
    if known is None:
        raise NotFound(f"there is no notice {notice_id}")
    if version is not None and version != known.version:
        raise Conflict(f"notice {notice_id} has version {known.version}, not {version}: read it again")
    if known.state is not NoticeState.DRAFT:
        raise Conflict(f"notice {notice_id} is {known.state}: only a draft can be changed or approved")
    return known


async def _outage(session: Session, outage_id: int) -> Outage:
    found = await outages.get(session, outage_id)
    if found is None:
        raise NotFound(f"there is no outage {outage_id}")
    return found


def _check(texts: Mapping[str, NoticeText]) -> None:
    if not 1 <= len(texts) <= MAX_LANGUAGES:
        raise Invalid(f"a notice has texts in 1 to {MAX_LANGUAGES} languages")
    for language, one in texts.items():
        if not (len(language) == 2 and language.isascii() and language.isalpha() and language.islower()):
            raise Invalid(f"{language[:20]!r} is no language: write two letters, as uk")
        if not one.text.strip() or not one.subject.strip():
            raise Invalid(f"the {language} text needs a subject and words")
        if len(one.subject) > MAX_SUBJECT or len(one.text) > MAX_CHARS or len(one.short) > MAX_CHARS:
            raise Invalid(f"the {language} text is too long: {MAX_SUBJECT} characters of subject, {MAX_CHARS} of text")


async def _listed(acting: Acting, identities: Sequence[str]) -> list[Listed]:
    """The addresses that a list names; looked up beside the writer, because a list may be long. Raises Invalid."""
    region = acting.book().default_region

    async def look(session: Session) -> list[Listed]:
        found: dict[int, Listed] = {}
        for text in identities:
            for one in await _named(session, text, region=region):
                found[one.identity_id] = one
        return list(found.values())

    return await acting.store.readers.look(look) if identities else []


async def _enlist(session: Session, notice_id: int, listed: Sequence[Listed]) -> None:
    if not listed:
        return
    if await notices.list_size(session, notice_id) + len(listed) > MAX_LIST:
        raise Invalid(f"a notice's list holds at most {MAX_LIST} addresses")
    await notices.add_to_list(session, notice_id, listed)


async def _named(session: Session, text: str, *, region: str) -> list[Listed]:
    """The addresses that a line of a list names: a customer's, a known one, or one that is the same everywhere."""
    kind, _, value = (part.strip() for part in text.partition(":"))
    kind = kind.lower()
    if kind == CUSTOMER_KIND and value.isascii() and value.isdigit() and len(value) <= 19 and int(value) < 1 << 63:
        former = (await people.identities(session, [int(value)])).get(int(value))
        own = await people.of_customer(session, former.customer_id) if former else []
        if own:
            return [Listed(identity_id=one.id, key=one.key, shown=one.shown) for one in own]
    parsed = identity_rules.parse_key(text.strip(), default_region=region)
    if parsed is None or kind == CUSTOMER_KIND:
        raise Invalid(f"{text[:100]!r} is no address: write kind:value, as email:ann@example.com")
    known = await people.by_value(session, *parsed)
    if known:
        return [Listed(identity_id=one.id, key=one.key, shown=one.shown) for one in known[:1]]
    key = identity_rules.normalize(Handle(kind=kind, value=value), account="", default_region=region)
    if key is None or kind not in GLOBAL_KINDS:
        raise Invalid(f"nobody ever wrote from {text[:100]!r}: only an email or phone can be new")
    return [Listed(identity_id=identity_rules.identity_id(key), key=key, shown=value)]


async def _record(session: Session, now_us: int, actor: str, what: str, notice_id: int) -> None:
    await hub.record(session, at_us=now_us, actor=actor, action=f"notice.{what}", target=str(notice_id))
