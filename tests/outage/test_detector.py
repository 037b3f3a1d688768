"""Outages are found in ordinary traffic; what only looks like one is not."""

from dataclasses import replace

import pytest

from channelhub.domain.outages import OutageState
from channelhub.rules.outage.decided import Deed, PersonsDecision
from channelhub.rules.outage.detector import Detector
from channelhub.rules.outage.reasons import BeforeNoticed, Burst, Channels, SharedTerms
from channelhub.rules.outage.report import Grown, Joined, Report, Resolved
from channelhub.rules.outage.thresholds import HOUR_US, MINUTE_US, OutageRules
from tests.outage.traffic import REPORTS, START_US, Traffic, decisions, in_order, run, suspected

pytestmark = pytest.mark.slow

DAYS_US = 24 * HOUR_US
ALARM_US = START_US + 70 * HOUR_US


@pytest.mark.parametrize("language", ["ru", "uk", "en"])
@pytest.mark.parametrize("seed", [1, 2])
def test_outage_is_found_early_and_gathers_its_reports(language: str, seed: int) -> None:
    traffic = Traffic(seed)
    outage = traffic.outage(language, ALARM_US, size=24, minutes=60)
    found = run(in_order(traffic.background(74), outage))

    (alarm,) = suspected(found)
    reported = {report.message_id for report in outage}
    assert set(alarm.members) <= reported
    assert alarm.outage_id in reported
    assert alarm.customers == len(alarm.members) <= 9
    joined = {decision.message_id for decision in found if isinstance(decision, Joined)}
    assert len((joined | set(alarm.members)) & reported) >= 20
    assert len(joined - reported) <= 2
    assert [decision.customers for decision in found if isinstance(decision, Grown)]


def test_reasons_name_words_counts_and_channels() -> None:
    traffic = Traffic()
    (alarm,) = suspected(run(in_order(traffic.background(74), traffic.outage("en", ALARM_US, size=12, minutes=30))))

    burst, terms, channels = alarm.reasons

    assert isinstance(burst, Burst)
    assert (burst.customers, burst.window_min) == (alarm.customers, 20)
    assert 0 < burst.background < burst.expected < 0.1
    assert isinstance(terms, SharedTerms)
    assert "elev" in terms.terms
    assert isinstance(channels, Channels)
    assert sum(channels.reports.values()) == len(alarm.members)
    assert "elev" in alarm.label


def test_every_member_says_which_words_it_shares_and_how_alike_it_is() -> None:
    traffic = Traffic()
    found = run(in_order(traffic.background(74), traffic.outage("en", ALARM_US, size=20, minutes=40)))
    (alarm,) = suspected(found)
    joined = [decision.reasons for decision in found if isinstance(decision, Joined)]
    shared = [reason for why in (*alarm.why, *joined) for reason in why if isinstance(reason, SharedTerms)]

    assert len(alarm.why) == len(alarm.members)
    assert all(isinstance(why[0], BeforeNoticed) for why in alarm.why)
    assert len(shared) == len(alarm.members) + len(joined)
    assert all(reason.similarity is not None and 0 < reason.similarity <= 1 for reason in shared)
    assert max(reason.similarity or 0 for reason in shared) == 1


def test_one_outage_in_three_languages_is_one_alarm() -> None:
    traffic = Traffic()
    texts = ("no television tonight", "television is broken", "нет телевидения", "телевидение отключили")
    texts += ("немає телебачення", "телебачення зникло")
    reports = [
        traffic.report(ALARM_US + number * 2 * MINUTE_US, texts[number % 6] + " " + traffic.filler(1))
        for number in range(18)
    ]
    found = suspected(run(in_order(traffic.background(74), reports)))

    assert len(found) == 1
    assert len(found[0].members) <= 8


def test_quiet_traffic_raises_nothing() -> None:
    assert run(Traffic(3).background(96)) == []


