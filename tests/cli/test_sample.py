"""`sample` tells who sets an account up what would become of a post, and why it would be refused."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.executable import called

SECRET = "a-secret-made-up-by-us-9f2c"
CONFIG = f"""
[hub]
state_dir = "state"
[accounts.shop]
kind = "api"
[accounts.crm]
kind = "webhook"
proof = "hmac"
header = "X-Signature"
secret = "{SECRET}"
max_body_bytes = 2000
batch = "$.items[*]"
[[accounts.crm.mappings]]
label = "comment"
gives = "message"
when = {{ "@.event" = "said" }}
id = "@.id"
time = "@.at"
name = "{{@.first}} {{@.last}}"
text = "@.text"
[[accounts.crm.mappings]]
label = "ping"
gives = "nothing"
when = {{ "@.event" = "ping" }}
"""
SAID = {"event": "said", "id": 7, "at": "lunch", "text": "Hello \x1b[31m[red]", "first": "Ann"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "channelhub.toml").write_text(CONFIG)
    return tmp_path


def sample(folder: Path, body: object, *args: str, account: str = "crm") -> tuple[int, str, str]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    (folder / "post.json").write_bytes(content)
    mac = hmac.new(SECRET.encode(), content, hashlib.sha256).hexdigest()
    (folder / "post.json.headers").write_text(f"X-Signature: {mac}\n")
    done = called("-c", "channelhub.toml", "sample", account, "post.json", *args, folder=folder)
    return done.returncode, done.stdout, done.stderr


def told(folder: Path, body: object) -> tuple[int, dict[str, Any]]:
    code, out, _ = sample(folder, body, "--json")
    return code, json.loads(out)


def test_it_says_what_reads_each_item_and_what_finds_nothing(folder: Path) -> None:
    code, found = told(folder, {"items": [SAID, {"event": "ping"}]})
    said, ping = found["items"]

    assert (code, found["refused"], found["unparseable"]) == (0, None, None)
    assert (said["mapping"], said["type"], said["gives"]["external_id"]) == ("comment", "message", "7")
    assert said["not_found"] == ["@.last"]
    assert said["notes"] == ["time: 'lunch' is not of the format iso, or says no zone"]
    assert (ping["mapping"], ping["type"], ping["gives"]) == ("ping", "nothing", None)


def test_it_says_why_a_post_is_refused(folder: Path) -> None:
    body = {"items": [SAID]}
    code, out, _ = sample(folder, body, "-H", "X-Signature: 00")

    assert code == 1
    assert "refused: the signature in X-Signature doesn't fit" in out
    assert "comment" in out, "and still what it would be"
    code, out, _ = sample(folder, b'{"items": [' + b" " * 2000 + b"]}")
    assert "refused: it is larger than max_body_bytes, 2000" in out
    assert SECRET not in out


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<html>", "the body isn't JSON"),
        ({"items": []}, "there is no item at $.items[*]"),
        ({"items": [{"event": "said"}]}, "comment: it says nothing"),
    ],
)
def test_it_says_what_would_be_parked(folder: Path, body: object, why: str) -> None:
    code, found = told(folder, body)

    assert code == 1
    assert why in found["unparseable"]


def test_a_shape_that_nothing_fits_ends_with_1(folder: Path) -> None:
    code, found = told(folder, {"items": [SAID, {"event": "new"}]})

    assert code == 1
    assert found["items"][1]["mapping"] is None
    assert found["items"][1]["type"] == "unknown"


def test_the_table_shows_values_and_no_control_characters(folder: Path) -> None:
    code, out, _ = sample(folder, {"items": [SAID]})

    assert code == 0
    assert "taken: it proves itself" in out
    assert "Hello ·[31m[red]" in out
    assert "\x1b[31m" not in out
    assert "@.last" in out


@pytest.mark.parametrize(
    ("args", "account", "why"),
    [
        ((), "nobody", "there is no account nobody; there are: crm, shop"),
        ((), "shop", "shop is of kind api: channelhub parse --kind api FILE"),
        (("-H", "nothing"), "crm", "expected 'Name: value'"),
    ],
)
def test_what_can_not_be_tried_is_a_usage_error(folder: Path, args: tuple[str, ...], account: str, why: str) -> None:
    code, out, err = sample(folder, {"items": []}, *args, account=account)

    assert (code, out) == (64, "")
    assert why in err


def test_parse_leads_to_it(folder: Path) -> None:
    (folder / "post.json").write_text("{}")
    done = called("parse", "--kind", "webhook", "post.json", folder=folder)

    assert done.returncode == 64
    assert "channelhub sample ACCOUNT FILE" in done.stderr
