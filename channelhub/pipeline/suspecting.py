"""Senders who may only say that they are somebody, marked on the card and on their messages when these are read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from channelhub.domain.people import Identity
from channelhub.rules.impersonation import (
    FLAG,
    Pretence,
    Suspicion,
    is_colleague,
    is_known,
    lacks_proof,
    namesake,
    pretends_address,
)
from channelhub.store import clues, messages, people, users
from channelhub.store.database import Session
from channelhub.store.timeline import Entry

_MOST_COLLEAGUES = 1000
_MOST_NAMESAKES = 20  # of a name that more have, nobody is meant


async def suspicions(session: Session, own: Sequence[Identity]) -> dict[int, Suspicion]:
    """What is odd about the names of a customer's identities, by identity. Whoever is known by proof of more than an
    address pretends nothing."""
    named = [one for one in own if one.name]
    if not named or is_known(own):
        return {}
    addresses = {one.key.value for one in own}
    colleagues = [one.name for one in await users.page(session, after=0, limit=_MOST_COLLEAGUES) if one.name]
    found: dict[int, Suspicion] = {}
    looked_for: dict[str, int | None] = {}
    for one in named:
        if pretends_address(one, addresses):
            found[one.id] = Suspicion(identity_id=one.id, pretence=Pretence.ADDRESS)
        elif is_colleague(one, colleagues):
            found[one.id] = Suspicion(identity_id=one.id, pretence=Pretence.COLLEAGUE)
        else:
            if one.name not in looked_for:
                looked_for[one.name] = await _namesake(session, one)
            customer_id = looked_for[one.name]
            if customer_id is not None:
                found[one.id] = Suspicion(identity_id=one.id, pretence=Pretence.CUSTOMER, customer_id=customer_id)
    return found


async def marked(
    session: Session, entries: Sequence[Entry], own: Sequence[Identity], suspected: Mapping[int, Suspicion]
) -> list[Entry]:
    """The entries, with a flag on what came under another's name, and on mail that lacks the proof it should have."""
    incoming = [one for one in entries if one.type == "message" and one.direction == "in"]
    odd = {one.id for one in incoming if one.identity_id in suspected}
    proved = {one.id: one.evidence for one in own if one.evidence.is_verified and one.key.kind == "email"}
    doubtful = [one for one in incoming if one.channel == "email" and one.identity_id in proved and not one.is_verified]
    known = await messages.get_many(session, [one.id for one in doubtful]) if doubtful else {}
    for one in doubtful:
        said = known[one.id].extra.get("authenticity", "") if one.id in known else ""
        if lacks_proof(proved[one.identity_id], said):
            odd.add(one.id)
    return [replace(one, flags=(*one.flags, FLAG)) if one.id in odd else one for one in entries]


async def _namesake(session: Session, one: Identity) -> int | None:
    ids = await clues.namesakes(session, one.name, limit=_MOST_NAMESAKES + 1)
    if not 0 < len(ids) <= _MOST_NAMESAKES:
        return None
    return namesake(one, (await people.identities(session, ids)).values())
