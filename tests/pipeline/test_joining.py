"""Reports join outages: many in one commit write what each in a commit of its own writes."""

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelhub.domain.outages import OutageState
from channelhub.pipeline.outage_rules import LifeRules
from channelhub.pipeline.raising import write_decisions
from channelhub.rules.outage.confirmation import ConfirmationRules
from channelhub.rules.outage.escalation import EscalationRules, Level
from channelhub.rules.outage.reasons import Burst, Quiet, SameBurst, SharedTerms, WentOn, decoded
from channelhub.rules.outage.report import Decision, Grown, Joined, Merged, Regrouped, Resolved, Returned, Suspected
from channelhub.store.database import Session
from channelhub.store.sqlfile import Query
from channelhub.store.sqlite import _finished, _OnThread
from tests.examples import examples
from tests.pipeline.workshop import words, workshop

TEXTS = (
    "The elevators are stuck", "Elevator stuck since noon", "My payments were declined", "Payment is declining",
    "Stuck in the elevator", "The card payment declined twice", "Paying is declining", "Elevators!", "Elevator?",
    "Elevators decline payments", "Payments declined", "Elevator payment", "No word of it", "Payments", "Declining",
    "The elevator declined my payment",
)  # fmt: skip
TERMS = ("elev", "payment", "declin")
ELEVATOR, PAYMENT = 1024 * 4, 1024 * 6
MOVED_OUT = 1024 * 9
TABLES = {
    "outages": "id", "outage_members": "outage_id, message_id", "outage_words": "outage_id, term",
    "outage_decisions": "outage_id, at_us, decision, subject_id", "events": "id", "outage_exclusions": "outage_id",
}  # fmt: skip
SCORED = ConfirmationRules(score=9.0)
WEIGHED = EscalationRules(
    levels=(Level(name="a", customers=5), Level(name="b", customers=9)), weights={"vip": 2.0}
)  # fmt: skip
RULES = (
    LifeRules(),
    LifeRules(confirmation=ConfirmationRules(customers=7)),
    LifeRules(confirmation=SCORED, escalation=EscalationRules(levels=(Level(name="a", customers=6),))),
    LifeRules(escalation=WEIGHED),
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Messages of as many customers, none of them in an outage; what a test writes is rolled back."""
    folder = tmp_path_factory.mktemp("joining")

    async def make() -> None:
        async with workshop(folder) as shop:
            for number, text in enumerate(TEXTS, 1):
                extra = {"segment": "vip"} if number % 3 == 0 else {}
                message = words(f"m{number}", f"email:c{number}@example.com", text, minutes=number, extra=extra)
                assert await shop.take("form", message) == 1024 * number

    asyncio.run(make())
    connection = sqlite3.connect(folder / "channelhub.db", isolation_level=None)
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


def written(
    connection: sqlite3.Connection, commits: Sequence[Sequence[Decision]], rules: LifeRules
) -> dict[str, list[dict[str, Any]]]:
    """What the tables hold after these commits, which are then taken back."""
    connection.execute("BEGIN")
    try:
        connection.execute(f"INSERT INTO outage_exclusions VALUES ({ELEVATOR}, {MOVED_OUT}, 'agent:a', 0)")
        for decisions in commits:
            _finished(write_decisions(_OnThread(connection), decisions, rules))
        return {
            table: [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY {order}")]
            for table, order in TABLES.items()
        }
    finally:
        connection.execute("ROLLBACK")


def suspected(outage_id: int, members: Sequence[int], *terms: str) -> Suspected:
    burst = Burst(customers=len(members), window_min=20, expected=0.1)
    return Suspected(
        outage_id=outage_id, at_us=outage_id, members=tuple(members), customers=len(members), score=7.0,
        label=" ".join(terms), reasons=(burst, SharedTerms(terms=terms)),
        why=tuple((SharedTerms(terms=terms, similarity=0.5),) for _ in members),
    )  # fmt: skip


NOTICED = (
    suspected(ELEVATOR, [1024, 2048, 4096], "stuck"),
    suspected(PAYMENT, [3072, 6144], "payment"),
)


def joined(outage_id: int, number: int, *terms: str, score: float = 0.0) -> Joined:
    reasons = (SharedTerms(terms=terms, similarity=0.5),) if terms else (SameBurst(),)
    return Joined(outage_id=outage_id, at_us=10_000 + number, message_id=1024 * number, reasons=reasons, score=score)


outage_ids = st.sampled_from((ELEVATOR, ELEVATOR, PAYMENT, 77))  # the last one was never raised
times = st.integers(20_000, 20_100)
joins = st.builds(
    lambda outage_id, number, terms, score: joined(outage_id, number, *terms, score=score),
    outage_ids, st.integers(5, len(TEXTS) + 1), st.lists(st.sampled_from(TERMS), min_size=1, max_size=2, unique=True),
    st.sampled_from((0.0, 10.0)),
)  # fmt: skip
others = st.one_of(
    st.builds(Grown, outage_id=outage_ids, at_us=times, customers=st.just(9), reasons=st.just(())),
    st.builds(Merged, outage_id=st.just(PAYMENT), into_id=st.just(ELEVATOR), at_us=times, reasons=st.just(())),
    st.builds(Resolved, outage_id=outage_ids, at_us=times, reasons=st.just((Quiet(hours=24),))),
    st.builds(Regrouped, outage_id=outage_ids, at_us=times),
    st.builds(
        Returned, outage_id=outage_ids, at_us=times, state=st.just(OutageState.SUSPECTED), customers=st.just(4),
        reasons=st.just((WentOn(customers=4, minutes=9),)),
    ),
)  # fmt: skip
#: One after the other mostly, now and then with something else between them.
streams = st.lists(st.tuples(st.lists(joins, min_size=2, max_size=8), others), min_size=1, max_size=4).map(
    lambda parts: [decision for several, other in parts for decision in (*several, other)]
)


@settings(max_examples=examples(60), deadline=None)
@given(streams, st.sets(st.integers(0, 36), max_size=3), st.sampled_from(RULES))
def test_commits_cut_anywhere_write_what_single_steps_write(
    database: sqlite3.Connection, stream: list[Decision], cuts: set[int], rules: LifeRules
) -> None:
    decisions = [*NOTICED, *stream]
    edges = sorted({0, *cuts, len(decisions)})
    commits = [decisions[first:last] for first, last in pairwise(edges)]
    one_by_one = written(database, [[decision] for decision in decisions], rules)

    assert written(database, commits, rules) == one_by_one


@settings(max_examples=examples(20), deadline=None)
@given(streams, st.sampled_from(RULES[:1]))
def test_the_same_reports_again_add_nothing(
    database: sqlite3.Connection, stream: list[Decision], rules: LifeRules
) -> None:
    decisions = [*NOTICED, *[decision for decision in stream if isinstance(decision, Joined)]]

    assert written(database, [decisions, decisions], rules) == written(database, [decisions], rules)


def test_a_report_of_a_merged_outage_joins_the_one_it_went_into(database: sqlite3.Connection) -> None:
    merged = Merged(outage_id=PAYMENT, into_id=ELEVATOR, at_us=1, reasons=())

    members = written(database, [[*NOTICED, merged, joined(PAYMENT, 8)]], LifeRules())["outage_members"]

    assert [row["outage_id"] for row in members if row["message_id"] == 8 * 1024] == [ELEVATOR]


def test_a_report_that_a_person_moved_out_stays_out(database: sqlite3.Connection) -> None:
    reports = [joined(ELEVATOR, 8, "elev"), joined(ELEVATOR, 9, "stuck"), joined(PAYMENT, 9, "stuck")]

    members = written(database, [[*NOTICED, *reports]], LifeRules())["outage_members"]

    assert (ELEVATOR, 8 * 1024) in {(row["outage_id"], row["message_id"]) for row in members}
    assert [row["outage_id"] for row in members if row["message_id"] == MOVED_OUT] == [PAYMENT]


def test_the_first_report_of_a_commit_gives_the_word_and_each_is_explained_in_its_own(
    database: sqlite3.Connection,
) -> None:
    reports = [joined(ELEVATOR, 6, "declin"), joined(ELEVATOR, 7, "declin"), joined(ELEVATOR, 13, "declin")]

    found = written(database, [[NOTICED[0], *reports]], LifeRules())
    why = {row["message_id"]: decoded(row["reasons"]) for row in found["outage_members"]}

    assert {"outage_id": ELEVATOR, "term": "declin", "word": "declined"} in found["outage_words"]
    assert [reason.terms for reason in why[13 * 1024] if isinstance(reason, SharedTerms)] == [("declined",)]
    assert [reason.terms for reason in why[7 * 1024] if isinstance(reason, SharedTerms)] == [("declining",)]


@pytest.mark.parametrize(
    ("rules", "acted"),
    [
        (RULES[0], []),
        (RULES[1], [("confirm", 10_010, 7)]),
        (RULES[2], [("escalated", 10_008, 6)]),
        (RULES[3], [("escalated", 10_007, 5), ("escalated", 10_012, 9)]),
    ],
)
def test_rules_act_upon_the_very_report_that_fulfils_them(
    database: sqlite3.Connection, rules: LifeRules, acted: list[tuple[str, int, int]]
) -> None:
    reports = [joined(ELEVATOR, number, "elev") for number in (5, 7, 8, 10, 11, 12, 13)]

    found = written(database, [[NOTICED[0]], reports], rules)["outage_decisions"]

    assert [(row["decision"], row["at_us"], row["customers"]) for row in found[1:]] == acted


@pytest.mark.parametrize(("rules", "is_alike"), [(RULES[0], True), (RULES[1], False)])
def test_reports_that_no_rule_waits_for_cost_no_statement_each(
    database: sqlite3.Connection, rules: LifeRules, is_alike: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    look = _OnThread.all

    async def counted(session: Session, query: Query, **values: Any) -> list[Any]:
        asked.append(query.name)
        return await look(session, query, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(_OnThread, "all", counted)
    sizes = []
    for count in (1, 8):
        written(database, [NOTICED], rules)
        before = len(asked)
        written(database, [NOTICED, [joined(ELEVATOR, 5 + n, "elev") for n in range(count)]], rules)
        sizes.append(len(asked) - before)

    assert (sizes[0] == sizes[1]) is is_alike
