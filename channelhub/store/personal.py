"""What erasing a customer does with every table of the schema. A test holds this list against the schema.

Whoever adds a table adds its line here. Where rows go, `store/erasures.py` has the query; where they are found by
something else than a column of theirs, the line says how.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Fate(StrEnum):
    """What becomes of rows that tell of an erased customer."""

    DELETE = "delete"
    BLANK = "blank"  # the row stays with its numbers and times, its words and addresses go
    NOBODY = "nobody"  # stays for the figures, its customer is a nobody from then on
    NONE = "none"  # holds nothing of customers


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """A table's line. `columns` are those by which a customer's rows are found; `why` says what isn't plain."""

    fate: Fate
    columns: tuple[str, ...] = ()
    why: str = ""


def _gone(*columns: str, why: str = "") -> Personal:
    return Personal(fate=Fate.DELETE, columns=columns, why=why)


def _blank(*columns: str, why: str) -> Personal:
    return Personal(fate=Fate.BLANK, columns=columns, why=why)


def _nobody(*columns: str, why: str) -> Personal:
    return Personal(fate=Fate.NOBODY, columns=columns, why=why)


def _none(why: str) -> Personal:
    return Personal(fate=Fate.NONE, why=why)


PERSONAL: Mapping[str, Personal] = MappingProxyType(
    {
        # What came in
        "inbox": _blank("id", why="the key stays, so that a redelivery is not taken in again"),
        "pending": _none("an erasure waits until what came before it was read"),
        "parked": _gone("inbox_id"),
        "cursors": _none("places in channels"),
        "early_reports": _gone("identity_id"),
        "deletions": _gone("inbox_id"),
        # Who it is
        "identities": _gone("id"),
        "people_words": _gone("identity_id"),
        "people_search": _gone("identity_id", why="index over people_words"),
        "links": _gone("left_id", "right_id"),
        "suggestions": _gone("left_id", "right_id"),
        "clues": _gone("identity_id", "value_key", why="and who mentioned the customer's addresses"),
        "shared_addresses": _gone("identity_id"),
        "blocks": _gone("identity_id"),
        "profiles": _gone("identity_id"),
        "reach": _gone("identity_id"),
        # What was said
        "conversations": _gone("identity_id", why="one in which others wrote, too, stays without key and subject"),
        "thread_ids": _gone("identity_id"),
        "conversation_links": _gone("left_id", "right_id"),
        "incidents": _gone("identity_id"),
        "incident_tags": _gone("incident_id"),
        "undo_steps": _none("ids and states of incidents, for ten minutes"),
        "messages": _gone("id"),
        "message_texts": _gone("message_id"),
        "message_search": _gone("message_id", why="index over message_texts"),
        "message_terms": _none("a view of message_search"),
        "indexed_texts": _gone("version_id", why="what of message_texts is in the index"),
        "message_sources": _gone("message_id"),
        "attachments": _gone("message_id"),
        "album_parts": _gone("message_id"),
        "media": _gone("message_id"),
        "media_totals": _none("sums of an account"),
        "timeline": _gone("identity_id"),
        "timeline_counts": _gone("identity_id"),
        "timeline_counted": _none("a place"),
        "learning_queue": _gone("message_id"),
        "habits": _gone("identity_id"),
        "promises": _gone("identity_id", "message_id"),
        "told_facts": _gone("identity_id", "message_id"),
        "journey_places": _gone("identity_id", "message_id"),
        # What agents wrote about it
        "drafts": _gone("conversation_id"),
        "notes": _gone("identity_id"),
        "note_texts": _gone("note_id"),
        "mentions": _gone("note_id"),
        # What we said
        "outbox": _blank("identity_id", why="its ids are not given again, and figures count what was sent"),
        "sent_parts": _gone("identity_id"),
        "handovers": _gone("message_id"),
        "delivery_reports": _gone("message_id"),
        "notices": _none("agents' words to many"),
        "notice_recipients": _nobody("identity_id", why="how many were told"),
        "notice_lists": _gone("identity_id"),
        "notice_optouts": _gone("identity_id"),
        "notice_slots": _none("times of accounts"),
        "notice_checkpoint": _none("a place"),
        # What happened
        "events": _gone("identity_id", why="and those whose data names a row that went; titles of outages in others"),
        "webhook_messages": _gone("event_id", why="and titles of outages in others"),
        "webhook_deliveries": _gone("message_key"),
        "webhook_attempts": _gone("delivery_id"),
        "webhooks": _none("endpoints of other systems"),
        "webhook_secrets": _none("keys of endpoints"),
        "alert_deliveries": _gone("content", why="those that tell of an erased event; titles of outages in others"),
        "alert_readers": _none("places and counts"),
        "audit": _blank("target", why="who did what stays, to whom goes"),
        "idempotency_keys": _gone("answer", why="found by an address in it"),
        # Outages
        "features": _blank("message_id", why="time and channel stay, words and the customer go"),
        "group_checkpoint": _blank("snapshot", why="words that nobody else used and the customer's ids are renamed"),
        "group_votes": _blank("votes", why="as in the snapshot"),
        "outages": _blank("title", why="a title in the customer's own words is made anew of another's"),
        "outage_members": _nobody("identity_id", why="how many reported it"),
        "outage_exclusions": _none("ids of messages"),
        "outage_decisions": _blank("reasons", why="words that nobody else used"),
        "outage_words": _gone("word", why="words that nobody else used"),
        "emerging_outages": _gone("messages", why="the detector writes them anew"),
        "ratings": _nobody("identity_id", why="the score stays, the comment goes"),
        "rating_versions": _blank("rating_id", why="the score stays, the comment goes"),
        "monitoring_alerts": _none("what monitoring systems say"),
        "traffic": _none("sums"),
        # The hub itself
        "users": _none("of agents"),
        "user_codes": _none("of agents"),
        "user_subjects": _none("of agents"),
        "saved_views": _none("of agents"),
        "tokens": _none("of agents and programs"),
        "sessions": _none("of agents"),
        "signin_links": _none("of agents"),
        "hub_facts": _none("of the hub"),
        "schema_migrations": _none("of the hub"),
        "erasures": _none("receipts: times, who asked, counts"),
        "erasure_items": _gone("erasure_id", why="when the erasure is over"),
    }
)
