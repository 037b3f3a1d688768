"""The stage of chats that visitors leave: answers that were not read × the address they left → a mail in the outbox.

The chat stays the place of the conversation: what goes by mail is a copy, told once. `handovers` is the stage's memory,
written in the commit that queues the mail, so it can be started again at any moment.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from channelhub.domain.message_ids import OWN_PLACE, message_id
from channelhub.domain.people import Identity
from channelhub.domain.times import to_us
from channelhub.pipeline import reaching
from channelhub.pipeline.acknowledging import outgoing
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.rulebook import AccountFacts, Rulebook
from channelhub.pipeline.speaking import say
from channelhub.pipeline.threads import TOKEN
from channelhub.rules import handover
from channelhub.rules.identity import digest_id
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.store import conversations, handovers, outbox, people, suggestions, threads
from channelhub.store.conversations import Conversation
from channelhub.store.database import Session
from channelhub.store.opening import Store
from channelhub.store.outbox import OutboxItem
from channelhub.store.threads import ConversationLink

LOOK_S = 30.0
RETRY_S = 1.0
AT_ONCE = 100  # answers in one look
OLD_NEWS_US = 3 * 24 * 3600 * 1_000_000  # an answer that is older goes nowhere any more


class HandoverStage:
    """Looks now and then, until cancelled; a hub without such chats never looks."""

    def __init__(
        self, store: Store, *, book: Callable[[], Rulebook], queued: Bell, now: Callable[[], datetime], log: Logger
    ) -> None:
        self._store = store
        self._book = book
        self._queued = queued
        self._now = now
        self._log = log

    async def run(self) -> None:
        while True:
            try:
                await self.turn()
            except NotCommitted as exc:
                self._log.warning("handover.waits", reason=str(exc))
                await asyncio.sleep(RETRY_S)
                continue
            await asyncio.sleep(LOOK_S)

    async def turn(self) -> int:
        """Hand over what has waited for long enough; how many mails were queued."""
        book, now_us, mails = self._book(), to_us(self._now()), 0
        for account in [one for one in book.accounts.values() if one.unread_by]:
            async with self._store.readers.read() as session:
                unread = await handovers.unread(
                    session,
                    account.name,
                    since_us=now_us - OLD_NEWS_US,
                    until_us=now_us - account.unread_after_us,
                    limit=AT_ONCE,
                )
            unread.sort(key=lambda one: (one.conversation_id, one.id))
            for _, answers in groupby(unread, key=lambda one: one.conversation_id):
                mails += await self._hand_over(book, account, [one.id for one in answers])
        if mails:
            self._queued.ring()
        return mails

    async def _hand_over(self, book: Rulebook, account: AccountFacts, ids: Sequence[int]) -> int:
        """One visitor's answers as one mail, in one commit. Read again in it: one of them may have been read since."""
        now_us = to_us(self._now())
        mail_number = self._store.writer.take_id()

        async def write(session: Session) -> int:
            items = [one for own_id in ids if (one := await outbox.get(session, own_id)) is not None]
            items = [one for one in items if one.state in ("sent", "delivered")]
            here = await _conversation(session, items[0].conversation_id) if items else None
            if here is None:
                return 0
            told = [one.message_id for one in items]
            to, reason = await _addressee(session, book, account, items[0].identity_id)
            if to is None:
                await handovers.add(session, told, mail_id=None, reason=reason, at_us=now_us)
                return 0
            mail_id = message_id(mail_number, OWN_PLACE)
            await _queue(session, book, account, here, to, items, mail_number=mail_number, now_us=now_us)
            await handovers.add(session, told, mail_id=mail_id, at_us=now_us)
            return 1

        return await self._store.writer.batch(write)


async def _conversation(session: Session, conversation_id: int) -> Conversation | None:
    return conversations.present(await conversations.get_many(session, [conversation_id]), conversation_id)


async def _addressee(
    session: Session, book: Rulebook, account: AccountFacts, visitor_id: int
) -> tuple[Identity | None, str]:
    """To whom, or why to nobody."""
    links = await people.links_of(session, [visitor_id])
    claimed = await suggestions.claims_of(session, visitor_id)
    ends = {end for one in links for end in (one.left_id, one.right_id)}
    ends |= {end for one in claimed for end in (one.left_id, one.right_id)}
    to = handover.address(visitor_id, links, claimed, await people.identities(session, ends))
    if to is None:
        return None, "no-address"
    if not book.account(account.unread_by).writes_to(handover.KIND):
        return None, "cannot-send"
    if handover.is_ours(to.key.value, book.own_addresses):
        return None, "own-address"
    is_blocked = bool(await people.blocked(session, [to.id, visitor_id]))
    if is_blocked or await reaching.obstacle(session, to.id, account.unread_by):
        return None, "blocked"
    return to, ""


async def _queue(
    session: Session,
    book: Rulebook,
    chat: AccountFacts,
    here: Conversation,
    to: Identity,
    items: Sequence[OutboxItem],
    *,
    mail_number: int,
    now_us: int,
) -> None:
    """The mail with its conversation, which belongs to the chat's. What its receiver answers comes into it."""
    mail = book.account(chat.unread_by)
    own_id = message_id(mail_number, OWN_PLACE)
    answers = [one.payload for one in items]
    wording = book.handover(answers[-1].language, handover.words(answers))
    key = f"chat-{here.id:x}#{to.id:x}"
    opened_id = digest_id("conversation", mail.channel, key)
    known = await _conversation(session, opened_id)
    there = known or Conversation(
        id=opened_id,
        account=mail.name,
        channel=mail.channel,
        key=key,
        identity_id=to.id,
        subject=wording.subject,
        opened_us=now_us,
        last_us=now_us,
    )
    payload = outgoing(
        book, mail, own_id=own_id, outbox_id=mail_number, to=to, subject=wording.subject, text=wording.text,
        language=answers[-1].language, conversation_id=there.id, conversation_key=there.key, answered_ref="",
        is_automatic=False,
    )  # fmt: skip
    if mail.can_send_files:
        payload = replace(payload, attachments=handover.files(answers))
    await conversations.save(session, [there])
    link = ConversationLink(left_id=there.id, right_id=here.id, reason=TOKEN, at_us=now_us)
    await threads.add_links(session, [link])
    await say(
        session, payload, mail, there, own_id=own_id, incident_id=None,
        dedupe_key=f"handover:{items[-1].message_id}", at_us=now_us,
    )  # fmt: skip
