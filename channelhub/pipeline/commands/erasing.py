"""An administrator has a customer erased."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from channelhub.domain.people import Identity
from channelhub.domain.times import to_us
from channelhub.pipeline.commands.acting import Acting, Conflict, Invalid, NotFound
from channelhub.rules.erasing import NOBODY, Item, Step
from channelhub.store import erasures, hub, people, timeline_counts
from channelhub.store.database import Session
from channelhub.store.erasures import Erasure
from channelhub.store.opening import Store

ID_BITS = 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would go: every address of the customer, those included that only they named, and how many entries they have
    on the timeline."""

    identities: Sequence[Identity]
    entries: int


async def preview(session: Session, customer_id: int) -> Preview:
    """Raises NotFound where no customer has or had this id."""
    known = (await people.identities(session, [customer_id])).get(customer_id)
    if known is None or known.key.kind == NOBODY:
        raise NotFound(f"no customer has the id {customer_id}")
    found = await people.of_customer(session, known.customer_id)
    named = await erasures.only_named_by(session, [one.id for one in found])
    found += (await people.identities(session, named)).values()
    counts = await timeline_counts.of_identities(session, [one.id for one in found])
    return Preview(identities=found, entries=counts.entries)


async def erase(acting: Acting, actor: str, customer_id: int, *, confirm: str) -> Erasure:
    """Ask for a customer to be erased, with all their identities; the request, which is carried out by a stage.

    `confirm` is one of their addresses or names as shown. Raises NotFound, Invalid where it is none of them, Conflict
    where it was asked for already.
    """
    made = await request(acting.store, actor, customer_id, confirm=confirm, at=acting.now())
    acting.written.ring()
    return made


async def request(store: Store, actor: str, customer_id: int, *, confirm: str, at: datetime) -> Erasure:
    """As `erase`, where no hub runs."""
    made = Erasure(id=secrets.randbits(ID_BITS) or 1, step=Step.WAITING, actor=actor, asked_us=to_us(at))

    async def write(session: Session) -> None:
        found = await preview(session, customer_id)
        words = {
            word.casefold() for one in found.identities for word in (one.key.value, one.shown, one.name, str(one.key))
        }
        if confirm.strip().casefold() not in words - {""}:
            raise Invalid("confirm is none of this customer's addresses or names")
        ids = [one.id for one in found.identities]
        if any([await erasures.erasing(session, one) is not None for one in ids]):
            raise Conflict("this customer is being erased already")
        await erasures.add(session, made)
        await erasures.add_items(session, made.id, Item.IDENTITY, ids)
        await hub.record(
            session, at_us=made.asked_us, actor=actor, action="customer.erase", target=f"erasure {made.id}"
        )

    await store.writer.command(write)
    return made
