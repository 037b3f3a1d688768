"""`channelhub doctor`: which findings fail it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from channelhub.cli import namesakes
from channelhub.cli.doctor import completeness
from channelhub.cli.erasures import Unfinished, findings
from channelhub.domain.times import to_us
from channelhub.rules.erasing import Step
from channelhub.store import erasures, tokens, users
from channelhub.store.database import Session
from channelhub.store.erasures import Erasure
from channelhub.web.routes.personal_data import as_json
from tests.cli.executable import called
from tests.pipeline.workshop import workshop

WHOLE = {"listed": 7, "gap": 0, "last_gap": 0, "last_gap_at": None, "note": "", "note_level": None}
UNREAD = {"note": "the folder Sales can't be opened", "note_level": "wrong"}
LIMIT = {"note": "conversations that can't be read with these credentials: 1", "note_level": "info"}


@pytest.mark.parametrize(
    ("compared", "level"),
    [({}, "ok"), (LIMIT, "note"), (UNREAD, "wrong"), ({"gap": 1}, "wrong"), ({"gap": 1} | LIMIT, "wrong")],
)
def test_a_gap_and_what_is_to_be_mended_are_wrong_a_limit_is_a_note(compared: dict[str, object], level: str) -> None:
    finding = completeness("mailbox", WHOLE | compared)

    assert finding.level == level
    assert str(compared.get("note", "")) in finding.detail


NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def erasure(number: int, *, hours: float, **changes: object) -> Erasure:
    asked = to_us(NOW - timedelta(hours=hours))
    made = Erasure(id=number, step=Step.COLLECTING, actor="admin:kate", asked_us=asked)
    return replace(made, **changes)  # type: ignore[arg-type]


def test_an_erasure_that_takes_over_an_hour_is_a_note_with_its_reason() -> None:
    slow, quick = as_json(erasure(1, hours=5)) | {"waits": "outage detection is busy"}, as_json(erasure(2, hours=0.5))
    told = list(findings(Unfinished(open_ones=[slow, quick], not_compact=[]), now=NOW, is_running=True))

    assert [(one.what, one.level, bool(one.mend)) for one in told] == [
        ("erasure 1", "note", True),
        ("erasure 2", "ok", False),
    ]
    assert told[0].detail == (
        "asked for 5 h ago by admin:kate, at the step collecting; it waits: outage detection is busy"
    )
    assert told[1].detail == "asked for 30 min ago by admin:kate, at the step collecting"


async def test_without_a_daemon_it_tells_of_erasures_that_it_finds_on_disk(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text('[hub]\nstate_dir = "state"\n')
    before = called("doctor", "--json", "-c", "hub.toml", folder=tmp_path)
    done = erasure(2, hours=9, step=Step.DONE, done_us=1)

    async def asked(session: Session) -> None:
        for one in (erasure(1, hours=3), done):
            await erasures.add(session, one)
        await erasures.save(session, done)

    async with workshop(tmp_path / "state") as shop:
        await shop.store.writer.command(asked)
    after = called("doctor", "--json", "-c", "hub.toml", folder=tmp_path)
    told = {one["what"]: one for one in json.loads(after.stdout)["findings"] if one["what"].startswith("erasure")}

    assert "erasure" not in before.stdout
    assert set(told) == {"erasure 1", "erasures"}
    assert "at the step collecting; it waits: no daemon runs" in told["erasure 1"]["detail"]
    assert {one["level"] for one in told.values()} == {"note"}
    assert "channelhub erase --compact" in told["erasures"]["mend"]
    assert after.returncode == 0


def test_a_token_that_is_called_like_a_person_is_a_note_as_long_as_it_opens() -> None:
    names = ("Kate", "olena", "kate's assistant", "local", "kate", "kate")
    ends = (None, None, None, None, (NOW - timedelta(hours=1)).isoformat(), (NOW + timedelta(hours=1)).isoformat())
    made = [
        {"id": str(number), "name": name, "revoked_at": None, "expires_at": end}
        for number, (name, end) in enumerate(zip(names, ends, strict=True))
    ]
    made[1]["revoked_at"] = NOW.isoformat()
    told = list(namesakes.findings({"kate", "olena"}, made, now=NOW))

    assert [(one.what, one.level) for one in told] == [("token 0", "note"), ("token 3", "note"), ("token 5", "note")]
    assert told[0].detail.startswith("is called Kate, as the person who signs in as kate:")
    assert told[1].detail.startswith("is called local, as the hub itself:")
    assert told[0].mend.endswith("`channelhub token revoke 0`")


async def test_without_a_daemon_it_tells_of_namesakes_that_it_finds_on_disk(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text('[hub]\nstate_dir = "state"\n')

    async def of_before(session: Session) -> None:
        await tokens.add(session, name="kate", role="agent", account="", digest=b"1", at=NOW)
        await users.add(session, login="kate", name="Kate", role="agent", password="", at=NOW)

    async with workshop(tmp_path / "state") as shop:
        await shop.store.writer.command(of_before)
    done = called("doctor", "-c", "hub.toml", folder=tmp_path)

    assert "token 1: is called kate, as the person who signs in as kate" in " ".join(done.stdout.split())
    assert done.returncode == 0
