"""An outage explained, and who is affected, as assistants see it."""

from collections.abc import Mapping, Sequence
from typing import Any

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from channelhub.cli.mcp.desk import OutageLine, outage_line
from channelhub.cli.mcp.untrusted import Shape, Untrusted, untrusted, untrusted_line

MOST_POINTS = 48
MOST_DECISIONS = 20
MOST_WORDS = 10
MOST_ALERTS = 10


class Growth(Shape):
    """Reports of the last hour and of the hour before, at `at`."""

    at: str
    last_hour: int
    hour_before: int


class Point(Shape):
    """Reports of an interval, and how many unrelated messages such words would usually take in (null: not known)."""

    at: str
    reports: int
    expected: float | None


class Report(Shape):
    """A report that says what the outage is about, in its customer's own words."""

    message_id: str
    channel: str
    language: str
    at: str
    text: Untrusted


class TellingWord(Shape):
    """`customers` of `of` affected ones wrote the word; `usual_share` of the others do."""

    word: Untrusted
    customers: int
    of: int
    usual_share: float


class Trait(Shape):
    """What stands out among the affected: `customers` of the `of` who are known have it, `usual_share` of others."""

    name: Untrusted
    value: Untrusted
    customers: int
    of: int
    usual_share: float
    lift: float
    p: float


class Decision(Shape):
    """`actor` is empty for the hub itself."""

    at: str
    decision: str
    actor: str
    reasons: list[Untrusted]


class MonitoringAlert(Shape):
    """What a monitoring system said in the same minutes."""

    account: str
    name: Untrusted
    words: Untrusted


class Explanation(Shape):
    """Why the hub takes it for an outage, how it goes on, and what is special about it."""

    outage: OutageLine
    reasons: list[Untrusted]
    growth: Growth | None
    chart_interval_s: int | None
    chart: list[Point] = Field(description=f"The newest {MOST_POINTS} intervals.")
    reports: list[Report]
    telling_words: list[TellingWord]
    stands_out: list[Trait]
    decisions: list[Decision] = Field(description=f"The newest {MOST_DECISIONS}.")
    monitoring_alerts: list[MonitoringAlert]


class ValueCount(Shape):
    """So many affected customers have this value."""

    value: Untrusted
    customers: int


class AffectedBy(Shape):
    """The affected by one attribute, which is known of `known` of them; `others` have a value not listed."""

    name: Untrusted
    known: int
    values: list[ValueCount]
    others: int


class AffectedCustomer(Shape):
    """A customer by their newest listed report."""

    customer_id: str
    message_id: str
    channel: str
    language: str
    at: str


class Affected(Shape):
    """Who reports an outage. `by` counts the customers of the newest 500 reports by what is known of them."""

    outage: OutageLine
    by: list[AffectedBy]
    stands_out: list[Trait]
    customers: list[AffectedCustomer] | None = Field(description="null unless asked for and allowed.")
    next: str | None = Field(description="Pass as `before` for further customers; null at the end.")


def explanation(found: Mapping[str, Any]) -> Explanation:
    growth = found["growth"]
    return Explanation(
        outage=outage_line(found),
        reasons=[untrusted(one) for one in found["reasons"]],
        growth=None if growth is None else Growth(**growth),
        chart_interval_s=found["chart_interval_s"],
        chart=[Point(**one) for one in found["chart"][-MOST_POINTS:]],
        reports=[_report(one) for one in found["representatives"]],
        telling_words=[_word(one) for one in found["distinguishing"][:MOST_WORDS]],
        stands_out=[_trait(one) for one in found["common"]],
        decisions=[_decision(one) for one in found["explanation"]["decisions"][-MOST_DECISIONS:]],
        monitoring_alerts=[
            MonitoringAlert(account=one["account"], name=untrusted_line(one["name"]), words=untrusted(one["words"]))
            for one in found["alerts"][:MOST_ALERTS]
        ],
    )


def affected(found: Mapping[str, Any], *, customers: bool, before: str, limit: int) -> Affected:
    """The customers are those of the newest reports that the hub lists; `before` is the message to go on after."""
    listed, following = customer_page(found["members"], before=before, limit=limit) if customers else (None, None)
    return Affected(
        outage=outage_line(found),
        by=[_by(one) for one in found["affected"]],
        stands_out=[_trait(one) for one in found["common"]],
        customers=listed,
        next=following,
    )


def customer_page(
    members: Sequence[Mapping[str, Any]], *, before: str, limit: int
) -> tuple[list[AffectedCustomer], str | None]:
    """Each customer once, by their newest report, and where the list goes on."""
    newest: dict[str, Mapping[str, Any]] = {}
    for one in members:
        newest.setdefault(one["customer_id"], one)
    ordered = list(newest.values())
    places = {one["message_id"]: place for place, one in enumerate(ordered)}
    if before and before not in places:
        raise ToolError("The list has changed since: ask again without `before`.")
    start = places[before] + 1 if before else 0
    page = ordered[start : start + limit]
    following = page[-1]["message_id"] if page and start + limit < len(ordered) else None
    return [_customer(one) for one in page], following


def _customer(one: Mapping[str, Any]) -> AffectedCustomer:
    names = ("customer_id", "message_id", "channel", "language", "at")
    return AffectedCustomer(**{name: one[name] for name in names})


def _report(one: Mapping[str, Any]) -> Report:
    text = f"{one['subject']}\n{one['text']}".strip()
    return Report(
        message_id=one["message_id"],
        channel=one["channel"],
        language=one["language"],
        at=one["at"],
        text=untrusted(text),
    )


def _word(one: Mapping[str, Any]) -> TellingWord:
    return TellingWord(
        word=untrusted_line(one["word"]), customers=one["customers"], of=one["of"], usual_share=one["usual_share"]
    )


def _trait(one: Mapping[str, Any]) -> Trait:
    return Trait(
        name=untrusted_line(one["name"]),
        value=untrusted_line(one["value"]),
        customers=one["customers"],
        of=one["of"],
        usual_share=one["usual_share"],
        lift=one["lift"],
        p=one["p"],
    )


def _by(one: Mapping[str, Any]) -> AffectedBy:
    return AffectedBy(
        name=untrusted_line(one["name"]),
        known=one["known"],
        values=[ValueCount(value=untrusted_line(each["value"]), customers=each["customers"]) for each in one["values"]],
        others=one["others"],
    )


def _decision(one: Mapping[str, Any]) -> Decision:
    return Decision(
        at=one["at"],
        decision=one["decision"],
        actor=one["actor"],
        reasons=[untrusted(each) for each in one["reasons"]],
    )
