"""STARTTLS on the listener (RFC 3207)."""

import asyncio
import smtplib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channelhub.sdk.errors import Unavailable
from channelhub.sdk.testing.hub import MemoryHub
from connectors.email.config import SmtpConfig
from connectors.email.smtp_receiver import SmtpReceiver
from tests.connectors.email.certificates import make_certificate
from tests.connectors.email.dialog import MAIL, Dialog, listening, until


@pytest.fixture
async def hub() -> AsyncIterator[MemoryHub]:
    async with MemoryHub() as memory:
        yield memory


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


async def test_takes_mail_after_starttls(hub: MemoryHub, certificate: tuple[Path, Path]) -> None:
    def send(port: int) -> tuple[set[str], set[str]]:
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
            client.ehlo()
            before = set(client.esmtp_features)
            client.starttls(context=ssl.create_default_context(cafile=str(certificate[0])))
            client.sendmail("ann@example.com", ["help@example.org"], MAIL + b"line\r\n" * 100_000)
            client.sendmail("ann@example.com", ["help@example.org"], MAIL.replace(b"one@", b"two@"))
            return before, set(client.esmtp_features)

    async with listening(hub, tls_certificate_file=str(certificate[0]), tls_key_file=str(certificate[1])) as receiver:
        before, after = await asyncio.to_thread(send, receiver.bound_port)
        await until(lambda: not receiver.connections)

    assert "starttls" in before
    assert "starttls" not in after
    assert [raw.envelope.is_tls for raw in hub.raws] == [True, True]
    assert hub.raws[1].envelope.helo


async def test_commands_injected_before_the_handshake_are_not_obeyed(
    hub: MemoryHub, certificate: tuple[Path, Path]
) -> None:
    async with listening(hub, tls_certificate_file=str(certificate[0]), tls_key_file=str(certificate[1])) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.ask("EHLO client.example")
        await dialog.send(b"STARTTLS\r\nMAIL FROM:<boss@example.org>\r\n")

        assert (await dialog.reply()).startswith("503")
        assert await dialog.is_closed()


async def test_what_was_said_in_clear_is_forgotten_by_the_handshake(
    hub: MemoryHub, certificate: tuple[Path, Path]
) -> None:
    def send(port: int) -> list[int]:
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
            client.ehlo()
            client.mail("boss@example.org")
            client.docmd("STARTTLS")
            assert client.sock is not None
            client.sock = ssl.create_default_context(cafile=str(certificate[0])).wrap_socket(
                client.sock, server_hostname="localhost"
            )
            client.file = None
            return [client.docmd(command)[0] for command in ("RCPT TO:<help@example.org>", "MAIL FROM:<a@example.com>")]

    async with listening(hub, tls_certificate_file=str(certificate[0]), tls_key_file=str(certificate[1])) as receiver:
        codes = await asyncio.to_thread(send, receiver.bound_port)

    assert codes == [503, 503]


async def test_refuses_mail_in_clear_where_tls_is_required(hub: MemoryHub, certificate: tuple[Path, Path]) -> None:
    settings = {"tls_certificate_file": str(certificate[0]), "tls_key_file": str(certificate[1]), "require_tls": True}
    async with listening(hub, **settings) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.ask("EHLO client.example")

        assert (await dialog.ask("MAIL FROM:<ann@example.com>")).startswith("530")
        assert (await dialog.ask("NOOP")).startswith("250")


@pytest.mark.parametrize("ending", ["says no TLS", "leaves", "is reset", "stays silent"])
async def test_a_failed_handshake_lets_go_of_the_connection(
    hub: MemoryHub, certificate: tuple[Path, Path], ending: str
) -> None:
    files = {"tls_certificate_file": str(certificate[0]), "tls_key_file": str(certificate[1])}
    async with listening(hub, **files, command_timeout_s=0.5 if ending == "stays silent" else 60.0) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.ask("EHLO client.example")
        assert (await dialog.ask("STARTTLS")).startswith("220")
        if ending == "says no TLS":
            await dialog.send(b"MAIL FROM:<ann@example.com>\r\n" * 20)
        elif ending == "leaves":
            dialog.close()
        elif ending == "is reset":
            dialog.reset()

        await until(lambda: not receiver.connections)


async def test_names_a_certificate_that_cannot_be_read(hub: MemoryHub, tmp_path: Path) -> None:
    missing = str(tmp_path / "none.pem")
    receiver = SmtpReceiver(SmtpConfig(listen="127.0.0.1:0", tls_certificate_file=missing), hub.context("mail"))

    with pytest.raises(Unavailable, match=r"none\.pem"):
        await receiver.run(hub.deliver)


async def test_a_renewed_certificate_is_shown_without_a_restart(hub: MemoryHub, tmp_path: Path) -> None:
    def shown(port: int) -> bytes:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
            client.starttls(context=context)
            assert isinstance(client.sock, ssl.SSLSocket)
            return client.sock.getpeercert(binary_form=True) or b""

    certificate, key = make_certificate(tmp_path)
    async with listening(hub, tls_certificate_file=str(certificate), tls_key_file=str(key)) as receiver:
        first = await asyncio.to_thread(shown, receiver.bound_port)
        certificate.write_bytes(b"half writ")
        during = await asyncio.to_thread(shown, receiver.bound_port)
        make_certificate(tmp_path)
        renewed = await asyncio.to_thread(shown, receiver.bound_port)

    assert first == during != renewed
