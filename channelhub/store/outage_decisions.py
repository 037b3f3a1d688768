"""Every decision about an outage with its reasons: what the hub concluded, and what people did."""

from collections.abc import Sequence
from dataclasses import dataclass

from channelhub.rules.outage.reasons import Reasons, decoded, encoded
from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("outage_decisions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One decision. `decision`: suspected, grown, merged, resolved, or the action of a person.

    `subject_id` is the other outage or the message that it is about, else 0; an empty `actor` is the hub itself;
    `customers` are the distinct ones by then, 0 where nobody counted.
    """

    outage_id: int
    at_us: int
    decision: str
    reasons: Reasons
    subject_id: int = 0
    actor: str = ""
    customers: int = 0


async def add(session: Session, decided: Sequence[Decided]) -> None:
    """Remember decisions. One that is there already stays as it is."""
    await session.run_many(
        _sql.add,
        [
            {
                "outage_id": one.outage_id,
                "at_us": one.at_us,
                "decision": one.decision,
                "subject_id": one.subject_id,
                "actor": one.actor,
                "customers": one.customers,
                "reasons": encoded(one.reasons),
            }
            for one in decided
        ],
    )


async def of_outage(session: Session, outage_id: int, *, limit: int = 200) -> list[Decided]:
    """The newest decisions about an outage, the oldest of them first."""
    rows = await session.all(_sql.of_outage, outage_id=outage_id, limit=limit)
    return [
        Decided(
            outage_id=outage_id,
            at_us=row["at_us"],
            decision=row["decision"],
            subject_id=row["subject_id"],
            actor=row["actor"],
            customers=row["customers"],
            reasons=decoded(row["reasons"]),
        )
        for row in reversed(rows)
    ]