def test_peak_that_lifts_everything_in_proportion_raises_nothing() -> None:
    traffic = Traffic(4)
    peak = traffic.background(6, per_hour=200, from_us=ALARM_US)

    assert run(in_order(traffic.background(70), peak)) == []


def test_identical_templates_are_one_voice() -> None:
    traffic = Traffic()
    text = "garden sale week {}: spruce, maple, linden and birch saplings, order {} before Friday"
    letters = [traffic.report(ALARM_US + n * MINUTE_US, text.format(n, n * 7)) for n in range(40)]

    assert run(in_order(traffic.background(74), letters)) == []


def test_automatic_mail_has_no_vote() -> None:
    traffic = Traffic()
    outage = traffic.outage("en", ALARM_US, size=30, minutes=30, is_automatic=True)

    assert run(in_order(traffic.background(74), outage)) == []


def test_backfilled_outage_raises_nothing_and_becomes_usual() -> None:
    traffic = Traffic()
    past = traffic.outage("en", START_US - 5 * DAYS_US, size=30, minutes=30, is_backfill=True)

    assert run(in_order(past, traffic.background(74))) == []


def test_backfill_in_the_middle_of_live_traffic_raises_nothing() -> None:
    traffic = Traffic()
    caught_up = traffic.outage("en", ALARM_US, size=30, minutes=30, is_backfill=True)

    assert run(in_order(traffic.background(74), caught_up)) == []


def test_repeated_templates_of_an_import_count_once() -> None:
    traffic = Traffic()
    detector = Detector(OutageRules())
    text = "garden sale week: spruce, maple, linden and birch saplings"
    letters = [traffic.report(START_US + n * MINUTE_US, text, is_backfill=True) for n in range(500)]
    list(decisions(detector, in_order(letters, traffic.background(20))))

    assert detector._usual.share("birch", START_US + 20 * HOUR_US) < 0.02


def test_what_lasts_for_many_days_becomes_usual_and_ends() -> None:
    traffic = Traffic()
    days = 14
    detector = Detector(OutageRules())
    start = traffic.outage("en", ALARM_US, size=12, minutes=20)
    lasting = traffic.outage("en", ALARM_US, size=days * 48, minutes=days * 1440)
    found = list(decisions(detector, in_order(traffic.background(70 + days * 24, per_hour=8), start, lasting)))

    assert suspected(found)
    assert all(alarm.at_us < ALARM_US + 10 * DAYS_US for alarm in suspected(found))
    assert detector.outages == ()


def test_imported_history_ends_the_cold_start() -> None:
    traffic = Traffic()
    history = [replace(report, is_backfill=True) for report in traffic.background(72, from_us=START_US)]
    live = in_order(traffic.background(3, from_us=ALARM_US), traffic.outage("en", ALARM_US, size=7, minutes=15))

    assert len(suspected(run([*history, *live]))) == 1
    assert suspected(run(live)) == []


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
@pytest.mark.parametrize("others", [0, 6])
def test_a_hub_without_any_history_notices_when_a_dozen_customers_report_the_same(language: str, others: int) -> None:
    traffic = Traffic()
    fault = traffic.outage(language, START_US + MINUTE_US, size=12, minutes=5)
    beside = traffic.background(1, per_hour=others) if others else []

    (alarm,) = suspected(run(in_order(beside, fault)))

    assert alarm.customers >= OutageRules().k_cold


def test_the_first_days_of_ordinary_traffic_raise_nothing() -> None:
    for per_hour in (5, 40, 150):
        assert suspected(run(Traffic(seed=per_hour).background(30, per_hour=per_hour))) == [], per_hour


def test_a_topic_of_the_first_day_that_asks_and_reports_nothing_raises_nothing() -> None:
    traffic = Traffic()
    asked = [traffic.report(START_US + n * 6 * MINUTE_US, "where is my order, when will it come") for n in range(100)]

    assert suspected(run(in_order(traffic.background(12, per_hour=40), asked))) == []


