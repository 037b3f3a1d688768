"""Customers as assistants see them: card, timeline, search."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from channelhub.cli.mcp.desk import IncidentLine, OutageLine, incident_line, outage_line
from channelhub.cli.mcp.untrusted import Shape, Untrusted, untrusted, untrusted_line

MOST_ADDRESSES = 50
MOST_OPEN = 20


class Address(Shape):
    """One address of the customer. `verified`: something better than their own word says that it is theirs."""

    identity_id: str
    kind: str
    value: Untrusted
    account: str
    verified: bool


class TimelineEntry(Shape):
    """`direction` is `in` for what the customer wrote, `out` for what was sent to them."""

    id: str
    type: str
    at: str
    channel: str
    account: str
    direction: str
    verified: bool
    subject: Untrusted
    text: Untrusted
    attachments: int
    identity_id: str
    conversation_id: str | None
    incident_id: str | None
    outage_id: str | None
    state: str


class Timeline(Shape):
    """The newest first. Pass `next` as `before` for older ones; null at the end."""

    items: list[TimelineEntry]
    next: str | None


class CustomerCard(Shape):
    """A customer with what is open, and the newest entries of the timeline."""

    customer_id: str
    name: Untrusted
    language: str
    segment: Untrusted
    addresses: list[Address]
    open_incidents: list[IncidentLine]
    open_outages: list[OutageLine]
    suggested_links: int = Field(description="Claimed connections that wait for a person to decide.")
    entries: int
    channels: list[str]
    first_at: str | None
    last_at: str | None
    timeline: Timeline


class Hit(Shape):
    """A customer found by name or address, or by a message (`message_id`, `text`)."""

    customer_id: str
    name: Untrusted
    matched: Untrusted
    message_id: str | None
    text: Untrusted
    at: str | None


class Hits(Shape):
    """People first, then messages, the newest first. Pass `next` as `before` for older messages."""

    items: list[Hit]
    next: str | None


def card(found: Mapping[str, Any], newest: Timeline) -> CustomerCard:
    person, stats = found["customer"], found["stats"]
    return CustomerCard(
        customer_id=person["id"],
        name=untrusted_line(person["name"]),
        language=person["language"],
        segment=untrusted_line(person["segment"]),
        addresses=[address(one) for one in found["identities"][:MOST_ADDRESSES]],
        open_incidents=[incident_line(one) for one in found["incidents"][:MOST_OPEN]],
        open_outages=[outage_line(one) for one in found["outages"][:MOST_OPEN]],
        suggested_links=len(found["suggestions"]),
        entries=stats["entries"],
        channels=stats["channels"],
        first_at=stats["first_at"],
        last_at=stats["last_at"],
        timeline=newest,
    )


def address(one: Mapping[str, Any]) -> Address:
    return Address(
        identity_id=one["id"],
        kind=one["kind"],
        value=untrusted_line(one["shown"]),
        account=one["account"],
        verified=one["verified"],
    )


def timeline(found: Mapping[str, Any]) -> Timeline:
    return Timeline(items=[entry(one) for one in found["items"]], next=found["next"])


def entry(one: Mapping[str, Any]) -> TimelineEntry:
    text = untrusted(one["text"])
    return TimelineEntry(
        id=one["id"],
        type=one["type"],
        at=one["at"],
        channel=one["channel"],
        account=one["account"],
        direction=one["direction"],
        verified=one["verified"],
        subject=untrusted_line(one["subject"]),
        text=Untrusted(untrusted_text=text.untrusted_text, cut=text.cut or one["cut"]),
        attachments=one["attachments"],
        identity_id=one["identity_id"],
        conversation_id=one["conversation_id"],
        incident_id=one["incident_id"],
        outage_id=one["outage_id"],
        state=one["state"],
    )


def hits(found: Mapping[str, Any]) -> Hits:
    return Hits(
        items=[
            Hit(
                customer_id=one["customer_id"],
                name=untrusted_line(one["name"]),
                matched=untrusted_line(one["matched"]),
                message_id=one["message_id"],
                text=untrusted(one["text"]),
                at=one["at"],
            )
            for one in found["items"]
        ],
        next=found["next"],
    )
