"""The scores of `make bench-mail`: what counts as right, where expectations come from, and a run over a folder."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.mail import expectations, matching
from bench.mail.__main__ import quality, totals

ANSWER: dict[str, Any] = {
    "sender": {"address": "Ann@x.example", "name": "Анна Коваль"},
    "to": [{"address": "b@x.example", "name": ""}, {"address": "c@x.example", "name": ""}],
    "cc": [],
    "subject": "Счёт  за\u200b май",
    "text": "Верните\nденьги.\n\n> было",
    "reply_text": "Верните деньги.",
    "html": '<p>Верните <b>деньги</b></p><img src="data:image/png;base64,x">',
    "attachments": [{"filename": "a.pdf", "size": 3}, {"filename": "b.pdf", "size": 4}],
    "message_id": "1@x.example",
    "in_reply_to": "",
    "references": ["a@x", "b@x"],
    "sent_at": "2026-11-20T12:00:00+02:00",
    "auto": {"reply": False, "bounce": False, "bulk": False, "list": False},
}


@pytest.mark.parametrize(
    ("wanted", "field", "is_right"),
    [
        ({"subject": "Счёт за май"}, "subject", True),
        ({"subject": "Счет за май"}, "subject", False),
        ({"from_addr": "ann@X.example"}, "sender", True),
        ({"from_name": '"Анна Коваль"'}, "sender_name", True),
        ({"to": ["c@x.example", "b@x.example"]}, "to", True),
        ({"to": ["b@x.example"]}, "to", False),
        ({"to_has": "b@x.example"}, "to_has", True),
        ({"message_id": "<1@x.example>"}, "message_id", True),
        ({"references": ["<b@x>", "<a@x>"]}, "references", False),
        ({"date": 1795168800.5}, "date", True),
        ({"date": 1795168900}, "date", False),
        ({"body": "Верните деньги. > было"}, "body", True),
        ({"body": "Верните"}, "body90", False),
        ({"body": "<p>Верните</p> <b>деньги</b>", "body_html": True}, "body", True),
        ({"reply": "Верните деньги.\n\nАнна"}, "reply", True),  # only a signature is missing
        ({"reply": "Верните деньги.\n\n" + "и " * 40}, "reply", False),
        ({"reply_not": ["было"]}, "reply_not", True),
        ({"reply_has": ["деньги."]}, "reply_has", True),
        ({"att_count": [1, 2]}, "att_count", True),
        ({"att_names": ["b.pdf"]}, "att_names", True),
        ({"att_size": [3, 3]}, "att_size", False),
        ({"auto_bounce": True}, "bounce", False),
        ({"human": True}, "no_false_auto", True),
        ({"html_has": ["Верните деньги"]}, "html_kept", False),
        ({"body_has": ["деньги"]}, "charset", True),
    ],
)
def test_a_field_is_right_or_wrong(wanted: dict[str, Any], field: str, is_right: bool) -> None:
    assert matching.judge(wanted, ANSWER)[field] is is_right


def test_lost_letters_and_active_html_are_noticed() -> None:
    lost = ANSWER | {"text": "???", "reply_text": "", "html": "<p onclick=x()>x</p>"}
    found = matching.judge({"body": "Верните деньги"}, lost)

    assert (found["charset"], found["html_safe"]) == (False, False)


def test_an_error_is_wrong_in_everything_that_was_asked() -> None:
    found = matching.judge({"subject": "x", "human": True}, {"file": "x", "error": "no"})

    assert found == {"read": False, "subject": False, "no_false_auto": False}


def test_quality_is_the_mean_of_what_was_asked() -> None:
    scores = totals([{"read": True, "subject": True}, {"read": True, "subject": False, "date": True}])

    assert scores == {"read": (2, 2), "subject": (1, 2), "date": (1, 1)}
    assert quality(scores) == 75.0
    assert quality({"read": (1, 1)}) is None


def test_a_reviewed_result_expects_itself() -> None:
    wanted = expectations.of_result(ANSWER)

    assert all(matching.judge(wanted, ANSWER).values())


def test_an_unknown_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"Subject: x\r\n\r\nx")
    (tmp_path / "a.expect.json").write_text('{"subjekt": "x"}')

    with pytest.raises(expectations.BadExpectation, match="subjekt"):
        expectations.cases(tmp_path)


@pytest.mark.slow
def test_a_folder_is_scored_and_failures_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"From: a@x.example\r\nSubject: right\r\n\r\nx")
    (tmp_path / "a.expect.json").write_text('{"subject": "right", "from_addr": "b@x.example", "skip": []}')
    (tmp_path / "b.eml").write_bytes(b"\r\n")
    command = (sys.executable, "-m", "bench.mail", str(tmp_path), "--fails", "9")
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    told = subprocess.run((*command, "--json"), capture_output=True, text=True, timeout=60, check=False)

    assert run.returncode == 1, run.stderr
    assert "wrong: sender in" in run.stdout
    assert "b.eml: the mail is empty" in run.stdout
    assert json.loads(told.stdout)["scores"] == {"read": [1, 2], "subject": [1, 1], "sender": [0, 1]}
