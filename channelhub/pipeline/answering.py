"""What follows from a message that wants an answer: an incident, and word of it to whoever wrote."""

from dataclasses import replace
from datetime import datetime

from channelhub.content.features import Features
from channelhub.pipeline.acknowledging import acknowledge
from channelhub.pipeline.arrival import TakeId
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.opening import open_or_join
from channelhub.pipeline.rulebook import Rulebook
from channelhub.rules import acknowledgement, incident
from channelhub.rules.notices import optout
from channelhub.store.messages import Message


def answered(
    desk: Desk,
    book: Rulebook,
    stored: Message,
    *,
    features: Features | None,
    own_words: str,
    is_history: bool,
    at: datetime,
    next_id: TakeId,
    is_acknowledged: bool = True,
) -> Message:
    """The message with its incident, whose sender is told of it; as it is where it wants no answer.

    `at` is now. `is_acknowledged`: whether it is recent enough for a word by ourselves.
    """
    is_blocked = stored.identity_id in desk.blocked
    if not incident.wants_answer(stored, is_blocked=is_blocked, is_history=is_history, marks=stored.marks):
        return stored
    opened = open_or_join(desk, stored, features)
    account = book.account(stored.account)
    can_send = account.writes_to(desk.identities[stored.identity_id].key.kind) and not _is_public(desk, book, stored)
    is_due = acknowledgement.is_due(
        is_automatic=stored.automatic.is_any,
        can_send=can_send,
        is_enabled=is_acknowledged and book.is_acknowledging,
        has_incident=True,
    )
    if is_due and not _only_declines(desk, stored, own_words):
        acknowledge(desk, book, stored, opened, at=at, next_id=next_id)
    return replace(stored, incident_id=opened.id)


def _is_public(desk: Desk, book: Rulebook, stored: Message) -> bool:
    """Whether it stands under a post: nothing automatic is said there."""
    here = desk.threads.known.get(stored.conversation_id or 0)
    return here is not None and book.account(stored.account).is_public(here.key)


def _only_declines(desk: Desk, stored: Message, own_words: str) -> bool:
    """Whether it is a word that declines, where its sender was sent a notice: that has a confirmation of its own."""
    return (
        stored.conversation_id is not None
        and optout.declines(own_words)
        and desk.loops.was_noticed(stored.identity_id, stored.conversation_id)
    )
