"""Incidents, outages in a line, and topics as assistants see them."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from channelhub.cli.mcp.untrusted import (
    Shape,
    Untrusted,
    UntrustedWords,
    untrusted,
    untrusted_line,
    untrusted_words,
)

MOST_EXAMPLES = 2


class IncidentLine(Shape):
    """A registered contact that wants an answer."""

    incident_id: str
    number: int
    state: str
    priority: str
    service: str
    subject: Untrusted
    language: str
    assignee: str
    customer_id: str
    conversation_id: str
    opened_at: str
    changed_at: str


class Incidents(Shape):
    """The newest first. Pass `next` as `before` for older ones; null at the end."""

    items: list[IncidentLine]
    next: str | None


class OutageLine(Shape):
    """What many customers report at once. `title` and `words` are customers' own."""

    outage_id: str
    state: str = Field(description="suspected, confirmed and monitoring are open; dismissed and resolved are not.")
    version: int
    title: Untrusted
    words: UntrustedWords
    customers: int = Field(description="Different customers who report it.")
    messages: int
    began_at: str
    noticed_at: str
    last_report_at: str | None
    closed_at: str | None
    merged_into: str | None
    level: str


class Emerging(Shape):
    """A burst that is rising but not enough yet to be suspected: from the score `needed` on it would be."""

    words: UntrustedWords
    newest_report: Untrusted
    customers: int
    score: float
    needed: float
    first_at: str
    last_at: str


class Outages(Shape):
    """`outages` the newest first, `emerging` the strongest first. Pass `next` as `before` for older ones."""

    outages: list[OutageLine]
    emerging: list[Emerging]
    next: str | None


class Topic(Shape):
    """What customers complain about. `history`: different customers by week, the newest first."""

    title: Untrusted
    words: UntrustedWords
    customers: int
    messages: int
    share: float = Field(description="Of all customers who wrote this week.")
    history: list[int]
    trend: str
    channels: dict[str, int]
    languages: dict[str, int]
    in_outages: int
    examples: list[Untrusted]


class Topics(Shape):
    """Weeks are seven days; the newest ends at `until`. `wrote`, `complained`: customers by week, the newest first."""

    until: str
    wrote: list[int]
    complained: list[int]
    estimated: bool = Field(description="Counts are estimates from a sample of customers.")
    topics: list[Topic]


def incident_line(one: Mapping[str, Any]) -> IncidentLine:
    return IncidentLine(
        incident_id=one["id"],
        number=one["number"],
        state=one["state"],
        priority=one["priority"],
        service=one["service"],
        subject=untrusted_line(one["subject"]),
        language=one["language"],
        assignee=one["assignee"],
        customer_id=one["customer_id"],
        conversation_id=one["conversation_id"],
        opened_at=one["opened_at"],
        changed_at=one["changed_at"],
    )


def incidents(found: Mapping[str, Any]) -> Incidents:
    return Incidents(items=[incident_line(one) for one in found["items"]], next=found["next"])


def outage_line(one: Mapping[str, Any]) -> OutageLine:
    return OutageLine(
        outage_id=one["id"],
        state=one["state"],
        version=one["version"],
        title=untrusted_line(one["title"]),
        words=untrusted_words([term.removeprefix("#") for term in one["terms"]]),
        customers=one["customers"],
        messages=one["messages"],
        began_at=one["began_at"],
        noticed_at=one["opened_at"],
        last_report_at=one["last_report_at"],
        closed_at=one["closed_at"],
        merged_into=one["merged_into"],
        level=one["level"],
    )


def emerging(one: Mapping[str, Any]) -> Emerging:
    return Emerging(
        words=untrusted_words(one["terms"]),
        newest_report=untrusted(one["text"]),
        customers=one["customers"],
        score=one["score"],
        needed=one["needed"],
        first_at=one["first_at"],
        last_at=one["last_at"],
    )


def topics(found: Mapping[str, Any], *, most: int) -> Topics:
    return Topics(
        until=found["until"],
        wrote=found["wrote"],
        complained=found["complained"],
        estimated=found["one_in"] > 1,
        topics=[_topic(one) for one in found["topics"][:most]],
    )


def _topic(one: Mapping[str, Any]) -> Topic:
    return Topic(
        title=untrusted_line(one["title"]),
        words=untrusted_words(one["words"]),
        customers=one["customers"],
        messages=one["messages"],
        share=one["share"],
        history=one["history"],
        trend=one["trend"],
        channels=one["channels"],
        languages=one["languages"],
        in_outages=one["in_outages"],
        examples=[untrusted_line(each["text"]) for each in one["examples"][:MOST_EXAMPLES]],
    )
