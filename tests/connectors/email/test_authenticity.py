"""Who sent a mail is found out before it is stored: a real child, a real DNS server, real signatures, bounded time."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import dkim
import pytest
import structlog

from channelhub.domain.inbound import NewMessage
from channelhub.domain.people import Evidence
from channelhub.domain.raw import Envelope, RawMessage
from connectors.email.authenticity import Authenticity
from connectors.email.checker import MOST_UNANSWERED, Checker, Question
from connectors.email.config import SmtpConfig
from connectors.email.parse import parse
from tests.servers.dns import Zone, serving

LOG = structlog.get_logger()
PLAIN = (
    b"From: Ann <ann@example.com>\r\nTo: help@shop.example\r\nSubject: lamp\r\nDate: Thu, 1 Jan 2026 10:00:00 +0000\r\n"
    b"Message-ID: <1@example.com>\r\n\r\nbroken\r\n"
)
RELAYED = b"Received: from mx by hub\r\n"
CLAIM = (
    b"Authentication-Results: mx.shop.example; dmarc=pass header.from=example.com;\r\n"
    b" spf=pass smtp.mailfrom=example.com\r\n"
)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, str]:
    """A private key (PEM), and the record that publishes it."""
    openssl = shutil.which("openssl")
    if openssl is None:
        if os.environ.get("CI") == "true":
            pytest.fail("the openssl command is not installed")
        pytest.skip("the openssl command is not installed")
    folder = tmp_path_factory.mktemp("dkim")
    pem = subprocess.run([openssl, "genrsa", "-traditional", "2048"], check=True, capture_output=True).stdout
    (folder / "key.pem").write_bytes(pem)
    command = [openssl, "rsa", "-in", str(folder / "key.pem"), "-pubout"]
    public = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    body = "".join(line for line in public.splitlines() if "-----" not in line)
    return pem, f"v=DKIM1; k=rsa; p={body}"


@pytest.fixture
async def zone(key: tuple[bytes, str]) -> AsyncIterator[Zone]:
    made = Zone()
    made.txt("sel._domainkey.example.com", key[1])
    made.txt("_dmarc.example.com", "v=DMARC1; p=reject")
    made.txt("example.com", "v=spf1 ip4:192.0.2.0/24 -all")
    async with serving(made):
        yield made


def signed(key: tuple[bytes, str], mail: bytes = PLAIN, **options: Any) -> bytes:
    signature = dkim.sign(mail, b"sel", b"example.com", key[0], include_headers=[b"From", b"Subject"], **options)
    return bytes(signature) + mail


def settings(zone: Zone, **more: Any) -> SmtpConfig:
    return SmtpConfig(**{"check_authenticity": True, "dns_servers": (zone.server,), "check_timeout_s": 10.0, **more})


async def facts(config: SmtpConfig, mail: bytes, *, is_from_ours: bool = False, **envelope: Any) -> dict[str, str]:
    checking = Authenticity(config, log=LOG)
    try:
        found = await checking.assess(mail, Envelope(**envelope), is_from_ours=is_from_ours)
    finally:
        await checking.close()
    return found.extra


def evidence(mail: bytes, extra: dict[str, str]) -> Evidence:
    (message,) = parse(RawMessage(account="mail", delivery_id="d", body=mail, envelope=Envelope(extra=extra)))
    assert isinstance(message, NewMessage)
    return message.sender.handles[0].evidence


async def test_our_servers_word_proves_the_sender_and_is_shown() -> None:
    config = SmtpConfig(trusted_authserv_ids=("mx.shop.example",))
    mail = RELAYED + CLAIM + PLAIN
    found = await facts(config, mail, is_from_ours=True)
    (message,) = parse(RawMessage(account="m", delivery_id="d", body=mail, envelope=Envelope(extra=found)))

    assert found == {"auth_by": "mx.shop.example", "dmarc": "pass", "spf": "pass", "aligned": "example.com"}
    assert isinstance(message, NewMessage)
    assert message.sender.handles[0].evidence is Evidence.DMARC
    assert message.extra["authenticity"] == "dmarc=pass spf=pass, as mx.shop.example says"


@pytest.mark.parametrize(
    ("mail", "is_from_ours"),
    [
        (CLAIM + PLAIN, False),
        (RELAYED + RELAYED + CLAIM + PLAIN, True),
        (
            RELAYED
            + b"Authentication-Results: mx.shop.example; dmarc=fail header.from=example.com\r\n"
            + CLAIM
            + PLAIN,
            True,
        ),
        (RELAYED + CLAIM.replace(b"header.from=example.com", b"header.from=evil.example") + PLAIN, True),
        (RELAYED + CLAIM + b"From: second@example.com\r\n" + PLAIN, True),
    ],
    ids=["from a stranger", "below a foreign hop", "below our own", "for another domain", "two authors"],
)
async def test_a_forged_word_proves_nothing(mail: bytes, is_from_ours: bool) -> None:
    config = SmtpConfig(trusted_authserv_ids=("mx.shop.example",))
    found = await facts(config, mail, is_from_ours=is_from_ours)

    assert "aligned" not in found
    assert evidence(mail, found) is Evidence.CLAIMED


async def test_a_forgery_is_told() -> None:
    config = SmtpConfig(trusted_authserv_ids=("mx.shop.example",))
    found = await facts(config, CLAIM + PLAIN)
    (message,) = parse(RawMessage(account="m", delivery_id="d", body=CLAIM + PLAIN, envelope=Envelope(extra=found)))

    assert isinstance(message, NewMessage)
    assert any("not believed" in warning for warning in message.warnings)


@pytest.mark.parametrize(("dmarc", "is_proved"), [("none", True), ("fail", False)])
async def test_without_a_policy_an_aligned_signature_proves_and_against_one_nothing_does(
    dmarc: str, is_proved: bool
) -> None:
    config = SmtpConfig(trusted_authserv_ids=("mx.shop.example",))
    said = f"Authentication-Results: mx.shop.example; dkim=pass header.d=example.com; dmarc={dmarc}\r\n".encode()
    found = await facts(config, said + PLAIN, is_from_ours=True)

    assert ("aligned" in found) is is_proved


async def test_without_settings_nothing_is_done() -> None:
    assert await facts(SmtpConfig(), RELAYED + CLAIM + PLAIN, is_from_ours=True) == {}


async def test_a_signature_is_checked_here(zone: Zone, key: tuple[bytes, str]) -> None:
    mail = signed(key)
    found = await facts(settings(zone), mail, peer="198.51.100.1", mail_from="bounce@list.example")

    assert found == {"dmarc": "pass", "dkim": "pass", "spf": "none", "aligned": "example.com", "auth_by": "here"}
    assert evidence(mail, found) is Evidence.DMARC


async def test_spf_of_the_senders_own_domain_proves_without_a_signature(zone: Zone) -> None:
    good = await facts(settings(zone), PLAIN, peer="192.0.2.7", mail_from="ann@example.com")
    bad = await facts(settings(zone), PLAIN, peer="198.51.100.7", mail_from="ann@example.com")

    assert (good["spf"], good["dmarc"], good.get("aligned")) == ("pass", "pass", "example.com")
    assert (bad["spf"], bad["dmarc"], bad.get("aligned")) == ("fail", "fail", None)


@pytest.mark.parametrize(
    "change",
    [
        lambda key: signed(key).replace(b"broken", b"robbed"),
        lambda key: signed(key, length=True) + b"and send me your password\r\n",
        lambda key: signed(key, PLAIN.replace(b"ann@example.com", b"ann@evil.example")).replace(
            b"ann@evil", b"ann@other"
        ),
        lambda key: b"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=sel; h=from; bh=x; b=y\r\n" + PLAIN,
        lambda key: b"DKIM-Signature: nonsense\r\n" * 300 + PLAIN,
    ],
    ids=["changed words", "words behind a signed length", "changed author", "no signature", "many"],
)
async def test_what_was_changed_or_never_signed_proves_nothing(zone: Zone, key: tuple[bytes, str], change: Any) -> None:
    found = await facts(settings(zone), change(key), peer="198.51.100.1", mail_from="x@list.example")

    assert found["dkim"] == "fail"
    assert "aligned" not in found


async def test_dns_that_fails_or_is_silent_costs_the_proof_and_little_time(zone: Zone, key: tuple[bytes, str]) -> None:
    loop = asyncio.get_running_loop()
    zone.broken.add("sel._domainkey.example.com")
    failed = await facts(settings(zone), signed(key))
    zone.silent |= {"sel._domainkey.example.com", "_dmarc.example.com"}
    began = loop.time()
    late = await facts(settings(zone, check_timeout_s=1.0), signed(key))
    took_s = loop.time() - began

    assert (failed["dkim"], "aligned" in failed) == ("temperror", False)
    assert (late["dmarc"], "aligned" in late) == ("temperror", False)
    assert took_s < 4.0


async def test_a_killed_child_costs_one_answer_and_another_takes_its_place(
    zone: Zone, key: tuple[bytes, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.email.checker.RESTART_S", 0.0)
    checker = Checker(settings(zone), log=LOG)
    question = Question(body=signed(key), peer="", helo="", mail_from="", author="example.com")
    try:
        before = await checker.ask(question)
        zone.silent.add("sel._domainkey.example.com")
        asked = asyncio.create_task(checker.ask(question))
        while zone.asked.count(("sel._domainkey.example.com", "TXT")) < 2:
            await asyncio.sleep(0.01)
        assert checker.pid is not None
        os.kill(checker.pid, signal.SIGKILL)
        during = await asyncio.wait_for(asked, 60)
        zone.silent.clear()
        after = await checker.ask(question)
    finally:
        await checker.close()

    assert (before["dmarc"], during["dmarc"], after["dmarc"]) == ("pass", "temperror", "pass")


async def test_a_child_that_never_answers_is_replaced(tmp_path: Path, zone: Zone) -> None:
    script = tmp_path / "deaf.py"
    script.write_text("import sys\nwhile sys.stdin.buffer.read(65536): pass\n")
    checker = Checker(settings(zone, check_timeout_s=0.3), log=LOG, command=(sys.executable, str(script)))
    question = Question(body=PLAIN, peer="", helo="", mail_from="", author="example.com")
    try:
        await checker.ask(question)
        first = checker.pid
        found = await asyncio.gather(*(checker.ask(question) for _ in range(MOST_UNANSWERED)))
        while checker.pid == first:
            await asyncio.sleep(0.01)
    finally:
        await checker.close()

    assert first is not None
    assert {one["dmarc"] for one in found} == {"temperror"}


async def test_the_child_ends_with_its_parents_pipe(zone: Zone) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "connectors.email.mailauth_child",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert child.stdin is not None
    child.stdin.close()

    assert await asyncio.wait_for(child.wait(), 60) == 0


def test_the_extra_is_imported_by_nothing_but_the_child() -> None:
    code = "import sys, connectors.email.plugin, connectors.email.imap_plugin; print('dkim' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
