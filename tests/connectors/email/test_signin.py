"""Signing in: the exchanges as values, the users' file, and the dialog over TLS (RFC 4954)."""

import asyncio
import base64
import smtplib
import ssl
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from channelhub.sdk.contract import Health
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.testing.hub import MemoryHub
from connectors.email.config import SmtpConfig
from connectors.email.signin import BadExchange, Credentials, Login, Plain
from connectors.email.smtp_receiver import SmtpReceiver
from connectors.email.users import MOST_FAILURES, Throttle, Users
from tests.connectors.email.certificates import make_certificate
from tests.connectors.email.dialog import MAIL, Dialog, listening

PASSWORD = "correct horse, ключ"
PLAIN_WORD = "in ASCII, as some clients want it"
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=30)


def b64(text: str | bytes) -> bytes:
    return base64.b64encode(text.encode() if isinstance(text, str) else text)


@given(name=TEXTS, password=TEXTS, names_itself_twice=st.booleans())
def test_plain_is_name_and_password(name: str, password: str, names_itself_twice: bool) -> None:
    said = b64(f"{name if names_itself_twice else ''}\0{name}\0{password}")

    assert Plain().take(said) == Credentials(name=name, password=password)
    assert Plain().begin(said.decode()) == Credentials(name=name, password=password)
    assert Plain().begin("") is None


@given(name=TEXTS, password=TEXTS, at_once=st.booleans())
def test_login_asks_for_name_and_password(name: str, password: str, at_once: bool) -> None:
    exchange = Login()
    asked = [base64.b64decode(exchange.prompt)]
    assert exchange.begin(b64(name).decode() if at_once else "") is None
    if not at_once:
        assert exchange.take(b64(name)) is None
    asked.append(base64.b64decode(exchange.prompt))

    assert exchange.take(b64(password)) == Credentials(name=name, password=password)
    assert asked == [b"Username:", b"Password:"]


@given(line=st.binary(max_size=80), is_encoded=st.booleans(), made=st.sampled_from([Plain, Login]))
def test_whatever_is_said_is_understood_or_refused(line: bytes, is_encoded: bool, made: type[Plain | Login]) -> None:
    refusal = ""
    try:
        made().take(b64(line) if is_encoded else line)
    except BadExchange as error:
        refusal = str(error)

    assert refusal[:2] in ("", "5.")


@pytest.mark.parametrize(
    "said", [b"*", b64("\0ann"), b64("root\0ann\0x"), b64("\0\0x"), b64("\0ann\0"), b"=", b"a", b"\xff"]
)
def test_plain_refuses(said: bytes) -> None:
    with pytest.raises(BadExchange):
        Plain().take(said)


def test_credentials_show_no_password() -> None:
    assert PASSWORD not in repr(Credentials(name="ann", password=PASSWORD))


@pytest.fixture
async def hub() -> AsyncIterator[MemoryHub]:
    async with MemoryHub() as memory:
        yield memory


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def users(tmp_path: Path) -> Path:
    file = tmp_path / "users"
    file.write_text(f"# who may send\n\napp:{CHEAP.hash(PASSWORD)}\nold:{CHEAP.hash(PLAIN_WORD)}\n")
    return file


@pytest.fixture
def settings(certificate: tuple[Path, Path], users: Path) -> dict[str, Any]:
    return {
        "tls_certificate_file": str(certificate[0]),
        "tls_key_file": str(certificate[1]),
        "users_file": str(users),
    }


@pytest.mark.parametrize("method", ["auth_plain", "auth_login"])
async def test_takes_mail_from_who_signed_in(
    hub: MemoryHub, settings: dict[str, Any], certificate: tuple[Path, Path], method: str
) -> None:
    def send(port: int) -> tuple[str, str]:
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
            client.ehlo()
            before = client.esmtp_features.get("auth", "")
            client.starttls(context=ssl.create_default_context(cafile=str(certificate[0])))
            client.ehlo()
            client.user, client.password = "old", PLAIN_WORD
            client.auth(method.removeprefix("auth_").upper(), getattr(client, method))
            client.sendmail("ann@example.com", ["help@example.org"], MAIL)
            return before, client.esmtp_features["auth"]

    async with listening(hub, **settings) as receiver:
        before, after = await asyncio.to_thread(send, receiver.bound_port)

    assert (before, after.split()) == ("", ["PLAIN", "LOGIN"])
    assert hub.raws[0].envelope.extra == {"user": "old"}
    assert PLAIN_WORD not in " ".join(hub.log.lines)


