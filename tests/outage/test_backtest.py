"""A history replayed: the events, and what is said of lines that can't be read."""

import gzip
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from channelhub.cli.backtest import command
from channelhub.rules.outage.backtest import BacktestRow, replay, report_of
from channelhub.rules.outage.thresholds import HOUR_US, SECOND_US, OutageRules
from tests.outage.traffic import REPORTS, START_US, Traffic, in_order


def _lines() -> list[dict[str, Any]]:
    """Three days of traffic and a fault reported by twelve customers in its last hours."""
    traffic = Traffic()
    marks = traffic.outage("en", START_US + 70 * HOUR_US, size=12, minutes=30)
    ids = {report.message_id: REPORTS["en"][number % 6] for number, report in enumerate(marks)}
    return [
        {
            "ts": report.at_us / SECOND_US,
            "channel": "chat",
            "customer_id": f"c{report.customer}",
            "lang": None,
            "subject": "",
            "text": ids.get(report.message_id) or " ".join(report.features.terms[:6]),
        }
        for report in in_order(traffic.background(72, per_hour=30), marks)
    ]


LINES = _lines()
FAULT = {number for number, line in enumerate(LINES) if "elevator" in line["text"]}


def _write(path: Path, lines: Iterable[dict[str, Any] | str]) -> Path:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


@pytest.mark.parametrize("name", ["history.jsonl", "history.jsonl.gz"])
def test_events_come_as_json_lines_with_a_summary_last(tmp_path: Path, name: str) -> None:
    done = CliRunner().invoke(command, ["--json", str(_write(tmp_path / name, LINES))])
    events = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.exit_code == 0
    suspected, summary = events
    assert suspected["event"] == "suspected"
    assert set(suspected["members"]) <= FAULT
    assert suspected["at_message"] in FAULT
    assert suspected["ts"] == pytest.approx(LINES[suspected["at_message"]]["ts"], abs=1e-5)
    assert suspected["customers"] == len(suspected["members"])
    assert "elev" in suspected["label"]
    assert summary["event"] == "summary"
    assert summary["messages"] == len(LINES)
    assert summary["seconds"] >= 0
    (outage,) = summary["outages"]
    assert outage["outage"] == suspected["outage"]
    assert len(set(outage["members"]) & FAULT) >= 10


def test_people_get_a_table(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, [str(_write(tmp_path / "history.jsonl", LINES))])

    assert done.exit_code == 0
    assert "elev" in done.stdout
    assert f"{len(LINES)} messages, 1 outages" in done.stdout


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("{", "line 3"),
        ('{"ts": "yesterday", "text": "x"}', "line 3: Expected `float`, got `str` - at `$.ts`"),
        ('{"ts": 1900000000}', "line 3: it has neither text nor features"),
        ('{"ts": 1.0, "text": "x"}', "line 3: ts 1.0 is before the line above it"),
        ("", "line 3"),
    ],
)
def test_bad_line_is_named(tmp_path: Path, bad: str, message: str) -> None:
    done = CliRunner().invoke(command, ["--json", str(_write(tmp_path / "history.jsonl", [*LINES[:2], bad]))])

    assert done.exit_code == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_broken_archive_is_an_error(tmp_path: Path) -> None:
    path = _write(tmp_path / "history.jsonl.gz", LINES)
    path.write_bytes(path.read_bytes()[:-20])
    done = CliRunner().invoke(command, [str(path)])

    assert done.exit_code == 1
    assert "can't be read" in done.stderr


def test_empty_history_is_an_empty_summary() -> None:
    assert list(replay([], OutageRules())) == [{"event": "summary", "messages": 0, "outages": []}]


@pytest.mark.slow
def test_quoted_words_are_not_the_senders() -> None:
    """Answers to one circular quote it; what they quote is no report."""
    traffic = Traffic()
    answers = [traffic.report(START_US + 70 * HOUR_US + n * 60 * SECOND_US, traffic.filler(3)) for n in range(20)]
    ids = {report.message_id for report in answers}

    def rows(mark: str) -> list[BacktestRow]:
        return [
            BacktestRow(
                line=line,
                at_s=report.at_us / SECOND_US,
                channel="email",
                customer=report.customer,
                text=" ".join(report.features.terms[:6])
                + (f"\n\n{mark}the elevator is stuck" if report.message_id in ids else ""),
            )
            for line, report in enumerate(history)
        ]

    history = in_order(traffic.background(72, per_hour=30), answers)
    alarms = [sum(event["event"] == "suspected" for event in replay(rows(mark), OutageRules())) for mark in ("", "> ")]

    assert alarms == [1, 0]


@pytest.mark.slow
def test_a_forms_category_is_no_evidence() -> None:
    """The same subject on every report counts in mail and not in a form, where it was picked from a list."""

    def rows(channel: str) -> list[BacktestRow]:
        traffic = Traffic()
        marks = [traffic.report(START_US + (70 * 60 + n) * 60 * SECOND_US, traffic.filler(3)) for n in range(20)]
        ids = {report.message_id for report in marks}
        return [
            BacktestRow(
                line=line,
                at_s=report.at_us / SECOND_US,
                channel=channel,
                customer=report.customer,
                text=" ".join(report.features.terms[:6]),
                subject="elevator broken" if report.message_id in ids else "",
            )
            for line, report in enumerate(in_order(traffic.background(72, per_hour=30), marks))
        ]

    def alarms(channel: str) -> int:
        return sum(event["event"] == "suspected" for event in replay(rows(channel), OutageRules()))

    assert (alarms("email"), alarms("form")) == (1, 0)


def test_a_mail_servers_notice_is_known_without_headers() -> None:
    """A history holds words only; by them bounces are told from customers."""
    notice = BacktestRow(line=0, at_s=0.0, channel="email", customer=1, text="Undeliverable: the mailbox is full")

    assert report_of(notice).is_automatic
    assert not report_of(replace(notice, text="My mailbox is full, what now?")).is_automatic
