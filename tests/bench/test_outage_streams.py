from collections import Counter, defaultdict
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from bench.outage import minhash
from bench.outage.customers import Customers
from bench.outage.running import CEILING, DETECTORS, Asked, run, stored
from bench.outage.shapes import planned
from bench.outage.streams import TINY, stream, write
from bench.outage.tables import LANGUAGES, tables
from bench.outage.traffic import DAY_S, START_S, arrivals


def test_every_matter_is_said_in_three_languages_in_at_least_a_dozen_ways() -> None:
    fewest = {
        (name, language): len(set(phrasings))
        for matters in (tables().usual, tables().outages)
        for name, by_language in matters.items()
        for language, phrasings in by_language.items()
    }

    assert len(tables().usual) >= 60
    assert len(tables().outages) >= 25
    assert not set(tables().usual) & set(tables().outages)
    assert {key: count for key, count in fewest.items() if count < 12} == {}
    assert {language for _, language in fewest} == set(LANGUAGES)


def test_the_same_seed_makes_the_same_file(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write(stream(TINY, 3), tmp_path / f"{name}.jsonl.gz")

    assert (tmp_path / "one.jsonl.gz").read_bytes() == (tmp_path / "other.jsonl.gz").read_bytes()
    assert stream(TINY, 4) != stream(TINY, 3)


def test_a_stream_is_in_order_of_time_and_holds_traps_and_outages_by_different_customers() -> None:
    lines = stream(TINY, 1)
    reporters = defaultdict(set)
    for line in lines:
        if line["truth_outage"]:
            reporters[line["truth_outage"]].add(line["customer_id"])

    assert all(before["ts"] <= after["ts"] for before, after in pairwise(lines))
    assert {"bg", "empty", "outage", "ooo", "bounce", "newsletter", "spam", "angry", "neutral"} <= {
        line["kind"] for line in lines
    }
    assert len(reporters) == 2
    assert all(len(customers) >= 5 for customers in reporters.values())
    assert all("{" not in line["text"] + line["subject"] for line in lines)


def test_nine_in_ten_of_the_affected_share_the_trait() -> None:
    customers = Customers(Random(1), 2000)
    affected = customers.affected(40, ["ru", "en"], ("payment_method", "apple_pay"))

    assert len({one.id for one in affected}) == 40
    assert Counter(asdict(one.attributes)["payment_method"] for one in affected)["apple_pay"] >= 36
    assert {one.language for one in affected} <= {"ru", "en"}


def test_a_holiday_brings_three_times_the_messages() -> None:
    times = arrivals(Random(2), days=7, per_day=400, holiday=3)
    per_day = Counter(int((at - times[0]) // DAY_S) for at in times)

    assert per_day[3] > 2 * per_day[2]


def test_outages_of_pairs_share_a_matter_or_the_time() -> None:
    outages = planned(Random(3), "s", {"recurring": 1, "overlap": 1}, list(tables().outages), days=4)
    recurring = [outage for outage in outages if outage.shape == "recurring"]
    overlapping = [outage for outage in outages if outage.shape == "overlap"]

    assert recurring[0].matter == recurring[1].matter
    assert overlapping[0].matter != overlapping[1].matter
    assert overlapping[1].start_s - overlapping[0].start_s < 1800
    assert all(outage.start_s < START_S + 3.4 * DAY_S for outage in outages)


@pytest.mark.slow
def test_every_detector_runs_over_a_stored_stream(tmp_path: Path) -> None:
    write(stream(TINY, 1), tmp_path / "tiny1.jsonl.gz")
    runs = run(stored(tmp_path)[0], [*DETECTORS, CEILING])
    generated = run(Asked(name="tiny1", kind=TINY, seed=1), [CEILING])

    assert [one.detector for one in runs] == [*DETECTORS, CEILING]
    assert runs[-1].score == generated[0].score
    assert runs[-1].score.detected == 2
    assert all(one.detect_us > 0 for one in runs)


def test_minhash_keys_agree_for_the_same_words_in_any_order() -> None:
    assert minhash.bands(frozenset({"a", "b", "c"})) == minhash.bands(frozenset({"c", "b", "a"}))
    assert not set(minhash.bands(frozenset({"a", "b"}))) & set(minhash.bands(frozenset({"x", "y"})))
