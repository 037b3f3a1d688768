"""Settings tried on a history, and the one that is recommended."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from channelhub.cli.backtest import command
from channelhub.rules.outage.scoring import Detection, Score, Truth
from channelhub.rules.outage.thresholds import HOUR_US, SECOND_US, OutageRules, rules_for
from channelhub.rules.outage.tuning import Outcome, Setting, Trial, outcome, recommended, settings
from tests.outage.traffic import REPORTS, START_US, Traffic, in_order

SCORE = Score(
    days=10, messages=100, false_alarms={}, duplicates=0, neutral=0, reports=(5,), minutes=(1.0,),
    member_precision=(1.0,), member_recall=(1.0,), found=("a",), missed=(),
)  # fmt: skip


def _outcome(threshold: float, *, alarms: int, customers: float = 5, score: Score | None = None) -> Outcome:
    return Outcome(
        setting=Setting(threshold=threshold, min_customers=5),
        alarms=alarms,
        alarms_per_day=alarms / 10,
        customers=customers,
        members=10,
        score=score,
    )


def test_the_shipped_settings_are_the_shipped_rules() -> None:
    shipped = OutageRules()

    assert rules_for(threshold=shipped.theta, min_customers=shipped.k) == shipped


def test_stricter_settings_are_stricter_for_long_windows_and_a_cold_start() -> None:
    shipped, strict = OutageRules(), rules_for(threshold=7.5, min_customers=10)

    assert (strict.theta, strict.k) == (7.5, 10)
    assert (strict.k_longest, strict.k_cold) == (13, 15)
    assert strict.theta_cold - strict.theta == pytest.approx(shipped.theta_cold - shipped.theta)


def test_every_combination_is_tried_once() -> None:
    assert settings([6, 5, 5], [4, 8]) == [
        Setting(threshold=threshold, min_customers=least) for threshold in (5, 6) for least in (4, 8)
    ]


def test_without_truth_the_most_sensitive_setting_within_the_wanted_rate_is_recommended() -> None:
    outcomes = [_outcome(4.5, alarms=9), _outcome(5.5, alarms=3), _outcome(7, alarms=1)]

    assert recommended(outcomes, 0.3).setting.threshold == 5.5


def test_among_as_many_alarms_the_earlier_ones_are_better_and_then_the_stricter_threshold() -> None:
    outcomes = [_outcome(4.5, alarms=3, customers=6), _outcome(5.5, alarms=3), _outcome(6, alarms=3)]

    assert recommended(outcomes, 1).setting.threshold == 6


def test_with_truth_the_setting_that_finds_most_within_the_wanted_rate_is_recommended() -> None:
    noisy = replace(SCORE, false_alarms={"": 4}, found=("a", "b"), reports=(5, 5))
    quiet = replace(SCORE, missed=("b",))
    outcomes = [_outcome(4.5, alarms=6, score=noisy), _outcome(7, alarms=1, score=quiet)]

    assert recommended(outcomes, 0.1).setting.threshold == 7
    assert recommended(outcomes, 0.5).setting.threshold == 4.5


def test_where_nothing_is_quiet_enough_the_quietest_is_recommended() -> None:
    assert recommended([_outcome(5, alarms=9), _outcome(7, alarms=4)], 0.1).setting.threshold == 7


def test_a_history_that_names_no_outage_gets_no_score() -> None:
    detection = Detection(id="1", opened_at=1, members_at_open=(0, 1), members=(0, 1))
    trial = Trial(setting=Setting(threshold=5, min_customers=5), detections=(detection,), customers=(2,))
    unknown = [Truth(at_s=0.0), Truth(at_s=43_200.0)]
    known = [replace(one, outage="o") for one in unknown]

    assert outcome(trial, unknown).score is None
    assert outcome(trial, unknown).false_alarms_per_day == 2
    assert outcome(trial, known).false_alarms_per_day == 0


def _history(path: Path, *, is_labelled: bool) -> Path:
    traffic = Traffic()
    marks = traffic.outage("en", START_US + 51 * HOUR_US, size=12, minutes=30)
    ids = {report.message_id: REPORTS["en"][number % 6] for number, report in enumerate(marks)}
    lines: list[dict[str, Any]] = []
    for report in in_order(traffic.background(53, per_hour=8), marks):
        text = ids.get(report.message_id)
        lines.append(
            {
                "ts": report.at_us / SECOND_US,
                "channel": "chat",
                "customer_id": report.customer,
                "text": text or " ".join(report.features.terms[:6]),
                "outage": "elevator" if text and is_labelled else None,
            }
        )
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def _tune(*words: str) -> Result:
    done = CliRunner().invoke(command, ["--tune", *words])

    assert done.exit_code == 0, done.output
    return done


@pytest.mark.slow
def test_a_labelled_history_gets_a_score_for_every_setting_and_one_recommendation(tmp_path: Path) -> None:
    file = _history(tmp_path / "history.jsonl", is_labelled=True)
    answer = json.loads(_tune("--json", "--jobs", "1", str(file)).stdout)
    chosen = [one for one in answer["settings"] if one["is_recommended"]]

    assert len(answer["settings"]) == len(settings())
    assert len(chosen) == 1
    assert (chosen[0]["f1"], chosen[0]["false_alarms_per_day"]) == (1.0, 0.0)
    assert answer["recommended"] == {key: chosen[0][key] for key in ("threshold", "min_customers")}
    assert answer["is_labelled"]
    assert answer["is_reached"]


@pytest.mark.slow
def test_processes_find_what_one_finds_and_people_get_lines_for_the_configuration(tmp_path: Path) -> None:
    file = _history(tmp_path / "history.jsonl", is_labelled=False)
    alone = json.loads(_tune("--json", "--jobs", "1", str(file)).stdout)
    shown = _tune("--jobs", "2", "--false-alarms", "0.5", str(file)).output

    assert json.loads(_tune("--json", "--jobs", "2", str(file)).stdout) == alone
    assert not alone["is_labelled"]
    assert "[outages]\nthreshold = " in shown
    assert "min_customers = " in shown
    assert "names no outages" in shown


def test_an_empty_history_is_said_to_be_empty(tmp_path: Path) -> None:
    file = tmp_path / "empty.jsonl"
    file.write_text("")
    done = CliRunner().invoke(command, ["--tune", str(file)])

    assert done.exit_code != 0
    assert "no messages" in done.output