def test_cold_start_asks_for_stronger_evidence() -> None:
    traffic = Traffic()
    fault = traffic.outage("en", START_US + 24 * HOUR_US, size=30, minutes=30)
    live = in_order(traffic.background(26), fault)

    assert len(suspected(run(live))) == 1
    assert suspected(run(live, OutageRules(theta_cold=100.0))) == []
    assert suspected(run(live, OutageRules(k_cold=100))) == []


def test_one_old_message_does_not_end_the_cold_start() -> None:
    traffic = Traffic()
    old = traffic.report(START_US - 9 * DAYS_US, "hello there old friend", is_backfill=True)
    live = in_order(traffic.background(3, from_us=ALARM_US), traffic.outage("en", ALARM_US, size=7, minutes=15))

    assert suspected(run([old, *live])) == []


@pytest.mark.parametrize(
    "same", [{"customer": 77}, {"is_verified": False, "origin": "203.0.113.0/24"}, {"is_verified": False}]
)
def test_one_customer_or_one_origin_cannot_raise_an_alarm(same: dict[str, object]) -> None:
    traffic = Traffic()
    flood = traffic.outage("en", ALARM_US, size=60, minutes=60, **same)
    if "origin" not in same:
        flood = [replace(report, channel="chat") for report in flood]

    assert run(in_order(traffic.background(74), flood)) == []


def test_few_unverified_origins_cannot_raise_an_alarm_within_their_caps() -> None:
    traffic = Traffic()
    flood = traffic.outage("en", ALARM_US, size=60, minutes=60, is_verified=False, origin="203.0.113.0/24")
    rules = OutageRules(origin_cap=60)

    assert run(in_order(traffic.background(74), flood), rules) == []  # the second origin is missing, whatever the cap


def test_many_unverified_origins_raise_an_alarm() -> None:
    traffic = Traffic()
    flood = [
        replace(report, is_verified=False, origin=f"198.51.{number}.0/24")
        for number, report in enumerate(traffic.outage("en", ALARM_US, size=20, minutes=40))
    ]

    assert len(suspected(run(in_order(traffic.background(74), flood)))) == 1


@pytest.mark.parametrize("same", [{"customer": 77}, {"is_verified": False, "origin": "203.0.113.0/24"}])
def test_one_customer_or_one_origin_cannot_hide_an_outage(same: dict[str, object]) -> None:
    traffic = Traffic()
    outage = traffic.outage("en", ALARM_US, size=16, minutes=30)
    background = traffic.background(74)
    noise = [
        traffic.report(START_US + number * 3 * MINUTE_US, REPORTS["en"][number % 6] + " " + traffic.filler(1), **same)
        for number in range(1380)
    ]
    found = suspected(run(in_order(background, noise, outage)))

    assert len(found) == 1
    assert found[0].at_us >= ALARM_US


@pytest.mark.parametrize("is_backfill", [False, True])
@pytest.mark.parametrize("same", [{"customer": 77}, {"is_verified": False, "origin": "203.0.113.0/24"}])
def test_one_customer_or_one_origin_cannot_make_words_usual(same: dict[str, object], is_backfill: bool) -> None:
    traffic = Traffic()
    detector = Detector(OutageRules())
    noise = [
        traffic.report(
            START_US + n * 3 * MINUTE_US, "elevator stuck " + traffic.filler(1), is_backfill=is_backfill, **same
        )
        for n in range(1000)
    ]
    list(decisions(detector, in_order(traffic.background(64), noise)))
    now_us = START_US + 64 * HOUR_US

    assert detector._usual.share("elev", now_us) < 0.01
    assert detector._reservoir.pair_share("elev", "stuck") < 0.01


