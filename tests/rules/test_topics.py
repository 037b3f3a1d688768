"""Topics: what different customers complain of, across three languages, however loud one of them is."""

from collections.abc import Sequence
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from channelhub.content.features import features
from channelhub.rules.topics.grouping import LEAST_CUSTOMERS, MOST_OF_CUSTOMER, group
from channelhub.rules.topics.model import WEEK_US, Said, Topic, Weeks, keys_of
from tests.examples import examples

NOW_US = 60 * WEEK_US
#: Complaints about two matters, as people of three languages write.
COURIER = (
    "the courier did not deliver my parcel",
    "parcel not delivered, courier never came",
    "курьер не доставил посылку",
    "посылка не доставлена, курьер не приехал",
    "кур'єр не доставив посилку",
    "посилку не доставили, кур'єр не приїхав",
)
CODE = (
    "sms with the code does not arrive",
    "no code by sms, cannot confirm",
    "не приходит код в смс",
    "код подтверждения по смс не пришел",
    "не приходить код у смс",
    "код підтвердження в смс не прийшов",
)
SMALL_TALK = ("when are you open on sunday", "как поменять тариф", "чи є знижка для студентів", "where is your store")
WORDS = [f"{first}{second}{third}" for first in "bdgk" for second in ("ala", "eno", "iru") for third in ("met", "sof")]


def said(number: int, text: str, *, customer: int | None = None, week: int = 0, origin: str = "") -> Said:
    made = features(subject="", text=text)
    return Said(
        message_id=number, at_us=NOW_US - week * WEEK_US - number - 1,
        customer=number if customer is None else customer,
        language=made.language, channel="email", keys=keys_of(made), origin=origin, template=made.template,
    )  # fmt: skip


def traffic(seed: int = 1, *, weeks: int = 5) -> list[Said]:
    """Each week twelve complaints of one matter, six of the other, and questions."""
    random = Random(seed)
    texts = [
        (week, f"{text}, {random.choice(WORDS)} {random.choice(WORDS)}")
        for week in range(weeks)
        for text in (*COURIER, *COURIER, *CODE, *random.choices(SMALL_TALK, k=20))
    ]
    return [said(number, text, week=week) for number, (week, text) in enumerate(texts, 1)]


def about(found: Weeks, concept: str) -> list[Topic]:
    return [one for one in found.topics if concept in one.keys]


def test_complaints_of_one_matter_in_three_languages_are_one_topic() -> None:
    found = group(traffic(), now_us=NOW_US, weeks=5)

    [courier] = about(found, "#courier")
    [code] = about(found, "#code")
    assert {one.language for one in courier.members} >= {"en", "ru", "uk"}
    assert [courier.customers(week) for week in range(5)] == [12] * 5
    assert [code.customers(week) for week in range(5)] == [6] * 5
    assert found.wrote == [38] * 5
    assert found.complained == [18] * 5


def test_questions_are_no_complaints() -> None:
    found = group([said(number, SMALL_TALK[number % 4]) for number in range(1, 200)], now_us=NOW_US, weeks=2)

    assert not found.topics
    assert found.wrote == [199, 0]


def test_one_angry_customer_makes_no_topic() -> None:
    calm = traffic(weeks=1)
    angry = [said(1000 + number, f"the elevator is broken again {number}", customer=7) for number in range(500)]
    found = group(calm + angry, now_us=NOW_US, weeks=1)

    assert not [one for one in found.topics for member in one.members if member.message_id >= 1000]


def test_a_loud_customer_neither_hides_a_topic_nor_counts_more_than_one() -> None:
    text = "courier did not deliver parcel"
    loud = [said(1000 + number, f"{text} {WORDS[number % 12]}", customer=7) for number in range(900)]
    [courier] = about(group(traffic(weeks=1) + loud, now_us=NOW_US, weeks=1), "#parcel")

    assert courier.customers(0) == 12
    assert sum(member.customer == 7 for member in courier.members) <= MOST_OF_CUSTOMER


def test_one_origin_makes_no_topic() -> None:
    forged = [said(number, "elevator stuck between floors", origin="192.0.2.0/24") for number in range(1, 200)]
    found = group(traffic(weeks=1) + forged, now_us=NOW_US, weeks=1)

    assert all(one.customers(0) <= 12 for one in found.topics)


def test_one_text_repeated_makes_no_topic() -> None:
    text = "our elevator is broken and stuck between floors since monday morning please repair it"
    found = group([said(number, text) for number in range(1, 200)], now_us=NOW_US, weeks=1)

    assert not found.topics


@given(st.randoms(use_true_random=False))
@settings(max_examples=examples(15), deadline=None)
def test_the_order_of_reading_does_not_matter(random: Random) -> None:
    messages = traffic()
    mixed = random.sample(messages, len(messages))

    assert group(mixed, now_us=NOW_US, weeks=5) == group(messages, now_us=NOW_US, weeks=5)


@given(st.lists(st.tuples(st.integers(1, 8), st.lists(st.sampled_from("abcdefgh"), max_size=5), st.integers(0, 3))))
@settings(max_examples=examples(100), deadline=None)
def test_every_complaint_has_at_most_one_topic_and_each_topic_enough_customers(
    rows: Sequence[tuple[int, list[str], int]],
) -> None:
    messages = [
        Said(
            message_id=number, at_us=NOW_US - week * WEEK_US - 1, customer=customer, language="en", channel="email",
            keys=tuple(dict.fromkeys(keys)),
        )
        for number, (customer, keys, week) in enumerate(rows, 1)
    ]  # fmt: skip
    found = group(messages, now_us=NOW_US, weeks=4)

    members = [one.message_id for topic in found.topics for one in topic.members]
    assert len(members) == len(set(members))
    assert all(len({one.customer for one in topic.members}) >= LEAST_CUSTOMERS for topic in found.topics)
    assert all(topic.customers(week) <= found.complained[week] for topic in found.topics for week in range(4))
