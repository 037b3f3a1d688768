"""Whom a notice goes to: addresses that reported, that were told before, or that are on its list, with a decision on
each. The same code decides for the preview and for the stage that queues."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from channelhub.domain.notices import NoticeKind, Unsent
from channelhub.domain.people import Evidence, Identity
from channelhub.pipeline import windows
from channelhub.pipeline.acknowledging import answered_ref
from channelhub.pipeline.rulebook import AccountFacts, Rulebook
from channelhub.pipeline.windows import Hindrance
from channelhub.rules.incident import SPAM_SCORE
from channelhub.rules.notices.audience import Addressee, choose
from channelhub.rules.notices.wording import language_for
from channelhub.store import conversations, messages, notices, optouts, people, reach, recipients
from channelhub.store.conversations import Conversation
from channelhub.store.database import Session
from channelhub.store.messages import Message
from channelhub.store.notices import Listed, Notice

NOWHERE = AccountFacts(name="", kind="", channel="")
MOST_CONVERSATIONS = 20  # of an address that are looked through for one we can write in


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """A decision on one address. With `reason` nothing is sent. `conversation` is None where one is opened for it."""

    identity: Identity
    is_new: bool  # nobody ever wrote from it
    message_id: int  # its newest report; 0 where it reported nothing
    account: AccountFacts
    conversation: Conversation | None
    answered_ref: str
    language: str  # of the text it gets
    reason: Unsent | None
    is_asked: bool = False  # an earlier notice asked its customer how we did


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reach:
    """How an address is written to; `obstacle` says why it isn't."""

    account: AccountFacts = NOWHERE
    conversation: Conversation | None = None
    answered_ref: str = ""
    obstacle: Unsent | None = None

    @property
    def place(self) -> int:
        return 0 if self.conversation is None else self.conversation.id


async def address(session: Session, book: Rulebook, notice: Notice, *, now_us: int, limit: int) -> list[Addressed]:
    """Decide about at most `limit` addresses that nothing was decided about yet."""
    earlier = await notices.family(session, notice.outage_id)
    reported = {
        one.identity_id: one.message_id
        for one in await recipients.reporters(session, notice_id=notice.id, outage_id=notice.outage_id, limit=limit)
    }
    listed = await _others(session, notice, earlier, reported, limit=limit)
    if not reported and not listed:
        return []
    known = await people.identities(session, [*reported, *listed])
    everybody = {
        one: known.get(one) or _stranger(listed[one], now_us)
        for one in [*reported, *listed]
        if one in known or listed.get(one) is not None
    }
    ways, machines = await _reach(session, book, notice, everybody, reported, now_us=now_us)
    blocked = await people.blocked(session, everybody)
    kin = await recipients.kin(session, [one.customer_id for one in everybody.values()])
    told = await _told(session, notice, earlier, kin)
    declining = {kin[one] for one in await optouts.declining(session, kin)}
    asked = await _asked(session, notice, kin)
    addressees = [
        Addressee(
            identity_id=one.id,
            customer_id=one.customer_id,
            is_machine=one.id in machines,
            is_blocked=one.id in blocked,
            place=ways[one.id].place,
            out_of_reach=ways[one.id].obstacle,
        )
        for one in everybody.values()
    ]
    taken = await recipients.taken(session, [one.place for one in addressees if one.place], notice_id=notice.id)
    chosen = choose(addressees, told=told, declining=declining, taken=taken)
    return [
        Addressed(
            identity=one,
            is_new=one.id not in known,
            message_id=reported.get(one.id, 0),
            account=ways[one.id].account,
            conversation=ways[one.id].conversation,
            answered_ref=ways[one.id].answered_ref,
            language=language_for(one.language, notice.texts, book.notices.languages),
            reason=chosen[one.id],
            is_asked=one.customer_id in asked,
        )
        for one in everybody.values()
    ]


async def _others(
    session: Session, notice: Notice, earlier: Sequence[int], reported: Mapping[int, int], *, limit: int
) -> dict[int, Listed | None]:
    """Addresses beside those that reported, in order; with what a list says of them."""
    found: dict[int, Listed | None] = {}
    room = limit - len(reported)
    if room > 0 and notice.kind is not NoticeKind.NOTICE:
        before = await recipients.told_before(session, notice_id=notice.id, earlier=earlier, limit=room)
        found |= {one: None for one in before if one not in reported}
    room -= len(found)
    if room > 0:
        on_list = await recipients.listed(session, notice_id=notice.id, limit=room)
        found |= {one.identity_id: one for one in on_list if one.identity_id not in reported}
    return found


