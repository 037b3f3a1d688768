"""The record of who did what, and of who looked at whom. Changes are written with what they change (`hub.record`)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from channelhub.store.database import Session, Value
from channelhub.store.jsontext import as_json
from channelhub.store.sqlfile import Queries

LOOK: Final = "customer.look"
_sql = Queries.of("audit")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """Who did what to what; `detail` in words of the program, never of a message. A look's `target` is the customer,
    its `detail` how often they saw what of them in the ten minutes from `at_us` on."""

    id: int
    at_us: int
    actor: str
    action: str
    target: str
    detail: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lines; everything where nothing is said. `identity_ids` are those of one customer."""

    actor: str = ""
    action: str = ""
    identity_ids: Sequence[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """How often somebody saw what of a customer within ten minutes, by what it was."""

    actor: str
    customer_id: int
    looked_us: int  # when the ten minutes began
    counts: Mapping[str, int]


async def page(session: Session, wanted: Wanted, *, before: int, limit: int) -> list[AuditLine]:
    """Lines below an id, the newest first."""
    said: dict[str, Value] = {"actor": wanted.actor, "action": wanted.action, "before": before, "limit": limit}
    if wanted.identity_ids is not None:
        targets = [str(one) for one in sorted(set(wanted.identity_ids))]
        rows = await session.all(_sql.page_of_customer, targets=targets, **said)
    elif wanted.actor:
        rows = await session.all(_sql.page_of_actor, **said)
    elif wanted.action:
        rows = await session.all(_sql.page_of_action, action=wanted.action, before=before, limit=limit)
    else:
        rows = await session.all(_sql.page, before=before, limit=limit)
    return [
        AuditLine(
            id=row["id"],
            at_us=row["at_us"],
            actor=row["actor"],
            action=row["action"],
            target=row["target"],
            detail=json.loads(row["detail"]),
        )
        for row in rows
    ]


async def add_looks(session: Session, looks: Sequence[Looks]) -> None:
    """Write looks, each to the line of its ten minutes where there is one already."""
    for one in looks:
        place: dict[str, Value] = {
            "target": str(one.customer_id),
            "actor": one.actor,
            "looked_us": one.looked_us,
        }
        known = await session.one(_sql.look, **place)
        before = {} if known is None else json.loads(known["detail"])
        names = sorted({*before, *one.counts})
        detail = as_json({name: str(int(before.get(name, 0)) + one.counts.get(name, 0)) for name in names})
        if known is None:
            await session.run(_sql.add_look, action=LOOK, detail=detail, **place)
        else:
            await session.run(_sql.look_again, id=known["id"], detail=detail)