class Encrypted:
    """A blocking client after STARTTLS that says what it is told."""

    def __init__(self, port: int, certificate: Path) -> None:
        self._client = smtplib.SMTP("127.0.0.1", port, timeout=60)
        self._client.starttls(context=ssl.create_default_context(cafile=str(certificate)))
        self._client.ehlo("client.example")

    def __enter__(self) -> "Encrypted":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def say(self, line: bytes) -> str:
        self._client.send(line + b"\r\n")
        code, text = self._client.getreply()
        return f"{code} {text.decode()}"


async def said_to(hub: MemoryHub, settings: dict[str, Any], talk: Callable[[Encrypted], list[str]]) -> list[str]:
    async with listening(hub, **settings) as receiver:
        certificate = Path(settings["tls_certificate_file"])

        def converse() -> list[str]:
            with Encrypted(receiver.bound_port, certificate) as client:
                return talk(client)

        return await asyncio.to_thread(converse)


RIGHT = b64(f"\0app\0{PASSWORD}")


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ([b"AUTH PLAIN " + RIGHT], ["235 2.7.0"]),
        ([b"AUTH plain", RIGHT], ["334 ", "235 2.7.0"]),
        ([b"AUTH LOGIN " + b64("app"), b64(PASSWORD)], ["334 ", "235 2.7.0"]),
        ([b"AUTH PLAIN " + b64("\0app\0wrong")], ["535 5.7.8"]),
        ([b"AUTH PLAIN " + b64(f"\0nobody\0{PASSWORD}")], ["535 5.7.8"]),
        ([b"AUTH PLAIN", b"*", b"NOOP"], ["334 ", "501 5.7.0", "250 2.0.0"]),
        ([b"AUTH PLAIN", b"not base64!", b"NOOP"], ["334 ", "501 5.5.2", "250 2.0.0"]),
        ([b"AUTH PLAIN", b"a" * 5000, b"NOOP"], ["334 ", "501 5.5.6", "250 2.0.0"]),
        ([b"AUTH CRAM-MD5", b"NOOP"], ["504 5.5.4", "250 2.0.0"]),
        ([b"AUTH"], ["504 5.5.4"]),
        ([b"MAIL FROM:<>"], ["530 5.7.0"]),
        ([b"AUTH PLAIN " + RIGHT, b"AUTH PLAIN " + RIGHT], ["235 2.7.0", "503 5.5.1"]),
        (
            [b"AUTH PLAIN " + RIGHT, b"MAIL FROM:<a@b.example> AUTH=<>", b"RSET"],
            ["235 2.7.0", "250 2.1.0", "250 2.0.0"],
        ),
    ],
    ids=lambda value: repr(value[0])[:30],
)
async def test_answers_each_exchange(
    hub: MemoryHub, settings: dict[str, Any], lines: list[bytes], codes: list[str]
) -> None:
    said = await said_to(hub, settings, lambda client: [client.say(line) for line in lines])

    assert [answer.startswith(code) for answer, code in zip(said, codes, strict=True)] == [True] * len(codes), said


async def test_no_password_is_taken_in_clear(hub: MemoryHub, settings: dict[str, Any]) -> None:
    async with listening(hub, **settings) as receiver:
        dialog = await Dialog.to(receiver)
        offers = await dialog.ask("EHLO client.example")

        assert "AUTH" not in offers
        assert (await dialog.ask(b"AUTH PLAIN " + RIGHT)).startswith("538")
        assert (await dialog.ask("MAIL FROM:<>")).startswith("530 5.7.0")