def _stranger(listed: Listed | None, now_us: int) -> Identity:
    """An address that nobody wrote from: that it is somebody's is only claimed."""
    assert listed is not None
    return Identity(
        id=listed.identity_id,
        key=listed.key,
        shown=listed.shown,
        name="",
        name_us=0,
        language="",
        language_us=0,
        first_us=now_us,
        evidence=Evidence.CLAIMED,
        customer_id=listed.identity_id,
    )


async def _told(session: Session, notice: Notice, earlier: Sequence[int], kin: Mapping[int, int]) -> dict[int, Unsent]:
    """Of some customers, given by all their addresses, who was told already."""
    told: dict[int, Unsent] = {}
    if notice.kind is NoticeKind.NOTICE:
        others = [one for one in earlier if one != notice.id]
        told |= {kin[one]: Unsent.TOLD_BEFORE for one in await recipients.handed(session, kin, notice_ids=others)}
    told |= {kin[one]: Unsent.TOLD_ELSEWHERE for one in await recipients.told(session, kin, notice_id=notice.id)}
    return told


async def _asked(session: Session, notice: Notice, kin: Mapping[int, int]) -> set[int]:
    """Customers whom an earlier message asked how this outage was handled: it is asked once."""
    if notice.kind is not NoticeKind.RESOLUTION:
        return set()
    others = [one for one in await notices.of_outage(session, notice.outage_id) if one.id != notice.id]
    ended = [one.id for one in others if one.kind is NoticeKind.RESOLUTION]
    return {kin[one] for one in await recipients.handed(session, kin, notice_ids=ended)} if ended else set()


async def _reach(
    session: Session,
    book: Rulebook,
    notice: Notice,
    everybody: Mapping[int, Identity],
    reported: Mapping[int, int],
    *,
    now_us: int,
) -> tuple[dict[int, _Reach], set[int]]:
    """How each address is written to, and which of those that reported are machines."""
    human = await recipients.human_reports(
        session, outage_id=notice.outage_id, identity_ids=reported, spam_score=SPAM_SCORE
    )
    reports = await messages.get_many(session, human.values())
    threads = await conversations.get_many(
        session, [one.conversation_id for one in reports.values() if one.conversation_id]
    )
    found: dict[int, _Reach] = {}
    for one in everybody.values():
        report = reports.get(human.get(one.id, 0))
        if one.id in reported:
            found[one.id] = _in_answer(book, one, report, threads)
        else:
            found[one.id] = await _unasked(session, book, one)
    lost = {(one.identity_id, one.account) for one in await reach.lost(session, everybody)}
    for address_id, way in found.items():
        if (address_id, way.account.name) in lost:
            found[address_id] = replace(way, obstacle=Unsent.UNREACHABLE)
        elif way.obstacle is None and await _is_closed(session, book, everybody[address_id], way, now_us):
            found[address_id] = replace(way, obstacle=Unsent.WINDOW_CLOSED)
    return found, {one for one in reported if one not in human}


async def _is_closed(session: Session, book: Rulebook, identity: Identity, way: _Reach, now_us: int) -> bool:
    """Whether the channel takes nothing more in the conversation: then another address of the customer is told."""
    if not way.account.reply_window_us or way.conversation is None:
        return False
    here = await windows.way(session, book, way.conversation, identity, now_us=now_us)
    return here.hindrance is Hindrance.WINDOW_CLOSED


def _in_answer(
    book: Rulebook, identity: Identity, report: Message | None, threads: Mapping[int, Conversation]
) -> _Reach:
    """To the address that wrote, in the conversation it wrote in."""
    here = conversations.present(threads, report.conversation_id) if report and report.conversation_id else None
    if report is None or here is None:
        return _Reach(obstacle=Unsent.UNREACHABLE)
    account = book.account(here.account)
    is_able = account.writes_to(identity.key.kind) and not account.is_public(here.key)  # nobody is told in public
    obstacle = None if is_able else Unsent.UNREACHABLE
    return _Reach(account=account, conversation=here, answered_ref=answered_ref(report, account), obstacle=obstacle)


async def _unasked(session: Session, book: Rulebook, identity: Identity) -> _Reach:
    """Where the address spoke with us last; to a mail address also where it never did."""
    kind = identity.key.kind
    spoken = await conversations.newest_of(session, identity.id, since_us=0, limit=MOST_CONVERSATIONS)
    for one in spoken:
        if book.account(one.account).writes_to(kind) and not book.account(one.account).is_public(one.key):
            return _Reach(account=book.account(one.account), conversation=one)
    able = sorted(
        (one for one in book.accounts.values() if one.channel == "email" and one.writes_to(kind)),
        key=lambda one: one.name,
    )
    if able:
        return _Reach(account=able[0])
    return _Reach(obstacle=Unsent.UNREACHABLE if spoken else Unsent.NEVER_WROTE)
