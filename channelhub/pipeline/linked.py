"""The conversations that one has to do with: other senders of its thread, or one that it may be a part of."""

from dataclasses import dataclass

from channelhub.pipeline.threads import SUBJECT, THREAD, TOKEN
from channelhub.store import conversations, people, threads
from channelhub.store.database import Session

MOST_SHOWN = 20
_SUREST = (TOKEN, THREAD, SUBJECT)  # what is said of two conversations that are linked in several ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """Another conversation. `reason`: thread, token, or subject (only a suggestion). `is_answered`: this answers it."""

    conversation_id: int
    customer_id: int
    address: str
    subject: str
    reason: str
    is_answered: bool


async def linked(session: Session, conversation_id: int) -> list[Linked]:
    """What a conversation is linked to, each once, as it is now."""
    links = sorted(await threads.links_of(session, [conversation_id]), key=lambda one: _SUREST.index(one.reason))
    if not links:
        return []
    ends = {end for one in links for end in (one.left_id, one.right_id)}
    known = await conversations.get_many(session, ends)
    owners = await people.identities(session, [one.identity_id for one in known.values()])
    found: dict[int, Linked] = {}
    for one in links:
        is_answered = one.left_id == conversation_id
        other = conversations.present(known, one.right_id if is_answered else one.left_id)
        owner = owners.get(other.identity_id) if other is not None else None
        if other is None or owner is None or other.id == conversation_id:
            continue
        made = Linked(
            conversation_id=other.id,
            customer_id=owner.customer_id,
            address=f"{owner.key.kind}:{owner.shown}",
            subject=other.subject,
            reason=one.reason,
            is_answered=is_answered,
        )
        found.setdefault(other.id, made)
    return list(found.values())[:MOST_SHOWN]
