"""The hub's own past as a history to try settings on."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from channelhub.cli.backtest import command as backtest
from channelhub.cli.frame import Options
from channelhub.cli.outage_history import history
from channelhub.domain.outages import OutageState
from channelhub.rules.outage.reasons import ByPerson
from channelhub.rules.outage.thresholds import HOUR_US
from channelhub.rules.outage.verdicts import Verdict, verdict
from channelhub.store import outage_decisions, outages
from channelhub.store.database import Session
from channelhub.store.outage_decisions import Decided
from channelhub.store.outages import Member, Outage
from tests.emptystore import open_store
from tests.outage.traffic import START_US, Traffic, in_order

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TRAFFIC = Traffic()
MARKS = TRAFFIC.outage("en", START_US + 51 * HOUR_US, size=12, minutes=30)
REPORTS = in_order(TRAFFIC.background(53, per_hour=8), MARKS)


def _outage(outage_id: int, state: OutageState, *, merged_into: int | None = None) -> Outage:
    return Outage(
        id=outage_id, state=state, version=1, title="", terms=(), reasons=(), began_us=1, opened_us=2, changed_us=2,
        merged_into=merged_into,
    )  # fmt: skip


def _member(message_id: int) -> Member:
    return Member(message_id=message_id, identity_id=1, weight=1.0, reasons=(), at_us=1)


async def _fill(state_dir: Path) -> None:
    """A resolved outage with one merged into it, one that nobody looked at, one dismissed; and a person's decision."""
    store = await open_store(state_dir, now=NOW, on_broken=lambda _: None)
    writing = asyncio.create_task(store.writer.run())

    async def write(session: Session) -> None:
        encoded = [(report.message_id, 1, msgspec.json.encode(report).decode()) for report in REPORTS]
        await outages.add_features(session, [*encoded[:100], (-5, 1, "{}"), *encoded[100:]])
        real, merged, unknown, dismissed = (report.message_id for report in (MARKS[5], MARKS[6], *REPORTS[:2]))
        await outages.save(
            session,
            [
                _outage(real, OutageState.RESOLVED),
                _outage(merged, OutageState.RESOLVED, merged_into=real),
                _outage(unknown, OutageState.RESOLVED),
                _outage(dismissed, OutageState.DISMISSED),
            ],
        )
        await outages.add_members(session, real, [_member(report.message_id) for report in MARKS[:8]])
        await outages.add_members(session, merged, [_member(report.message_id) for report in MARKS[8:]])
        await outages.add_members(session, unknown, [_member(unknown)])
        await outages.add_members(session, dismissed, [_member(dismissed)])
        by = Decided(
            outage_id=real, at_us=9, decision="resolve", reasons=(ByPerson(action="resolve"),), actor="agent:kate"
        )
        await outage_decisions.add(session, [by])

    await store.writer.batch(write)
    await store.writer.stop()
    await writing
    await store.close()


@pytest.fixture
def options(tmp_path: Path) -> Options:
    (tmp_path / "var").mkdir()
    asyncio.run(_fill(tmp_path / "var"))
    config = tmp_path / "channelhub.toml"
    config.write_text(f'[hub]\nstate_dir = "{tmp_path / "var"}"\n')
    return Options(config=config)


def _written(options: Options, file: Path) -> list[dict[str, Any]]:
    done = CliRunner().invoke(history, [str(file)], obj=options)

    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_what_people_said_of_outages_is_the_truth_and_what_nobody_decided_counts_neither_way(
    options: Options, tmp_path: Path
) -> None:
    lines = _written(options, tmp_path / "history.jsonl")
    real = str(MARKS[5].message_id)
    marks = {report.message_id for report in MARKS}

    assert len(lines) == len(REPORTS)
    assert [line.get("outage") for line in lines] == [
        real if report.message_id in marks else None for report in REPORTS
    ]
    assert [line.get("kind", "") for line in lines[:3]] == ["neutral", "", ""]
    assert all("text" not in line and "subject" not in line for line in lines)
    assert (tmp_path / "history.jsonl").stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_the_hubs_own_past_can_be_replayed_and_tuned_on(options: Options, tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    _written(options, file)
    replayed = CliRunner().invoke(backtest, ["--json", str(file)])
    tuned = CliRunner().invoke(backtest, ["--tune", "--json", "--jobs", "1", str(file)])
    events = [json.loads(line) for line in replayed.stdout.splitlines()]
    marks = {place for place, report in enumerate(REPORTS) if report in MARKS}

    assert [event["event"] for event in events] == ["suspected", "summary"]
    assert set(events[0]["members"]) <= marks
    assert json.loads(tuned.stdout)["is_labelled"]


def test_history_that_came_late_raises_nothing_and_needs_no_order(options: Options, tmp_path: Path) -> None:
    late = tmp_path / "late.jsonl"
    lines = [line | {"backfill": True} for line in _written(options, tmp_path / "history.jsonl")]
    late.write_text("".join(json.dumps(line) + "\n" for line in reversed(lines)))
    done = CliRunner().invoke(backtest, ["--json", str(late)])

    assert done.exit_code == 0, done.output
    assert [json.loads(line)["event"] for line in done.stdout.splitlines()] == ["summary"]


def test_a_file_that_is_there_stays_as_it_is(options: Options, tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    file.write_text("mine")
    done = CliRunner().invoke(history, [str(file)], obj=options)

    assert done.exit_code != 0
    assert file.read_text() == "mine"


def test_a_line_without_words_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    file.write_text('{"ts": 1}\n')
    done = CliRunner().invoke(backtest, [str(file)])

    assert done.exit_code != 0
    assert "line 1: it has neither text nor features" in done.output


@pytest.mark.parametrize(
    ("state", "is_vouched", "known"),
    [
        (OutageState.DISMISSED, True, Verdict.NONE),
        (OutageState.DISMISSED, False, Verdict.NONE),
        (OutageState.CONFIRMED, False, Verdict.REAL),
        (OutageState.MONITORING, False, Verdict.REAL),
        (OutageState.RESOLVED, True, Verdict.REAL),
        (OutageState.RESOLVED, False, Verdict.UNKNOWN),
        (OutageState.SUSPECTED, False, Verdict.UNKNOWN),
    ],
)
def test_an_outage_is_real_when_somebody_said_so(state: OutageState, is_vouched: bool, known: Verdict) -> None:
    assert verdict(state, is_vouched=is_vouched) is known
