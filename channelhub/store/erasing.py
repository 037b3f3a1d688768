"""Takes rows away for good, or what in them is a customer's; `store/personal.py` lists every table.

Each function works in the current transaction, and again changes nothing more.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

from channelhub.rules.identity import digest_id
from channelhub.store import message_texts
from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("erasing")
MERGE_PAGES = 500
_OF_MESSAGES = (
    _sql.remove_texts,
    _sql.remove_sources,
    _sql.remove_attachments,
    _sql.remove_album_parts,
    _sql.remove_media,
    _sql.remove_promises,
    _sql.remove_told_facts,
    _sql.remove_journey_places,
    _sql.remove_from_learning,
    _sql.remove_handovers,
    _sql.remove_delivery_reports,
    _sql.remove_messages,
)
_OF_PEOPLE = (
    _sql.unindex_people,
    _sql.remove_people_words,
    _sql.remove_links,
    _sql.remove_suggestions,
    _sql.remove_shared,
    _sql.remove_clues,
    _sql.remove_blocks,
    _sql.remove_profiles,
    _sql.remove_reach,
    _sql.remove_early_reports,
    _sql.remove_sent_parts,
    _sql.remove_habits,
    _sql.remove_threads,
    _sql.remove_listed,
    _sql.remove_optouts,
    _sql.remove_drafts,
    _sql.remove_note_texts,
    _sql.remove_mentions,
    _sql.remove_notes,
    _sql.remove_conversation_links,
    _sql.leave_conversations,
    _sql.remove_conversations,
    _sql.remove_timeline,
    _sql.remove_timeline_counts,
    _sql.remove_tags,
    _sql.remove_incidents,
    _sql.remove_identities,
)


async def files_of_messages(session: Session, message_ids: Sequence[int]) -> list[str]:
    return [row["sha256"] for row in await session.all(_sql.files_of_messages, ids=list(message_ids))]


async def files_sent(session: Session, identity_ids: Sequence[int]) -> set[str]:
    """Files that went to customers with our messages."""
    return _attached(row["payload"] for row in await session.all(_sql.payloads, ids=list(identity_ids)))


async def messages(session: Session, message_ids: Sequence[int], *, nobody: int | None) -> None:
    """Messages with their words, files' names and places in the search; in outages they count as a nobody's, or as
    their customer's where there is none.

    Their entries on the timeline go with the people.
    """
    ids = list(message_ids)
    versions = await message_texts.of_messages(session, ids)
    await message_texts.unindex(session, [version for own in versions.values() for version in own])
    if nobody is None:
        await session.run(_sql.forget_reasons, ids=ids)
    else:
        await session.run(_sql.nobodys_members, ids=ids, nobody=nobody)
    for query in _OF_MESSAGES:
        await session.run(query, ids=ids)


async def report(session: Session, message_id: int) -> str | None:
    """What outage detection was told of a message, as JSON."""
    row = await session.one(_sql.report_of, message_id=message_id)
    return None if row is None else str(row["report"])


async def rewrite_report(session: Session, message_id: int, text: str) -> None:
    await session.run(_sql.rewrite_report, message_id=message_id, report=text)


async def forget_emerging(session: Session) -> None:
    """What detection watches is written anew with its next step."""
    await session.run(_sql.remove_emerging)


async def events(session: Session, event_ids: Sequence[int]) -> None:
    """Events with what was, or was to be, posted of them."""
    ids = list(event_ids)
    keys = [row["message_key"] for row in await session.all(_sql.webhook_keys, ids=ids)]
    for query in (_sql.remove_attempts, _sql.remove_deliveries, _sql.remove_webhook_messages):
        await session.run(query, keys=keys)
    await session.run(_sql.remove_events, ids=ids)


async def webhook_bodies(session: Session, event_ids: Sequence[int]) -> dict[str, str]:
    """What is posted of events, by the key of the post."""
    return {row["message_key"]: row["body"] for row in await session.all(_sql.webhook_bodies, ids=list(event_ids))}


async def rewrite_events(session: Session, data: Mapping[int, str], bodies: Mapping[str, str]) -> None:
    """Other words in events by their ids, and in posts by their keys."""
    await session.run_many(_sql.rewrite_event, [{"id": left, "data": right} for left, right in data.items()])
    await session.run_many(
        _sql.rewrite_webhook_body, [{"message_key": left, "body": right} for left, right in bodies.items()]
    )


async def alerts(session: Session, gone: Sequence[int], rewritten: Mapping[int, str]) -> None:
    """What people on call were told: rows that go, and other words in those that stay."""
    await session.run(_sql.remove_alerts, ids=list(gone))
    await session.run_many(_sql.rewrite_alert, [{"id": left, "content": right} for left, right in rewritten.items()])


async def audit(session: Session, line_ids: Sequence[int], *, target: str) -> None:
    """Who did what stays."""
    await session.run(_sql.blank_audit, ids=list(line_ids), target=target)


async def keyed(session: Session, request_ids: Sequence[str]) -> None:
    """Requests with an idempotency key whose answers speak of a customer."""
    await session.run(_sql.remove_keyed, ids=list(request_ids))


async def people(session: Session, identity_ids: Sequence[int], *, nobody: int) -> None:
    """Identities with everything that hangs on them; in figures a nobody stands for them."""
    ids = list(identity_ids)
    await session.run(_sql.blank_outbox, ids=ids, nobody=nobody)
    await session.run(_sql.nobodys_notices, ids=ids, nobody=nobody)
    await session.run(_sql.remove_notices, ids=ids)
    await _ratings(session, ids, nobody)
    last = await session.one(_sql.last_incident, ids=ids)
    if last is not None:
        await session.run(_sql.blank_incident, id=last["id"], nobody=nobody)
    for query in _OF_PEOPLE:
        await session.run(query, ids=ids)


async def _ratings(session: Session, ids: list[int], nobody: int) -> None:
    """Scores stay. Of several of one thing the first: a nobody has one rating of it."""
    seen: set[int] = set()
    for row in await session.all(_sql.ratings, ids=ids):
        new_id = digest_id("rating", row["kind"], row["subject_id"], nobody)
        if new_id in seen:
            await session.run(_sql.remove_rating_versions, id=row["id"])
            await session.run(_sql.remove_rating, id=row["id"])
            continue
        seen.add(new_id)
        await session.run(_sql.nobodys_rating, id=row["id"], new_id=new_id, nobody=nobody)
        await session.run(_sql.blank_rating_versions, id=row["id"], new_id=new_id)


async def deliveries(session: Session, inbox_ids: Sequence[int], *, at_us: int) -> list[str]:
    """Leave nothing of deliveries but that they came, and when; the files with large ones."""
    ids = list(inbox_ids)
    files = [row["blob"] for row in await session.all(_sql.files_of_deliveries, ids=ids)]
    await session.run(_sql.remove_parked, ids=ids)
    await session.run(_sql.remove_deletions, ids=ids)
    await session.run(_sql.blank_deliveries, ids=ids, nothing=b"", erased_us=at_us)
    return files


async def named(session: Session, files: Sequence[str]) -> set[str]:
    """Which of some files are named by a row."""
    return {row["name"] for row in await session.all(_sql.named_files, names=list(files))}


async def still_named(session: Session, files: Sequence[str]) -> set[str]:
    """Which of some files are named by a row that stays, or go with a message that is still to be sent."""
    return await named(session, files) | (
        set(files) & _attached(row["payload"] for row in await session.all(_sql.waiting_payloads))
    )


async def merge_indexes(session: Session) -> bool:
    """Bring the parts of the search indexes together, some pages at a time; whether there is nothing left to merge.

    What was taken out of an index leaves its file only so. A merge that does nothing changes less than two rows
    (sqlite.org/fts5.html, 6.8).
    """
    is_over = True
    for query in (_sql.merge_texts, _sql.merge_people):
        before = await _changes(session)
        await session.run(query, pages=-MERGE_PAGES)  # negative: also what would not be merged yet
        is_over = is_over and await _changes(session) - before < 2
    return is_over


async def _changes(session: Session) -> int:
    row = await session.one(_sql.changes)
    assert row is not None
    return int(row["changes"])


def _attached(payloads: Iterable[str]) -> set[str]:
    return {one["sha256"] for payload in payloads for one in json.loads(payload).get("attachments", ())}