async def test_an_allowed_peer_need_not_sign_in(hub: MemoryHub, settings: dict[str, Any]) -> None:
    async with listening(hub, allowed_peers=("127.0.0.1",), **settings) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.open_data()

        assert (await dialog.ask(MAIL + b".")).startswith("250")


async def test_who_guesses_is_not_heard_for_a_while_and_others_are(hub: MemoryHub, settings: dict[str, Any]) -> None:
    certificate = Path(settings["tls_certificate_file"])

    def say(port: int, credentials: bytes) -> str:
        with Encrypted(port, certificate) as client:
            return client.say(b"AUTH PLAIN " + credentials)[:9]

    def guess(port: int) -> tuple[list[str], str]:
        wrong = [say(port, b64(f"\0app\0{number}"))[:3] for number in range(MOST_FAILURES)]
        return wrong, say(port, RIGHT)

    async with listening(hub, **settings) as receiver:
        wrong, then = await asyncio.to_thread(guess, receiver.bound_port)

    assert wrong == ["535"] * MOST_FAILURES
    assert then == "421 4.7.0"


async def test_one_connection_has_few_guesses(hub: MemoryHub, settings: dict[str, Any]) -> None:
    def guess(client: Encrypted) -> list[str]:
        answers: list[str] = []
        while not answers or answers[-1].startswith("535"):
            answers.append(client.say(b"AUTH PLAIN " + b64("\0app\0x")))
        return answers

    said = await said_to(hub, settings, guess)

    assert said[-1].startswith("421")
    assert len(said) <= 7


def test_a_peer_is_heard_again_after_ten_minutes_and_another_at_once() -> None:
    clock = [0.0]
    throttle = Throttle(lambda: clock[0])
    for _ in range(MOST_FAILURES):
        assert not throttle.is_shut("192.0.2.7")
        throttle.failed("192.0.2.7")

    assert throttle.is_shut("192.0.2.7")
    assert not throttle.is_shut("192.0.2.8")
    clock[0] = 601.0
    assert not throttle.is_shut("192.0.2.7")


def test_remembers_a_bounded_number_of_peers() -> None:
    throttle = Throttle(lambda: 0.0)
    for number in range(20_000):
        throttle.failed(str(number))

    assert len(throttle._failures) == 10_000


async def test_an_unknown_name_takes_as_long_as_a_wrong_password(tmp_path: Path) -> None:
    file = tmp_path / "users"
    file.write_text(f"app:{PasswordHasher(time_cost=4, memory_cost=8192, parallelism=1).hash(PASSWORD)}\n")
    users = Users(file)

    async def took_s(name: str) -> float:
        began = time.process_time()
        assert not await users.knows(name, "wrong")
        return time.process_time() - began

    known = min([await took_s("app") for _ in range(5)])
    unknown = min([await took_s("nobody") for _ in range(5)])

    assert unknown > known / 2


async def test_new_users_need_no_restart(users: Path) -> None:
    found = Users(users)
    assert not await found.knows("second", "word")
    renewed = users.with_name("new")
    renewed.write_text(f"second:{CHEAP.hash('word')}\n")
    renewed.replace(users)

    assert await found.knows("second", "word")
    assert not await found.knows("app", PASSWORD)
    users.write_text("half a li")
    assert await found.knows("second", "word")


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "names nobody"), (b"app:secret\n", "line 1"), (b"# x\n:$argon2id$x\n", "line 2"), (b"\xff:x", "can't read")],
)
async def test_says_what_is_wrong_with_the_file(
    hub: MemoryHub, settings: dict[str, Any], users: Path, content: bytes, said: str
) -> None:
    users.write_bytes(content)
    receiver = SmtpReceiver(SmtpConfig(listen="127.0.0.1:0", **settings), hub.context("mail"))
    report = await receiver.check()

    with pytest.raises(Unavailable, match=said):
        await receiver.run(hub.deliver)
    assert report.health is Health.DOWN
    assert said in report.detail


async def test_a_hash_that_is_none_lets_nobody_in(users: Path) -> None:
    users.write_text("app:$argon2id$not really\n")

    assert not await Users(users).knows("app", PASSWORD)
