"""Alerts of monitoring find their outage by time and words, and it is told who was first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.monitoring import FiredAlert
from channelhub.rules.outage.alerting import alert_key
from channelhub.rules.outage.alerts import MOST, RelatedAlert, lead_words, related
from channelhub.rules.outage.thresholds import MINUTE_US

BEGAN = 1_000_000 * MINUTE_US
TERMS = ("оплата", "проходить", "касі")


def alert(
    minutes: float, *, until: float | None = None, name: str = "DiskFull", summary: str = "", **labels: str
) -> FiredAlert:
    return FiredAlert(
        id=int(1000 + minutes),
        account="watch",
        key=name,
        name=name,
        severity="",
        summary=summary,
        labels=labels,
        url="",
        started_us=BEGAN + int(minutes * MINUTE_US),
        ended_us=None if until is None else BEGAN + int(until * MINUTE_US),
    )


def found(*alerts: FiredAlert, minutes: float = 60) -> tuple[RelatedAlert, ...]:
    return related(alerts, terms=TERMS, began_us=BEGAN, until_us=BEGAN + int(minutes * MINUTE_US))


@pytest.mark.parametrize("minutes", [-30, -4, 0, 6, 30])
def test_an_alert_of_the_same_half_hour_belongs_whatever_it_says(minutes: float) -> None:
    (one,) = found(alert(minutes))

    assert one.lead_us == minutes * MINUTE_US
    assert one.shared == ()


@pytest.mark.parametrize("minutes", [-31, 31])
def test_at_other_times_only_its_words_make_it_belong(minutes: float) -> None:
    assert found(alert(minutes)) == ()
    assert found(alert(minutes, name="PaymentErrors"))[0].shared == ("оплата",)


def test_words_are_met_across_languages_and_inside_names_and_labels() -> None:
    assert found(alert(50, name="shop-payment_errors"))
    assert found(alert(50, summary="Ошибки оплаты выше 5 %"))
    assert found(alert(50, service="payments"))


def test_an_alert_that_ended_long_before_or_began_long_after_does_not_belong() -> None:
    assert found(alert(-300, until=-31, name="PaymentErrors")) == ()
    assert found(alert(91, name="PaymentErrors")) == ()
    assert found(alert(-300, until=-29, name="PaymentErrors"))


def test_what_the_hub_itself_told_monitoring_is_no_evidence() -> None:
    key = alert_key(5120, "https://support.example.com")

    assert found(alert(1, name="MassOutage", summary="оплата", outage=key)) == ()
    assert found(alert(1, name="MassOutage", summary="оплата", outage="of the payment gateway"))


def test_those_that_share_words_come_first_then_the_nearest() -> None:
    names = [one.alert.id for one in found(alert(-20), alert(5), alert(25, name="PaymentErrors"))]

    assert names == [1025, 1005, 980]


@given(st.lists(st.floats(-3000, 3000), max_size=60))
def test_a_storm_of_alerts_stays_a_short_list(minutes: list[float]) -> None:
    assert len(found(*(alert(one) for one in minutes))) <= MOST


@pytest.mark.parametrize(
    ("minutes", "language", "words"),
    [
        (6, "en", "customers noticed 6 minutes before the alert"),
        (-4, "en", "the alert came 4 minutes before the first report"),
        (0.5, "en", "the alert and the first report came in the same minute"),
        (61, "en", "customers noticed 1 hour before the alert"),
        (6, "uk", "клієнти помітили на 6 хвилин раніше за сповіщення моніторингу"),
        (-1, "uk", "моніторинг сповістив на 1 хвилину раніше за перше звернення"),
        (2, "ru", "клиенты заметили на 2 минуты раньше оповещения мониторинга"),
        (-3000, "ru", "мониторинг оповестил на 2 суток раньше первого обращения"),
        (6, "fr", "customers noticed 6 minutes before the alert"),
    ],
)
def test_it_is_said_who_was_first(minutes: float, language: str, words: str) -> None:
    assert lead_words(int(minutes * MINUTE_US), language) == words
