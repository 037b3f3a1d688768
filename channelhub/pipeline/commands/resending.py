"""A person decides about messages of ours that failed, or of which nobody knows whether they arrived: send them again.

The same row goes out again, so a channel that tells repeats by an id can. What speaks against a notice (its customer
declined, its outage is over) is looked at once more when it is handed to its channel.
"""

from collections.abc import Sequence

from channelhub.domain.outbound import OutboxState
from channelhub.domain.times import to_us
from channelhub.pipeline import windows
from channelhub.pipeline.commands.acting import Acting, CommandRefused, NotFound
from channelhub.pipeline.telling import KIND as NOTICE
from channelhub.rules.notices import season
from channelhub.store import conversations, hub, notices, outages, outbox, people, recipients, timeline
from channelhub.store.database import Session
from channelhub.store.notices import Notice
from channelhub.store.outbox import OutboxItem

MOST = 200  # messages of a notice in one command: as many as are shown
_UNSETTLED = (OutboxState.UNCERTAIN, OutboxState.FAILED)


async def send_again(acting: Acting, actor: str, message_id: int, *, may_arrive_twice: bool = False) -> None:
    """Try one message once more, whatever it is: an answer, an acknowledgement, a notice.

    One that may have arrived needs a person's word that it `may_arrive_twice`. Raises NotFound, CommandRefused without
    that word, for a message that isn't uncertain or failed, for a notice that isn't told any more, and where its
    conversation can't be answered now.
    """
    now_us = to_us(acting.now())

    async def write(session: Session) -> None:
        item = await _unsettled(session, message_id)
        if item.state is OutboxState.UNCERTAIN and not may_arrive_twice:
            raise CommandRefused(
                f"message {message_id} may have arrived ({item.error or 'nobody knows'}): look there first, then say "
                "that it may arrive twice"
            )
        if item.kind == NOTICE:
            known = await recipients.of_outbox(session, item.id)
            await _told(session, None if known is None else await notices.get(session, known[0]))
        else:
            await _require_way(session, acting, item, now_us)
        await _queue(session, item, actor, now_us)

    await acting.store.writer.command(write)
    acting.written.ring()


async def send_notice_again(acting: Acting, actor: str, notice_id: int, message_ids: Sequence[int]) -> None:
    """Try some messages of a notice once more: all of them or, where one can't be, none. Raises as `send_again`."""
    now_us = to_us(acting.now())

    async def write(session: Session) -> None:
        await _told(session, await notices.get(session, notice_id))
        for message_id in sorted(set(message_ids)):
            item = await _unsettled(session, message_id)
            known = await recipients.of_outbox(session, item.id)
            if known is None or known[0] != notice_id:
                raise NotFound(f"notice {notice_id} has no message {message_id}")
            await _queue(session, item, actor, now_us)

    await acting.store.writer.command(write)
    acting.written.ring()


async def _unsettled(session: Session, message_id: int) -> OutboxItem:
    item = await outbox.of_message(session, message_id)
    if item is None:
        raise NotFound(f"there is no outgoing message {message_id}")
    if item.state not in _UNSETTLED:
        raise CommandRefused(f"message {message_id} is {item.state}; only uncertain and failed ones are sent again")
    return item


async def _require_way(session: Session, acting: Acting, item: OutboxItem, now_us: int) -> None:
    """Raises CommandRefused where the customer can't be answered there now, with the reason and another way."""
    book = acting.book()
    known = conversations.present(await conversations.get_many(session, [item.conversation_id]), item.conversation_id)
    identity = (await people.identities(session, [item.identity_id])).get(item.identity_id)
    if known is None or identity is None:
        raise NotFound(f"message {item.message_id} has no conversation any more")
    here = await windows.way(session, book, known, identity, now_us=now_us)
    text, files = item.payload.text, item.payload.attachments
    if why_not := await windows.refused(session, book, here, text, files, now_us=now_us):
        raise CommandRefused(why_not)


async def _told(session: Session, notice: Notice | None) -> None:
    """Raises NotFound, and CommandRefused for a notice of which nothing goes out any more."""
    outage = None if notice is None else await outages.get(session, notice.outage_id)
    if notice is None or outage is None:
        raise NotFound("there is no such notice")
    is_merged = outage.merged_into is not None
    if why := season.withdrawal(notice.kind, notice.state, outage.state, is_merged=is_merged):
        raise CommandRefused(f"nothing of notice {notice.id} goes out any more: {why}")


async def _queue(session: Session, item: OutboxItem, actor: str, now_us: int) -> None:
    await outbox.requeue(session, item.id, at_us=now_us)
    await timeline.set_state(session, item.message_id, str(OutboxState.QUEUED))
    detail = {"was": str(item.state), "kind": item.kind}
    await hub.record(
        session, at_us=now_us, actor=actor, action="send.again", target=str(item.message_id), detail=detail
    )
