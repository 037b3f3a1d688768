"""From a post, or a comment of the list, to the raw message that is stored."""

import hashlib
from typing import Final

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.json_parts import UNREADABLE
from connectors.helpdesk.said import MAX_ID_CHARS, TRUST, moment
from connectors.helpdesk.zendesk.shapes import Comment, Event, Id, Line

PREFIX: Final = "zen:event-type:"
ADDED: Final = "ticket.comment_added"
#: What befalls a comment after it was made: customers no longer see it as it was.
TAKEN_BACK: Final = frozenset({"ticket.comment_redacted", "ticket.comment_made_private"})
#: Documented events of tickets that no customer is told of; files of comments come with the list.
IGNORED: Final = frozenset(
    f"ticket.{name}"
    for name in (
        "agent_assignment_changed", "attachment_linked_to_comment", "attachment_redacted_from_comment",
        "brand_changed", "created", "custom_field_changed", "custom_status_changed", "description_changed",
        "email_ccs_changed", "external_id_changed", "followers_changed", "form_changed", "group_assignment_changed",
        "marked_as_spam", "merged", "organization_changed", "permanently_deleted", "priority_changed",
        "problem_link_changed", "requester_changed", "schedule_changed", "sla_policy_changed", "soft_deleted",
        "status_changed", "subject_changed", "submitter_changed", "tags_changed", "task_due_at_changed",
        "type_changed", "undeleted", "via_changed",
    )
)  # fmt: skip
LISTED: Final = "listed"  # of the envelope: it came by the list


class _Named(msgspec.Struct, frozen=True):
    id: Id


def posted(body: bytes, *, account: str, trust: str, peer: str = "") -> RawMessage | None:
    """What is stored of a post: a comment by its id, other events by theirs, the rest by its digest."""
    try:
        event = msgspec.json.decode(body, type=Event)
    except UNREADABLE:
        event = Event(type="")
    what = event.type.removeprefix(PREFIX)
    if what in IGNORED:
        return None
    name = event.id
    if what == ADDED:
        try:
            name = posted_id(msgspec.json.decode(event.event.comment, type=_Named).id)
        except UNREADABLE:
            name = event.id
    return RawMessage(
        account=account,
        delivery_id=name if 0 < len(name) <= MAX_ID_CHARS else hashlib.sha256(body).hexdigest(),
        body=body,
        content_type="application/json",
        envelope=Envelope(peer=peer, extra={TRUST: trust}),
        channel_time=moment(event.time),
    )


def listed(comment: Comment, line: Line, *, account: str, trust: str) -> RawMessage:
    """A comment out of the list."""
    return RawMessage(
        account=account,
        delivery_id=f"listed:{comment.id}",
        body=msgspec.json.encode(line),
        content_type="application/json",
        envelope=Envelope(extra={TRUST: trust, LISTED: "yes"}),
        channel_time=moment(comment.created_at),
        is_backfill=True,
    )


def posted_id(comment_id: Id) -> str:
    """The delivery id of a comment's post."""
    return f"comment:{comment_id}"
