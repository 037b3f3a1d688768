"""What customers complain about most, as the API shows it."""

from datetime import datetime

import msgspec

from channelhub.domain.times import from_us
from channelhub.pipeline.topics import ReportedTopic, TopicsReport
from channelhub.rules.topics.trends import Change

_HEADLINE_CHARS = 120


class ChangeView(msgspec.Struct, frozen=True, kw_only=True):
    """Against an earlier time: `customers` a week then; `ratio` of now to then, null where nobody complained of it
    then; `p` the chance of so large a difference, counted and beside those who wrote of anything else, without any."""

    customers: float
    ratio: float | None
    p: float


class ExampleView(msgspec.Struct, frozen=True, kw_only=True):
    """How a typical message begins."""

    message_id: str
    customer_id: str
    language: str
    text: str


class TopicView(msgspec.Struct, frozen=True, kw_only=True):
    """One matter. `history` counts customers by week, the newest first; all other numbers are of the newest week,
    `share` is of all who wrote. `trend`: up, down, steady (no more than chance explains) or unknown (nothing to compare
    with), against the mean of up to four weeks."""

    id: str
    title: str
    words: list[str]
    customers: int
    messages: int
    share: float
    history: list[int]
    trend: str
    week_before: ChangeView | None
    four_weeks: ChangeView | None
    languages: dict[str, int]
    channels: dict[str, int]
    in_outages: int
    examples: list[ExampleView]


class TopicsView(msgspec.Struct, frozen=True, kw_only=True):
    """A week is seven days; the newest one ends at `until`. `wrote` and `complained` count customers by week, the
    newest first. `one_in` above 1: each customer looked at stands for so many, and numbers are estimates."""

    until: datetime
    wrote: list[int]
    complained: list[int]
    one_in: int
    topics: list[TopicView]


def report(made: TopicsReport) -> TopicsView:
    return TopicsView(
        until=from_us(made.to_us),
        wrote=list(made.wrote),
        complained=list(made.complained),
        one_in=made.one_in,
        topics=[_topic(one) for one in made.topics],
    )


def _topic(one: ReportedTopic) -> TopicView:
    return TopicView(
        id=str(one.id),
        title=_headline(one),
        words=list(one.words),
        customers=one.customers[0],
        messages=one.messages,
        share=round(one.share, 4),
        history=list(one.customers),
        trend=str(one.trend),
        week_before=_change(one.week_before),
        four_weeks=_change(one.mean),
        languages=dict(one.languages),
        channels=dict(one.channels),
        in_outages=one.in_outages,
        examples=[
            ExampleView(
                message_id=str(each.message_id),
                customer_id=str(each.customer_id),
                language=each.language,
                text=each.text,
            )
            for each in one.examples
        ],
    )


def _headline(one: ReportedTopic) -> str:
    """A customer's own words, else the words that the complaints share."""
    words = " ".join(one.examples[0].text.split()) if one.examples else ", ".join(one.words)
    return words if len(words) <= _HEADLINE_CHARS else words[: _HEADLINE_CHARS - 1].rstrip() + "…"


def _change(one: Change | None) -> ChangeView | None:
    if one is None:
        return None
    ratio = None if one.ratio is None else round(one.ratio, 2)
    return ChangeView(customers=round(one.before, 2), ratio=ratio, p=float(f"{one.p:.2g}"))
