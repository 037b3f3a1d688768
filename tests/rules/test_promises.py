"""What counts as a promise in three languages, by when it is due, and how it stands."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.deadlines import deadline
from channelhub.rules.promises import MAX_PROMISES, MAX_WORDS, Made, Standing, by_urgency, promises

KYIV = ZoneInfo("Europe/Kyiv")
SAID = datetime(2026, 11, 25, 14, 0, tzinfo=KYIV)  # a Wednesday


def due(text: str, said: datetime = SAID) -> str | None:
    """Day and hour; of a whole day its date; `?` for a promise without a date, None for no promise."""
    found = promises(text, at=said)
    if not found:
        return None
    (one,) = found
    if one.deadline is None:
        return "?"
    if one.deadline.is_day:
        return f"{one.deadline.at - timedelta(hours=1):%d.%m}"
    return f"{one.deadline.at:%d.%m %H:%M}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Передзвонимо до 18:00.", "25.11 18:00"),
        ("Передзвонимо до 13:00.", "26.11 13:00"),
        ("Перезвоним завтра до 12:00, хорошего дня!", "26.11 12:00"),
        ("We'll call you back by 6 pm.", "25.11 18:00"),
        ("Перезвоню к 6 вечера", "25.11 18:00"),
        ("Зателефонуємо о 9 ранку", "26.11 09:00"),
        ("Відправимо до 18", "25.11 18:00"),
        ("Доставимо завтра з 10:00 до 12:00", "26.11 12:00"),
        ("Перезвоним в течение двух часов", "25.11 16:00"),
        ("Зв'яжемося з вами протягом години", "25.11 15:00"),
        ("We will get back to you within 24 hours.", "26.11 14:00"),
        ("Відповімо протягом дня.", "25.11"),
        ("Вернём деньги в течение 3 рабочих дней", "30.11"),
        ("Повернемо кошти протягом 1-2 тижнів", "09.12"),
        ("I'll send it by Friday.", "27.11"),
        ("Ответим в понедельник", "30.11"),
        ("Надішлемо в середу", "25.11"),
        ("We are going to resolve it by the end of the week", "29.11"),
        ("Напишем на следующей неделе", "06.12"),
        ("Доставим до 30.11.", "30.11"),
        ("Доставимо до 5 грудня", "05.12"),
        ("We will ship it on December 3rd.", "03.12"),
        ("Отправим ваш заказ от 20.11 завтра", "26.11"),
        ("Вышлем 10 января", "10.01"),
        ("Ваше замовлення буде доставлено у п'ятницю до 15:00.", "27.11 15:00"),
        ("Сообщим, как только будут новости.", "?"),
        ("Напишем после 15:00", "?"),
        ("Зателефонуємо за годину до доставки", "?"),
        ("Перевіримо 20.11.2025", "?"),
    ],
)
def test_a_promise_is_due_when_its_words_say(text: str, expected: str) -> None:
    assert due(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Не передзвонимо сьогодні.",
        "We will not call you today.",
        "Если не ответим до 18:00, позвоните.",
        "Якщо не доставимо завтра, повернемо кошти.",
        "Передзвонимо завтра?",
        "Ваше замовлення буде доставлено.",
        "Ви отримали замовлення вчора о 18:00.",
        "Please call us by 6 pm.",
        "",
    ],
)
def test_refusals_conditions_questions_and_reports_promise_nothing(text: str) -> None:
    assert due(text) is None


def test_each_sentence_promises_for_itself() -> None:
    found = promises("Добрий день! Перевіримо оплату сьогодні. Відповімо завтра до 10:30.\nДякуємо", at=SAID)

    assert [one.words for one in found] == ["Перевіримо оплату сьогодні.", "Відповімо завтра до 10:30."]
    assert [one.deadline.is_day for one in found if one.deadline] == [True, False]


def test_days_end_at_the_zones_midnight_also_when_clocks_change() -> None:
    before = datetime(2026, 10, 24, 12, 0, tzinfo=KYIV)  # on the 25th an hour is repeated
    day = deadline("до завтра", at=before)
    hours = deadline("протягом 24 годин", at=before)

    assert day is not None
    assert hours is not None
    assert day.at.astimezone(ZoneInfo("UTC")) == datetime(2026, 10, 25, 22, tzinfo=ZoneInfo("UTC"))
    assert hours.at == datetime(2026, 10, 25, 11, 0, tzinfo=KYIV)


def test_what_we_wrote_after_keeps_a_promise_and_open_ones_come_first() -> None:
    def made(message_id: int, at_us: int, due_us: int | None) -> Made:
        return Made(message_id=message_id, identity_id=1, at_us=at_us, words="", due_us=due_us, is_day=False)

    every = [made(1, 10, None), made(2, 20, 25), made(3, 30, None), made(4, 31, 90), made(5, 32, 40)]
    judged = by_urgency(every, spoke_us=30, now_us=50)

    assert [(one.message_id, str(standing)) for one, standing in judged] == [
        (5, Standing.OVERDUE), (4, Standing.OPEN), (3, Standing.OPEN), (2, Standing.KEPT), (1, Standing.KEPT),
    ]  # fmt: skip


WORDS = (
    "передзвонимо відправимо we will call не если до к by at протягом within 18 18:00 25.11 31.02 99 2 робочих днів "
    "годин тижня friday п'ятницю завтра 5 грудня december 24:00 6 pm . , ? 999 years 9999-12-31"
)


@given(
    st.text(max_size=200) | st.lists(st.sampled_from(WORDS.split()), max_size=30).map(" ".join),
    st.datetimes(timezones=st.just(KYIV)),
)
def test_any_text_at_any_time_is_read_within_bounds(text: str, said: datetime) -> None:
    found = promises(text, at=said)

    assert len(found) <= MAX_PROMISES
    for one in found:
        assert len(one.words) <= MAX_WORDS
        assert one.deadline is None or said < one.deadline.at
