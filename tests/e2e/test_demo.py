"""The demo against the real daemon: it raises its own outage and no other."""

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from channelhub.cli.demo.everyday import EVERYDAY
from channelhub.cli.demo.people import people
from channelhub.cli.demo.shop import REPORTERS, Channel, history, morning, worth_a_look
from channelhub.cli.demo.trouble import REPORTS
from channelhub.content.features import features
from channelhub.rules.outage.detector import Detector
from channelhub.rules.outage.report import Joined, Report, Suspected
from channelhub.rules.outage.thresholds import OutageRules
from tests.cli.executable import called, channelhub
from tests.daemon import CONFIG, Daemon
from tests.e2e.talking import get

FORM = '[accounts.site-form]\nkind = "webform"\n'
NOW_US = 1_800_000_000_000_000


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    daemon = Daemon(tmp_path, config=CONFIG + FORM)
    await daemon.start()
    yield daemon
    daemon.end()


@pytest.mark.slow
async def test_the_running_daemon_suspects_the_planted_outage_and_no_other(daemon: Daemon) -> None:
    done = channelhub("demo", "-c", "channelhub.toml", "--json", "--seconds", "5", "--seed", "7", folder=daemon.folder)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    all_outages = get(daemon, "/outages")["items"]
    members = get(daemon, f"/outages/{all_outages[0]['id']}")["members"]
    reporters = {
        get(daemon, f"/customers/lookup?identity=email:{contact.person.email}")["customer"]["id"]
        for contact in morning(7)
        if contact.is_report
    }

    assert [one["id"] for one in all_outages] == [told["outages"][0]["id"]]
    assert all_outages[0]["state"] == "suspected"
    assert sum(member["customer_id"] in reporters for member in members) >= 0.8 * REPORTERS
    assert sum(member["customer_id"] not in reporters for member in members) <= 3
    assert len({member["channel"] for member in members}) == 3
    assert set(told["channels"]) == {"api", "email", "form"}
    for identity in told["look_at"]:
        shown = called("card", "-c", "channelhub.toml", identity, folder=daemon.folder)
        assert shown.returncode == 0, shown.stderr


@pytest.mark.slow
async def test_refuses_a_hub_that_does_real_work(daemon: Daemon) -> None:
    headers = daemon.authorization() | {"Content-Type": "application/json"}
    for number in range(101):
        body = {"account": "shop", "external_id": f"real-{number}", "text": "hello"}
        request = Request(f"{daemon.url}/api/v1/messages", data=json.dumps(body).encode(), headers=headers)
        with urlopen(request, timeout=60) as answer:
            answer.read()
    done = channelhub("demo", "-c", "channelhub.toml", folder=daemon.folder)

    assert done.returncode == 64
    assert "--force" in done.stderr
    assert len(get(daemon, "/messages?limit=1000")["items"]) == 101


def test_without_a_daemon_it_says_how_to_start_one(tmp_path: Path) -> None:
    (tmp_path / "channelhub.toml").write_text(
        '[accounts.a]\nkind = "api"\n[accounts.m]\nkind = "smtp"\nlisten = "127.0.0.1:1"\n' + FORM
    )
    began = time.monotonic()
    done = channelhub("demo", "-c", "channelhub.toml", folder=tmp_path)

    assert done.returncode == 69
    assert "channelhub run" in done.stderr
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_any_seed_raises_exactly_its_outage(seed: int) -> None:
    detector, found, planted = Detector(OutageRules()), [], set()
    past, today = history(seed), morning(seed)
    for number, contact in enumerate([*past, *today], start=1):
        is_past = number <= len(past)
        is_known = is_past or contact.channel is Channel.API
        found += detector.vote(
            Report(
                message_id=number,
                at_us=NOW_US + (-int(contact.age.total_seconds() * 1e6) if is_past else number * 100_000),
                customer=int(contact.person.number),
                channel=str(contact.channel),
                origin="" if is_known else "127.0.0.0/24",
                is_verified=is_known,
                is_backfill=is_past,
                features=features(subject=contact.subject, text=contact.text),
            )
        )
        if contact.is_report:
            planted.add(number)

    (alarm,) = [one for one in found if isinstance(one, Suspected)]
    members = {*alarm.members, *(one.message_id for one in found if isinstance(one, Joined))}
    assert len(members & planted) >= 0.8 * REPORTERS
    assert len(members - planted) <= 4


def test_a_seed_is_a_morning_and_every_reporter_has_words_of_their_own() -> None:
    today = morning(3)
    reports = [contact for contact in today if contact.is_report]

    assert today == morning(3) != morning(4)
    assert 150 <= len(today) <= 250
    assert len({contact.person for contact in reports}) == len({contact.text for contact in reports}) == REPORTERS
    assert {contact.channel for contact in reports} == set(Channel)
    assert {contact.person.language for contact in reports} == {"ru", "uk", "en"}
    assert len({person.email for person in people()} | {person.phone for person in people()}) == 2 * len(people())
    assert all(set(matter) == set(REPORTS) == {"ru", "uk", "en"} for matter in EVERYDAY)
    assert len(set(worth_a_look(3))) == 3
