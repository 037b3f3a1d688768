"""What the card tells beside the timeline, as the API shows it."""

from datetime import date, datetime, timedelta, tzinfo

import msgspec

from channelhub.domain.times import from_us, to_us
from channelhub.pipeline.knowing import Known
from channelhub.rules.habits import Window, habits
from channelhub.rules.promises import Made, Standing, by_urgency


class BestTimeView(msgspec.Struct, frozen=True, kw_only=True):
    """When they write most. `days`: any, weekdays or weekend; `since` and `until` are hours of `zone`, as 18:00."""

    days: str
    since: str
    until: str
    zone: str


class HabitsView(msgspec.Struct, frozen=True, kw_only=True):
    """Learned from their newest messages. null: not known yet. `messages`: how many there are to learn from."""

    messages: int
    channel: str | None  # the one they prefer
    best_time: BestTimeView | None


class PromiseView(msgspec.Struct, frozen=True, kw_only=True):
    """What we promised in a message of ours. `state`: open, overdue, or kept, as we wrote to them afterwards.
    `due_day`: by the end of this day of the hub's zone; `due_at` is the midnight after it."""

    message_id: str
    at: datetime
    text: str
    due_at: datetime | None
    due_day: date | None
    state: str


class ToldView(msgspec.Struct, frozen=True, kw_only=True):
    """What they told us already. `topic`: order, parcel, phone, email, city, address, device; `value` compares, `text`
    is as they wrote it. `verified` is that of the message's sender."""

    topic: str
    value: str
    text: str
    message_id: str
    at: datetime
    verified: bool


class JourneyView(msgspec.Struct, frozen=True, kw_only=True):
    """The last event of an order, or one that names none."""

    message_id: str
    at: datetime
    name: str
    text: str
    order_id: str
    verified: bool


class KnownView(msgspec.Struct, frozen=True, kw_only=True):
    """Of promises what isn't kept comes first."""

    habits: HabitsView
    promises: list[PromiseView]
    told: list[ToldView]
    journeys: list[JourneyView]


def view(one: Known, *, at: datetime) -> KnownView:
    """As it stands at a local time, in its zone."""
    assert at.tzinfo is not None
    learned = habits(one.tally, zone=at.tzinfo, now=at)
    judged = by_urgency(one.promises, spoke_us=one.tally.spoke_us, now_us=to_us(at))
    return KnownView(
        habits=HabitsView(
            messages=learned.messages,
            channel=learned.channel,
            best_time=None if learned.window is None else _best_time(learned.window, zone=str(at.tzinfo)),
        ),
        promises=[_promise(made, standing, at.tzinfo) for made, standing in judged],
        told=[
            ToldView(
                topic=str(told.fact.topic),
                value=told.fact.value,
                text=told.fact.shown,
                message_id=str(told.message_id),
                at=from_us(told.at_us),
                verified=told.is_verified,
            )
            for told in one.told
        ],
        journeys=[
            JourneyView(
                message_id=str(journey.entry.id),
                at=from_us(journey.entry.at_us),
                name=journey.entry.subject,
                text=journey.entry.preview,
                order_id=journey.order_id,
                verified=journey.entry.is_verified,
            )
            for journey in one.journeys
        ],
    )


def _best_time(window: Window, *, zone: str) -> BestTimeView:
    return BestTimeView(days=str(window.days), since=f"{window.since:02}:00", until=f"{window.until:02}:00", zone=zone)


def _promise(made: Made, standing: Standing, zone: tzinfo) -> PromiseView:
    due_at = None if made.due_us is None else from_us(made.due_us)
    return PromiseView(
        message_id=str(made.message_id),
        at=from_us(made.at_us),
        text=made.words,
        due_at=due_at,
        due_day=(due_at - timedelta(seconds=1)).astimezone(zone).date() if due_at and made.is_day else None,
        state=str(standing),
    )
