"""A client that is under no rule: raw bytes over sockets, so that no library mends them on the way."""

import contextlib
import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests import answershapes
from tests.daemon import Daemon

SECRET = "only-telegram-knows"
TOKEN = "123456:AAabcdefghijklmnopqrstuvwxyz01234567"
CONFIG = f"""
[hub]
state_dir = "state"
[http]
listen = "127.0.0.1:{{http}}"
public_url = "http://127.0.0.1:{{http}}"
[log]
format = "json"
level = "debug"
[replies]
acknowledge = false
[accounts.mail]
kind = "smtp"
listen = "127.0.0.1:{{smtp}}"
[accounts.site-form]
kind = "webform"
rate_per_minute = 60000
[accounts.shop]
kind = "api"
[accounts.bot]
kind = "telegram"
token = "{TOKEN}"
base_url = "http://127.0.0.1:9"
mode = "webhook"
webhook_secret = "{SECRET}"
"""
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. Status 0: the connection ended without an answer."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Attacker:
    """Speaks to one daemon. `admin` is the right of the daemon's own user."""

    def __init__(self, daemon: Daemon) -> None:
        self.daemon = daemon
        self.admin = daemon.authorization()

    def http(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.daemon.http_port), timeout=PATIENCE_S)

    def raw(self, data: bytes) -> Answer:
        """The first answer to `data`, sent as it is."""
        with self.http() as stream:
            with contextlib.suppress(OSError):  # it was cut off; the answer may be there all the same
                stream.sendall(data)
            return first_answer(stream)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        headers: Mapping[str, str | bytes] | None = None,
        content_type: str = "application/json",
    ) -> Answer:
        """One request with the admin's token, unless `headers` holds another Authorization."""
        chosen: dict[str, str | bytes] = {"Host": "x", "Connection": "close", **self.admin, **(headers or {})}
        if content_type:
            chosen["Content-Type"] = content_type
        if body:
            chosen["Content-Length"] = str(len(body))
        lines = [name.encode() + b": " + _bytes(value) for name, value in chosen.items()]
        answer = self.raw(b"\r\n".join([f"{method} {path} HTTP/1.1".encode(), *lines, b"", b""]) + body)
        _assert_described(method, path, answer)
        return answer

    def post(self, body: bytes | Mapping[str, object], **options: Any) -> Answer:
        """POST /api/v1/messages."""
        return self.ask("POST", "/api/v1/messages", body if isinstance(body, bytes) else dumps(body), **options)

    def get(self, path: str) -> Any:
        """What a GET of the API answers. Raises AssertionError for anything but 200."""
        answer = self.ask("GET", f"/api/v1{path}")
        assert answer.status == 200, (path, answer)
        return answer.json()

    def stored(self) -> int:
        """How many deliveries are stored."""
        return len(self.items())

    def items(self, account: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after = "0"
        while after is not None:
            page = self.get(f"/messages?limit=1000&account={account}&after={after}")
            found += page["items"]
            after = page["next"]
        return found

    def settled(self, message_id: str) -> dict[str, Any]:
        """The message once the pipeline is done with it: processed or parked."""
        deadline = time.monotonic() + PATIENCE_S
        while (found := self.get(f"/messages/{message_id}"))["state"] == "received":
            assert time.monotonic() < deadline, f"{message_id} still waits"
            time.sleep(0.02)
        return dict(found)

    def smtp(self) -> "Dialog":
        return Dialog(self.daemon.smtp_port)

    def mail(self, data: bytes, *, sender: str = "eve@example.com") -> str:
        """The answer to the end of DATA, or to the command that was refused."""
        with self.smtp() as dialog:
            return dialog.mail(data, sender=sender)

    def log(self) -> list[dict[str, Any]]:
        """Every line the daemon wrote after its start. Raises ValueError where one is no JSON object."""
        lines = self.daemon.log.read_text(errors="strict").splitlines()
        return [json.loads(line) for line in lines]


class Dialog:
    """One SMTP connection."""

    def __init__(self, port: int) -> None:
        self.stream = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self._lines = self.stream.makefile("rb")
        self.reply()

    def __enter__(self) -> "Dialog":
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()
        self.stream.close()

    def reply(self) -> str:
        """The next answer, one line; empty when the connection ended."""
        try:
            while (line := self._lines.readline())[3:4] == b"-":
                pass
        except OSError:
            return ""
        return line.decode().strip()

    def say(self, line: bytes) -> str:
        self.stream.sendall(line + b"\r\n")
        return self.reply()

    def mail(self, data: bytes, *, sender: str = "eve@example.com") -> str:
        for command in (b"EHLO evil", b"MAIL FROM:<" + sender.encode() + b">", b"RCPT TO:<support@shop.example>"):
            if not (answer := self.say(command)).startswith("250"):
                return answer
        if not (answer := self.say(b"DATA")).startswith("354"):
            return answer
        with contextlib.suppress(OSError):  # it was cut off; the answer may be there all the same
            self.stream.sendall(data.replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n")
        return self.reply()


def _assert_described(method: str, path: str, answer: Answer) -> None:
    if answer.status:
        kind = answer.headers.get("content-type", "").partition(";")[0]
        said = answershapes.Answer(
            method=method, path=path.partition("?")[0], status=answer.status, media_type=kind, body=answer.body
        )

        assert not answershapes.misfits(said)


def dumps(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def first_answer(stream: socket.socket) -> Answer:
    """The answer on `stream`, read until its promised length or its end."""
    data = b""
    try:
        while not _is_whole(data):
            piece = stream.recv(1 << 16)
            if not piece:
                break
            data += piece
    except OSError:
        pass
    if not data:
        return Answer(status=0, headers={}, body=b"")
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(status=int(first.split()[1]), headers=headers, body=body)


def _is_whole(data: bytes) -> bool:
    head, end, body = data.partition(b"\r\n\r\n")
    _, found, length = head.lower().partition(b"content-length:")
    return bool(end and found) and len(body) >= int(length.split(b"\r\n")[0])


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
