"""`channelhub import customers`: through the running daemon, interrupted and repeated, none lost or doubled."""

import asyncio
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from channelhub.cli.importing.customer_posts import AT_ONCE
from channelhub.store import inbox
from channelhub.store.opening import reading
from tests.cli.executable import EXECUTABLE, called
from tests.cli.test_import import card, is_settled, stored, until
from tests.daemon import CONFIG, Daemon

KIOSK = '[accounts.kiosk]\nkind = "api"\ntrust = "claimed"\n[accounts.crm]\nkind = "api"\n'


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A running one, for every test of the file."""
    daemon = Daemon(tmp_path_factory.mktemp("customers"), config=CONFIG + KIOSK)
    asyncio.run(daemon.start())
    yield daemon
    daemon.end()


@pytest.fixture
def stopped(tmp_path: Path) -> Daemon:
    return Daemon(tmp_path)


def run(daemon: Daemon, *args: str) -> subprocess.CompletedProcess[str]:
    return called("import", "customers", *args, "-c", str(daemon.config_file), folder=daemon.folder)


def told(daemon: Daemon, *args: str) -> dict[str, Any]:
    done = run(daemon, *args, "--json")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def counts(found: dict[str, Any]) -> tuple[int, int, int]:
    return found["taken"], found["doubled"], found["refused"]


def waiting(daemon: Daemon) -> int:
    """How many deliveries wait for the pipeline."""

    async def look() -> int:
        async with reading(daemon.state_dir) as session:
            return len(await inbox.oldest_pending(session, limit=5000))

    return asyncio.run(look())


def known(daemon: Daemon, identity: str) -> dict[str, Any]:
    """The card, when all that came in was read."""
    until(lambda: is_settled(daemon))
    return card(daemon, identity)


def write(daemon: Daemon, name: str, content: str | bytes) -> str:
    path = daemon.folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (1_770_000_000, 1_770_000_000))
    return name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("codec", "phone"), list(zip(["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le"], "12345", strict=True))
)
def test_a_table_becomes_known_whatever_its_charset(daemon: Daemon, codec: str, phone: str) -> None:
    text = (
        "Код клієнта;Ім`я;Прізвище;Пошта;Телефон;Сегмент;Договір;Примітка\r\n"
        f'k-{codec};Олена;Шевчук;olena@{codec}.example;="067111223{phone}";vip;00{len(codec)};ні\r\n'
        f"\"безкінечна;Іван\r\nk2-{codec};Петро;;'=1+2;;;;\r\n;Ніхто;;;;;;\r\n"
    )
    file = write(daemon, f"{codec}.csv", text.encode(codec))
    first, again = (told(daemon, file, "--account", "shop", "--report", f"{codec}.report") for _ in range(2))
    report = [json.loads(line) for line in (daemon.folder / f"{codec}.report").read_text().splitlines()]
    found = known(daemon, f"email:olena@{codec}.example")

    assert (counts(first), counts(again)) == ((2, 0, 2), (0, 2, 2))
    assert [(one["line"], one["status"]) for one in report] == [
        (2, "doubled"), (3, "refused"), (4, "doubled"), (5, "refused"),
    ]  # fmt: skip
    assert report[2]["warnings"] == ["email: can't be one"]
    assert first["left_out"] == ["Примітка"]
    assert (found["customer"]["name"], found["customer"]["segment"]) == ("Олена Шевчук", "vip")
    assert found["customer"]["attributes"] == {"contract": f"00{len(codec)}"}
    assert {one["kind"] for one in found["identities"]} >= {"external", "email", "phone"}


@pytest.mark.slow
def test_json_lines_and_vcards_become_known(daemon: Daemon) -> None:
    lines = '{"id": 71, "contact": {"mail": "j@lines.example"}, "plan": "yearly"}\nnonsense\n'
    cards = "BEGIN:VCARD\nUID:c-1\nFN:Ann\nEMAIL:v@card.example\nREV:20260101T000000Z\nEND:VCARD\nBEGIN:VCARD\n"
    json_lines = told(daemon, write(daemon, "a.jsonl", lines), "--account", "shop", "--map", "email=contact.mail")
    vcards = told(daemon, write(daemon, "a.vcf", cards), "--account", "shop")

    assert (counts(json_lines), counts(vcards)) == ((1, 0, 1), (1, 0, 1))
    assert [one["line"] for one in json_lines["failures"] + vcards["failures"]] == [2, 7]
    assert known(daemon, "email:j@lines.example")["customer"]["attributes"] == {"plan": "yearly"}
    assert known(daemon, "email:v@card.example")["customer"]["name"] == "Ann"


@pytest.mark.slow
def test_a_dry_run_shows_what_would_change_and_changes_nothing(daemon: Daemon) -> None:
    told(
        daemon,
        write(daemon, "one.csv", "id,email,segment\nd-1,d1@dry.example,old\nd-2,d2@dry.example,\n"),
        "--account",
        "shop",
    )
    until(lambda: is_settled(daemon))
    before = stored(daemon)
    text = "id,email,phone,segment\nd-1,d1@dry.example,0501112233,new\nd-1,d2@dry.example,,old\nd-3,,,\nd-2,,,\n"
    found = told(daemon, write(daemon, "two.csv", text), "--account", "shop", "--dry-run")
    words = run(daemon, "two.csv", "--account", "shop", "--dry-run")
    joining = found["first"][1]["changes"]

    assert [one["changes"] for one in (found["first"][0], *found["first"][2:])] == [
        ["phone: 0501112233 is added", "segment: old → new"], ["a new customer"], [],
    ]  # fmt: skip
    assert joining[0].startswith("joins 2 customers: ")
    assert (found["valid"], found["refused"]) == (4, 0)
    assert "  change: segment: old → new" in words.stdout.splitlines()
    assert words.stdout.endswith("Nothing was changed.\n")
    assert stored(daemon) == before


@pytest.mark.slow
def test_what_can_not_be_done_is_said_before_anything_is_posted(daemon: Daemon) -> None:
    file = write(daemon, "names.csv", "colour,mail box\nred,a@b.com\n")

    def refused(*args: str) -> tuple[int, str]:
        done = run(daemon, *args)
        return done.returncode, done.stderr

    assert refused(file) == (64, "channelhub: say which account says so: --account with one of crm, shop\n")
    assert refused(file, "--account", "kiosk")[0] == 64
    assert "say --map email=" in refused(file, "--account", "shop")[1]
    assert "there is no column “mail”" in refused(file, "--account", "shop", "--map", "email=mail")[1]
    assert "“·[31mred”" in refused(write(daemon, "ansi.csv", "\x1b[31mred,b\n1,2\n"), "--account", "shop")[1]
    assert refused(file, "--account", "shop", "--encoding", "klingon")[0] == 64
    assert refused(file, "--account", "shop", "--map", "email")[0] == 64
    assert refused(write(daemon, "empty.csv", ""), "--account", "shop")[0] == 65
    assert refused(write(daemon, "head.csv", '"a\n'), "--account", "shop")[0] == 65
    assert refused(file, "--account", "shop", "--map", "email=mail box", "--report", file)[0] == 64
    assert (daemon.folder / file).read_text().startswith("colour")


def test_without_a_daemon_only_a_dry_run_works(stopped: Daemon) -> None:
    file = write(stopped, "a.csv", "email\na@b.com\n")
    refused, dry = run(stopped, file), told(stopped, file, "--dry-run")

    assert refused.returncode == 69
    assert "no daemon runs" in refused.stderr
    assert dry["first"][0]["changes"] is None
    assert not (stopped.state_dir / "channelhub.db").exists()


@pytest.mark.slow
def test_killed_in_the_middle_and_run_again_every_customer_is_there_once(stopped: Daemon) -> None:
    daemon = stopped
    asyncio.run(daemon.start())
    try:
        rows = "".join(f"crm-{number},c{number}@many.example,vip\n" for number in range(3000))
        file = write(daemon, "many.csv", f"id,email,segment\n{rows}")
        command = [str(EXECUTABLE), "import", "customers", file, "--json", "-c", str(daemon.config_file)]
        killed = subprocess.Popen(command, cwd=daemon.folder, stdout=subprocess.DEVNULL)
        until(lambda: bool(stored(daemon)))
        killed.kill()
        killed.wait(timeout=60)
        partly = len(stored(daemon))
        running = subprocess.Popen(command, cwd=daemon.folder, stdout=subprocess.PIPE, text=True)
        until(lambda: len(stored(daemon)) > partly)
        daemon.kill()  # the daemon, too: it is waited for
        held = len(stored(daemon))
        asyncio.run(daemon.start())
        behind = [0]
        until(lambda: behind.append(waiting(daemon)) or running.poll() is not None)
        output, _ = running.communicate(timeout=100)
        found = json.loads(output)
        last = known(daemon, "email:c2999@many.example")

        assert max(behind) <= AT_ONCE  # what comes meanwhile never waits behind more
        assert 0 < partly < held < 3000
        assert found["refused"] == 0
        assert found["taken"] + found["doubled"] == 3000
        assert found["doubled"] >= partly
        assert len(set(stored(daemon))) == len(stored(daemon)) == 3000
        assert last["customer"]["segment"] == "vip"
    finally:
        daemon.end()
