"""`channelhub parse` over many files: one line each, in order, whatever one of them does to its parser."""

import faulthandler
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from channelhub.cli.limited import AHEAD, MEMORY_BYTES, Crew
from tests.cli.executable import EXECUTABLE, channelhub

pytestmark = pytest.mark.slow

MAIL = "From: Ann <ann@example.com>\r\nSubject: {}\r\nMessage-ID: <{}@example.com>\r\n\r\nThe parcel is late.\r\n"


def lines(*args: str, folder: Path) -> list[dict[str, object]]:
    done = channelhub("parse", *args, folder=folder)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def put(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, newline="")
    return path


def test_prints_one_line_for_each_file_in_order(tmp_path: Path) -> None:
    for number in range(40):
        put(tmp_path, f"{number}.eml", MAIL.format(f"Parcel {number}" + " long" * (number % 7) * 500, number))

    found = lines("--json", *(f"{number}.eml" for number in reversed(range(40))), folder=tmp_path)

    assert [one["file"] for one in found] == [f"{number}.eml" for number in reversed(range(40))]
    assert [one["message_id"] for one in found] == [f"{number}@example.com" for number in reversed(range(40))]


def test_takes_a_folder_for_the_mails_in_it_and_below(tmp_path: Path) -> None:
    put(tmp_path, "box/b.eml", MAIL.format("b", 1))
    put(tmp_path, "box/a.EML", MAIL.format("a", 2))
    put(tmp_path, "box/deeper/c.eml", MAIL.format("c", 3))
    put(tmp_path, "box/notes.txt", "no mail")
    put(tmp_path, "box/.hidden.eml", MAIL.format("d", 4))

    found = lines("box", folder=tmp_path)

    assert [one["file"] for one in found] == ["box/a.EML", "box/b.eml", "box/deeper/c.eml"]


def test_a_file_that_cannot_be_read_is_a_line_with_its_reason(tmp_path: Path) -> None:
    put(tmp_path, "good.eml", MAIL.format("good", 1))
    put(tmp_path, "empty.eml", " \r\n")
    (tmp_path / "folder").mkdir()
    with (tmp_path / "huge.eml").open("wb") as file:
        file.truncate(65 * 1024 * 1024)

    found = lines("empty.eml", "missing.eml", "folder", "huge.eml", "good.eml", folder=tmp_path)

    assert [one.get("error") for one in found] == [
        "the mail is empty",
        "No such file or directory",
        "a folder without a file to parse",
        "larger than 64 MiB",
        None,
    ]


def test_reads_what_is_piped_in(tmp_path: Path) -> None:
    path = put(tmp_path, "a.eml", MAIL.format("piped", 1))
    with path.open("rb") as mail:
        done = subprocess.run([str(EXECUTABLE), "parse", "/dev/stdin"], stdin=mail, capture_output=True, timeout=60)

    assert json.loads(done.stdout)["subject"] == "piped"


def test_a_name_outside_utf8_is_printed_as_json_can(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.eml")).write_text(MAIL.format("x", 1))

    assert [one["file"] for one in lines(".", folder=tmp_path)] == ["caf\udce9.eml"]


def test_folders_of_other_kinds_hold_bodies_of_any_name(tmp_path: Path) -> None:
    body = json.dumps({"account": "shop", "external_id": "7", "text": "late", "sender": {"identities": []}})
    put(tmp_path, "posts/one", body)
    put(tmp_path, "posts/one.headers", "Content-Type: application/json")

    [found] = lines("--kind", "api", "posts", folder=tmp_path)

    assert found["file"] == "posts/one"
    assert [one["text"] for one in found["items"]] == ["late"]  # type: ignore[attr-defined]


def test_shows_no_bar_where_standard_error_is_no_terminal(tmp_path: Path) -> None:
    put(tmp_path, "a.eml", MAIL.format("a", 1))

    assert channelhub("parse", "a.eml", folder=tmp_path).stderr == ""


def misbehave(item: str) -> bytes:
    """What a parser may do to its child."""
    if item == "spin":
        while True:
            pass
    if item == "eat":
        return bytes(MEMORY_BYTES * 2)
    if item == "die":
        faulthandler.disable()  # its report would stand in the log of every green run
        os.kill(os.getpid(), 11)
    if item == "raise":
        raise ValueError(item)
    if item == "print":
        os.write(1, b"spoilt\n")
    return item.upper().encode()


@pytest.mark.slow
def test_a_mail_that_spins_eats_or_kills_costs_only_itself(capfd: pytest.CaptureFixture[str]) -> None:
    found = list(Crew(misbehave, processes=2).answers(["a", "spin", "b", "eat", "raise", "c", "die", "print", "d"]))

    assert [item for item, _, _ in found] == ["a", "spin", "b", "eat", "raise", "c", "die", "print", "d"]
    assert [answer for _, answer, _ in found] == [b"A", None, b"B", None, None, b"C", None, b"PRINT", b"D"]
    assert [lost for _, _, lost in found if lost] == [
        "reading it takes longer than 2 s",
        "reading it takes more memory than a parser may use",
        "the parser failed on it; the traceback stands on standard error",
        "the parser died on it (a crash, or more memory than it may use)",
    ]
    assert "spoilt" not in capfd.readouterr().out


def test_a_parser_that_waits_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channelhub.cli.limited.WALL_S", 0.3)

    def wait(item: str) -> bytes:
        return item.encode() if item != "wait" else os.read(os.pipe()[0], 1)

    found = list(Crew(wait, processes=1).answers(["wait", "next"]))

    assert [answer for _, answer, _ in found] == [None, b"next"]
    assert "longer than" in found[0][2]


@pytest.mark.slow
def test_reads_only_a_bounded_number_ahead_of_a_slow_one() -> None:
    taken = 0

    def items() -> Iterator[str]:
        nonlocal taken
        yield "spin"
        for number in range(10_000):
            taken += 1
            yield str(number)

    answers = Crew(misbehave, processes=2).answers(items())
    first = next(answers)

    assert first[0] == "spin"
    assert taken <= 2 * AHEAD
    answers.close()


@pytest.mark.slow
def test_large_answers_are_not_heaped_up_behind_a_slow_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channelhub.cli.limited.MAX_WAITING_BYTES", 10)
    items = iter(["spin", "x" * 20, *map(str, range(100))])
    answers = Crew(misbehave, processes=2).answers(items)
    first = next(answers)

    assert first[0] == "spin"
    assert next(items) == "0"
    answers.close()


def test_leaves_no_child_behind() -> None:
    crew = Crew(misbehave, processes=2)
    answers = crew.answers(str(number) for number in range(100))
    next(answers)
    pids = [child.process.pid for child in crew._children]
    answers.close()

    assert pids
    assert not [pid for pid in pids if pid and Path(f"/proc/{pid}").exists()]