def test_one_origin_cannot_dilute_traffic() -> None:
    traffic = Traffic()
    outage = traffic.outage("en", ALARM_US, size=16, minutes=30)
    background = traffic.background(74)
    junk = [
        traffic.report(ALARM_US - HOUR_US + number * MINUTE_US // 20, traffic.filler(6), is_verified=False, origin="o")
        for number in range(1500)
    ]

    assert len(suspected(run(in_order(background, junk, outage)))) == 1


def _opened(traffic: Traffic) -> tuple[Detector, int]:
    detector = Detector(OutageRules())
    stream = in_order(traffic.background(71), traffic.outage("en", ALARM_US, size=16, minutes=30))
    (alarm,) = suspected(decisions(detector, stream))
    return detector, alarm.outage_id


def _decide(detector: Detector, action: Deed, outage_id: int) -> None:
    assert detector.decide(PersonsDecision(action=action, outage_id=outage_id, at_us=ALARM_US + HOUR_US)) == []


def test_dismissed_outage_does_not_come_back_at_once_but_later() -> None:
    traffic = Traffic()
    detector, outage_id = _opened(traffic)
    _decide(detector, Deed.DISMISS, outage_id)
    again = in_order(
        traffic.background(6, from_us=ALARM_US + HOUR_US),
        traffic.outage("en", ALARM_US + 2 * HOUR_US, size=20, minutes=30),
    )
    later = in_order(
        traffic.background(100, from_us=ALARM_US + 7 * HOUR_US),
        traffic.outage("en", ALARM_US + 100 * HOUR_US, size=30, minutes=30),
    )

    assert detector.outages == ()
    assert suspected(decisions(detector, again)) == []
    assert len(suspected(decisions(detector, later))) == 1


def test_reports_of_a_dismissed_outage_become_usual() -> None:
    shares = []
    for is_dismissed in (True, False):
        detector, outage_id = _opened(Traffic())
        if is_dismissed:
            _decide(detector, Deed.DISMISS, outage_id)
        detector.tick(ALARM_US + 14 * HOUR_US)
        shares.append(detector._usual.share("elev", ALARM_US + 14 * HOUR_US))

    assert shares[0] > 5 * shares[1]


def test_quiet_outage_is_resolved_after_a_day() -> None:
    detector, outage_id = _opened(Traffic())
    last_us = detector.outages[0].last_us

    assert detector.tick(last_us + 24 * HOUR_US - 1) == []
    (over,) = detector.tick(last_us + 24 * HOUR_US)
    assert isinstance(over, Resolved)
    assert over.outage_id == outage_id
    assert detector.outages == ()


def test_people_confirm_and_resolve() -> None:
    detector, outage_id = _opened(Traffic())
    _decide(detector, Deed.CONFIRM, outage_id)
    _decide(detector, Deed.CONFIRM, outage_id + 1)

    assert [outage.state for outage in detector.outages] == [OutageState.CONFIRMED]
    _decide(detector, Deed.RESOLVE, outage_id)
    assert detector.outages == ()


def test_reports_of_an_outage_do_not_become_usual() -> None:
    traffic = Traffic()
    first = traffic.outage("en", ALARM_US, size=200, minutes=120)
    second = traffic.outage("en", ALARM_US + 48 * HOUR_US, size=12, minutes=25)
    found = suspected(run(in_order(traffic.background(124), first, second)))

    assert len(found) == 2
    assert found[1].at_us >= ALARM_US + 48 * HOUR_US


def test_empty_report_is_nothing() -> None:
    report = Report(message_id=1, at_us=START_US, customer=1, channel="chat", is_verified=True)

    assert Detector(OutageRules()).vote(report) == []


def test_of_too_many_living_votes_the_oldest_become_history_and_shares_stay_right() -> None:
    traffic = Traffic(9)
    few, all_ = Detector(OutageRules(most_votes=60)), Detector(OutageRules())
    stream = in_order(traffic.background(72), traffic.outage("en", START_US + 70 * HOUR_US, size=20, minutes=15))
    for report in stream:
        few.vote(report)
        all_.vote(report)

    assert len(few._counters) == 60 < len(all_._counters)
    assert [outage.label for outage in few.outages] == [outage.label for outage in all_.outages] != []
