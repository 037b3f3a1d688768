"""Reports that name nothing are counted to the outage that is being reported, and to none where nothing is."""

from channelhub.rules.outage.decided import Deed, Named, PersonsDecision
from channelhub.rules.outage.detector import Detector
from channelhub.rules.outage.reasons import NamesNothing
from channelhub.rules.outage.report import Decision, Joined, Report
from channelhub.rules.outage.thresholds import HOUR_US, MINUTE_US, OutageRules
from tests.outage.traffic import START_US, Traffic, decisions, in_order, run, suspected

ALARM_US = START_US + 70 * HOUR_US
ECHOES = ("same here", "у меня тоже", "і в нас не працює")


def _echoes(traffic: Traffic, at_us: int, *, size: int = 6, minutes: int = 24) -> list[Report]:
    return [
        traffic.report(at_us + minutes * MINUTE_US * number // size, ECHOES[number % len(ECHOES)])
        for number in range(size)
    ]


def _joined(found: list[Decision]) -> dict[int, Joined]:
    return {decision.message_id: decision for decision in found if isinstance(decision, Joined)}


def test_while_an_outage_is_reported_they_join_it_and_say_why() -> None:
    traffic = Traffic()
    outage = traffic.outage("en", ALARM_US, size=24, minutes=40)
    echoes = _echoes(traffic, ALARM_US + 15 * MINUTE_US)

    found = run(in_order(traffic.background(74), outage, echoes))

    (alarm,) = suspected(found)
    joined = _joined(found)
    assert {joined[echo.message_id].outage_id for echo in echoes} == {alarm.outage_id}
    assert all(joined[echo.message_id].reasons == (NamesNothing(),) for echo in echoes)


def test_those_between_the_first_report_and_the_alarm_join_when_it_is_raised() -> None:
    traffic = Traffic()
    outage = traffic.outage("en", ALARM_US, size=24, minutes=40)
    early = traffic.report(outage[1].at_us + 1, "same here")

    found = run(in_order(traffic.background(74), outage, [early]))

    (alarm,) = suspected(found)
    assert early.at_us < alarm.at_us
    assert _joined(found)[early.message_id].outage_id == alarm.outage_id


def test_without_an_outage_however_many_raise_and_join_nothing() -> None:
    traffic = Traffic()
    echoes = [traffic.report(ALARM_US + number * MINUTE_US, "у меня тоже") for number in range(30)]

    assert run(in_order(traffic.background(74), echoes)) == []


def test_an_hour_after_the_last_report_they_join_nothing() -> None:
    traffic = Traffic()
    outage = traffic.outage("en", ALARM_US, size=24, minutes=40)
    usual = _echoes(traffic, START_US, size=40, minutes=68 * 60)
    late = _echoes(traffic, ALARM_US + 100 * MINUTE_US)

    found = run(in_order(traffic.background(76), outage, usual, late))

    assert suspected(found)
    assert not _joined(found).keys() & {report.message_id for report in late}


def test_where_usual_traffic_is_full_of_them_they_join_nothing() -> None:
    traffic = Traffic()
    outage = traffic.outage("en", ALARM_US, size=24, minutes=40)
    usual = _echoes(traffic, START_US, size=900, minutes=68 * 60)
    echoes = _echoes(traffic, ALARM_US + 15 * MINUTE_US)

    found = run(in_order(traffic.background(74), outage, usual, echoes))

    assert suspected(found)
    assert not _joined(found).keys() & {report.message_id for report in echoes}


def test_they_say_nothing_of_how_fast_an_outage_is_reported() -> None:
    traffic = Traffic()
    detector = Detector(OutageRules())
    outage = traffic.outage("en", ALARM_US, size=24, minutes=40)
    list(decisions(detector, in_order(traffic.background(70), outage)))
    (open_,) = detector.outages
    before = list(open_.recent_us)

    found = list(decisions(detector, _echoes(traffic, outage[-1].at_us + 1, size=3, minutes=1)))

    assert len(_joined(found)) == 3
    assert open_.recent_us == before


def test_what_is_said_to_be_mended_takes_in_none() -> None:
    traffic = Traffic()
    detector = Detector(OutageRules())
    outage = traffic.outage("en", ALARM_US, size=24, minutes=40)
    list(decisions(detector, in_order(traffic.background(70), outage)))
    (open_,) = detector.outages
    detector.decide(PersonsDecision(action=Deed.MONITOR, outage_id=open_.outage_id, at_us=outage[-1].at_us))

    assert not list(decisions(detector, _echoes(traffic, outage[-1].at_us + 1, size=3, minutes=1)))


def test_of_two_live_outages_the_one_that_is_reported_more_densely_takes_them() -> None:
    traffic = Traffic()
    detector = Detector(OutageRules())
    sparse = traffic.outage("en", ALARM_US, size=14, minutes=70)
    dense = traffic.outage("uk-escalator", ALARM_US + 40 * MINUTE_US, size=20, minutes=30)
    list(decisions(detector, in_order(traffic.background(71), sparse, dense)))
    first, second = detector.outages
    ids = {report.message_id for report in dense}
    assert len(second.members.keys() & ids) > 10

    found = list(decisions(detector, _echoes(traffic, max(r.at_us for r in (*sparse, *dense)) + 1, size=3, minutes=1)))

    assert {joined.outage_id for joined in _joined(found).values()} == {second.outage_id}
    assert first.outage_id != second.outage_id


def test_what_a_person_moved_out_stays_out() -> None:
    traffic = Traffic()
    detector = Detector(OutageRules())
    outage = traffic.outage("en", ALARM_US, size=24, minutes=40)
    list(decisions(detector, in_order(traffic.background(70), outage)))
    (open_,) = detector.outages
    (echo,) = _echoes(traffic, outage[-1].at_us + 1, size=1)
    named = Named(echo.message_id, echo.customer, echo.channel)
    moved = PersonsDecision(action=Deed.MOVE_OUT, outage_id=open_.outage_id, at_us=outage[-1].at_us, messages=(named,))
    detector.decide(moved)

    assert not list(decisions(detector, [echo]))
