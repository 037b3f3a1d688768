"""What outages say in the words of a customer who is erased, put otherwise."""

import json
from collections.abc import Mapping, Sequence

from channelhub.rules.erasing import retold
from channelhub.store.database import Session
from channelhub.store.jsontext import as_json
from channelhub.store.sqlfile import Queries

_sql = Queries.of("erasing")


async def retell(session: Session, outage_id: int, other: Mapping[str, str], words: Sequence[str]) -> None:
    """Say why an outage is one, and why each report is in it, with other words; `words` stand for no term any more."""
    decisions = [
        {"outage_id": outage_id, **{name: row[name] for name in ("at_us", "decision", "subject_id")}, "reasons": said}
        for row in await session.all(_sql.decision_reasons, outage_id=outage_id)
        if (said := _said(row["reasons"], other)) != row["reasons"]
    ]
    members = [
        {"outage_id": outage_id, "message_id": row["message_id"], "reasons": said}
        for row in await session.all(_sql.member_reasons, outage_id=outage_id)
        if (said := _said(row["reasons"], other)) != row["reasons"]
    ]
    await session.run_many(_sql.rewrite_decision, decisions)
    await session.run_many(_sql.rewrite_member, members)
    await session.run(_sql.remove_outage_words, outage_id=outage_id, words=list(words))


def _said(reasons: str, other: Mapping[str, str]) -> str:
    known = json.loads(reasons)
    said = retold(known, other)
    return reasons if said == known else as_json(said)
