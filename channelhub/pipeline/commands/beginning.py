"""An agent writes first: a new conversation with an address, where its channel lets us begin one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from channelhub.domain.message_ids import OWN_PLACE, message_id
from channelhub.domain.outbound import OutgoingFile
from channelhub.domain.people import Evidence, Handle, Identity
from channelhub.domain.times import to_us
from channelhub.pipeline import reaching
from channelhub.pipeline.acknowledging import outgoing
from channelhub.pipeline.commands.acting import Acting, CommandRefused, Invalid
from channelhub.pipeline.commands.replies import check, kept
from channelhub.pipeline.rulebook import AccountFacts, Rulebook
from channelhub.pipeline.speaking import say
from channelhub.rules import identity as identity_rules
from channelhub.store import conversations, hub, outbox, people
from channelhub.store.conversations import Conversation
from channelhub.store.database import Session

KIND = "email"  # of the addresses that may be written to first; messengers let us answer only


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What came of it: the message on the timeline, and the conversation it begins."""

    message_id: int
    conversation_id: int


async def begin(
    acting: Acting,
    actor: str,
    to: str,
    subject: str,
    text: str,
    *,
    account: str = "",
    files: Sequence[OutgoingFile] = (),
    idempotency_key: str = "",
) -> Begun:
    """Queue the first message to `to` (kind:value). The same key again gives the first one's ids.

    `account` may be empty where one only can begin conversations. Raises Invalid for an address that is none,
    CommandRefused where the channel doesn't let us write first or the account can't send.
    """
    check(text, files)
    book = acting.book()
    stranger = _stranger(to, book, now_us=to_us(acting.now()))
    sender = _able(book, account, has_files=bool(files))
    saved = await kept(acting, files)
    writer = acting.store.writer

    async def write(session: Session) -> Begun:
        now_us = to_us(acting.now())
        outbox_id = writer.take_id()
        own_id = message_id(outbox_id, OWN_PLACE)
        dedupe_key = f"begin:{sender.name}:{stranger.id}:{idempotency_key or own_id}"
        if earlier := await outbox.by_key(session, dedupe_key):
            return Begun(message_id=earlier.message_id, conversation_id=earlier.conversation_id)
        known = (await people.identities(session, [stranger.id])).get(stranger.id)
        if known is None:
            await people.save(session, [stranger])
        elif why_not := await reaching.obstacle(session, known.id, sender.name):
            raise CommandRefused(f"{why_not}; answer another way")
        here = _opened(sender, known or stranger, subject, own_id=own_id, now_us=now_us)
        payload = outgoing(
            book,
            sender,
            own_id=own_id,
            outbox_id=outbox_id,
            to=known or stranger,
            subject=subject,
            text=text,
            language=(known or stranger).language,
            conversation_id=here.id,
            conversation_key=here.key,
            answered_ref="",
            is_automatic=False,
        )
        await conversations.save(session, [here])
        await say(
            session, replace(payload, attachments=saved), sender, here,
            own_id=own_id, incident_id=None, dedupe_key=dedupe_key, at_us=now_us,
        )  # fmt: skip
        await hub.record(session, at_us=now_us, actor=actor, action="conversation.begin", target=str(here.id))
        return Begun(message_id=own_id, conversation_id=here.id)

    begun = await writer.command(write)
    acting.written.ring()
    return begun


def _stranger(to: str, book: Rulebook, *, now_us: int) -> Identity:
    """Who has this address, if nobody is known to. Raises Invalid, and CommandRefused for what can only be answered."""
    kind, _, value = (part.strip() for part in to.partition(":"))
    parsed = identity_rules.parse_key(to.strip(), default_region=book.default_region)
    if parsed is None:
        raise Invalid(f"{to[:100]!r} is no address: write kind:value, as email:ann@example.com")
    if parsed[0] != KIND:
        raise CommandRefused(
            f"only mail can be written first: who has a {parsed[0]} address must write before, then their conversation "
            "is answered"
        )
    key = identity_rules.normalize(
        Handle(kind=kind.lower(), value=value), account="", default_region=book.default_region
    )
    if key is None or parsed[1] in book.own_addresses:
        raise Invalid(f"{to[:100]!r} is no address of a customer")
    own_id = identity_rules.identity_id(key)
    return Identity(
        id=own_id, key=key, shown=value, name="", name_us=0, language="", language_us=0, first_us=now_us,
        evidence=Evidence.CLAIMED, customer_id=own_id,
    )  # fmt: skip


def _able(book: Rulebook, name: str, *, has_files: bool) -> AccountFacts:
    """The account it goes out through. Raises Invalid where that isn't clear, CommandRefused where it can't."""
    able = sorted(one.name for one in book.accounts.values() if one.mail_domain and one.writes_to(KIND))
    if not able:
        raise CommandRefused("no account sends mail: set a relay at one of kind smtp, lmtp or imap")
    if not name and len(able) > 1:
        raise Invalid(f"account: several send mail, name one of {', '.join(able)}")
    if (chosen := name or able[0]) not in able:
        raise CommandRefused(f"account {chosen} can't write first; these can: {', '.join(able)}")
    if has_files and not book.account(chosen).can_send_files:
        raise CommandRefused(f"account {chosen} can't send files")
    return book.account(chosen)


def _opened(account: AccountFacts, to: Identity, subject: str, *, own_id: int, now_us: int) -> Conversation:
    key = f"begun-{own_id}#{to.id:x}"
    return Conversation(
        id=identity_rules.digest_id("conversation", account.channel, key),
        account=account.name,
        channel=account.channel,
        key=key,
        identity_id=to.id,
        subject=subject,
        opened_us=now_us,
        last_us=now_us,
    )
