"""`channelhub webhooks verify`, as a person runs it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from channelhub.sdk.webhook_keys import new_secret, read_key, signed_by_all
from tests.cli.executable import called

BODY = b'{"type":"incident.opened","data":{}}'
SECRET = new_secret()


def kept(folder: Path, *, body: bytes = BODY, age: timedelta = timedelta()) -> None:
    """A post in three files: whole, headers, body."""
    headers = signed_by_all("evt_7", BODY, keys=[read_key(SECRET)], at=datetime.now(UTC) - age)
    lines = "".join(f"{name.title()}: {value}\r\n" for name, value in headers.items())
    (folder / "whole").write_bytes(f"POST /hook HTTP/1.1\r\nHost: a:80\r\n{lines}\r\n".encode() + body)
    (folder / "headers").write_text(lines)
    (folder / "body").write_bytes(body)
    (folder / "secret").write_text(SECRET + "\n")


def test_a_genuine_post_is_called_so_wherever_its_parts_are(tmp_path: Path) -> None:
    kept(tmp_path)
    whole = called("webhooks", "verify", "whole", "--secret-file", "secret", folder=tmp_path)
    parts = called(
        "webhooks", "verify", "body", "--headers", "headers", "--json", folder=tmp_path,
        environ={"CHANNELHUB_WEBHOOK_SECRET": f"{new_secret()} {SECRET}"},
    )  # fmt: skip

    assert (whole.returncode, parts.returncode) == (0, 0)
    assert whole.stdout.startswith("genuine: evt_7, signed ")
    assert json.loads(parts.stdout) | {"sent_at": ""} == {"verified": True, "id": "evt_7", "sent_at": "", "secret": 2}


def test_what_is_wrong_is_said_and_the_exit_code_tells(tmp_path: Path) -> None:
    kept(tmp_path, body=json.dumps(json.loads(BODY)).encode())
    done = called("webhooks", "verify", "whole", "--secret-file", "secret", folder=tmp_path)

    assert done.returncode == 1
    assert "not genuine (mismatch)" in done.stdout
    assert "the signature fits it as JSON without spaces" in done.stdout
    assert SECRET not in done.stdout + done.stderr


def test_an_old_post_is_genuine_only_at_any_time(tmp_path: Path) -> None:
    kept(tmp_path, age=timedelta(hours=1))
    args = ("webhooks", "verify", "whole", "--secret-file", "secret", "--json")
    strict, kindly = called(*args, folder=tmp_path), called(*args, "--any-time", folder=tmp_path)

    assert (strict.returncode, kindly.returncode) == (1, 0)
    assert json.loads(strict.stdout)["fault"] == "too-old"


def test_what_cannot_be_looked_at_ends_with_a_sentence(tmp_path: Path) -> None:
    kept(tmp_path)
    none = called("webhooks", "verify", "whole", folder=tmp_path)
    wrong = called("webhooks", "verify", "whole", "--secret", "whsk_AAAA", folder=tmp_path)
    bare = called("webhooks", "verify", "body", "--secret-file", "secret", folder=tmp_path)

    assert (none.returncode, wrong.returncode, bare.returncode) == (64, 64, 65)
    assert "which secret?" in none.stderr
    assert "verify with the public one" in wrong.stderr
    assert "--headers" in bare.stderr
