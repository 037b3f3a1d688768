"""Posts reach public addresses and our own networks, whatever an endpoint's address is written as or leads to."""

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from channelhub.domain.webhooks import Attempt
from tests.dispatch.webhooks.desk import WebhookDesk, notice
from tests.pipeline.workshop import workshop
from tests.servers.endpoints import Endpoints

#: Ways to write an inner address. `{port}` is where a receiver of ours listens on 127.0.0.1.
INNER = [
    "https://127.0.0.1:{port}/x", "http://127.0.0.1:{port}/x", "http://localhost:{port}/x", "http://[::1]:{port}/x",
    "http://[::ffff:127.0.0.1]:{port}/x", "http://2130706433:{port}/x", "http://0x7f.1:{port}/x", "http://127.1:{port}/x",
    "http://0:{port}/x", "http://0177.0.0.1:{port}/x", "http://127.0.0.1.:{port}/x", "http://①②⑦.⓪.⓪.①:{port}/x",
    "http://[::]:{port}/x", "http://[64:ff9b::7f00:1]:{port}/x", "http://[2002:7f00:1::]:{port}/x",
    "http://[::127.0.0.1]:{port}/x", "http://169.254.169.254/latest/meta-data", "http://[fd00:ec2::254]/latest",
    "http://10.0.0.1/x", "http://100.64.0.1/x", "http://192.168.0.1/x", "http://224.0.0.1/x", "http://8.8.8.8/x",
    "http://8.8.8.8:443/x",
    "https://8.8.8.8:22/x",
]  # fmt: skip


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[WebhookDesk]:
    async with workshop(tmp_path) as shop, Endpoints() as server:
        desk = WebhookDesk(shop, server, deadline_s=3.0)
        desk.networks = ()
        yield desk


async def tried(desk: WebhookDesk, url: str) -> Attempt:
    """The first attempt at an endpoint that got into the table, however that came about."""
    webhook_id = await desk.endpoint("x", url=url)
    async with desk.running():
        await desk.happen(notice(1))
        delivery = await desk.until_tried(webhook_id, 1)
    (attempt,) = await desk.log_of(delivery.id)
    return attempt


@pytest.mark.parametrize("url", INNER)
async def test_nothing_is_connected_that_is_neither_public_nor_ours(desk: WebhookDesk, url: str) -> None:
    attempt = await tried(desk, url.format(port=desk.server.port))

    assert attempt.error in ("blocked", "dns", "address")
    assert (attempt.status, attempt.answer) == (None, "")
    assert desk.server.asked.total() == 0


async def test_a_name_that_leads_inside_is_blocked_at_the_socket(
    desk: WebhookDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a name leads to may change after the endpoint was made: only the socket's own address counts."""

    async def rebound(*_: object) -> list[tuple[int, str]]:
        return [(2, "127.0.0.1"), (10, "::1")]

    monkeypatch.setattr("channelhub.sdk.names.Names._look_up", rebound)

    assert (await tried(desk, f"https://public.example:{desk.server.port}/x")).error == "blocked"
    assert desk.server.asked.total() == 0


async def test_a_network_of_ours_is_reached_and_its_neighbours_are_not(desk: WebhookDesk) -> None:
    desk.networks = (ip_network("127.0.0.2/32"),)

    assert (await tried(desk, f"http://127.0.0.1:{desk.server.port}/x")).error == "blocked"
    assert (await tried(desk, f"http://127.0.0.2:{desk.server.port}/x")).error == "connect"


async def test_a_certificate_that_nobody_vouches_for_is_refused(desk: WebhookDesk, tmp_path: Path) -> None:
    desk.networks = (ip_network("127.0.0.0/8"),)
    asked: list[str] = []

    async def take(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{any}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self_signed(tmp_path)).start()
    try:
        attempt = await tried(desk, f"https://127.0.0.1:{runner.addresses[0][1]}/x")
    finally:
        await runner.cleanup()

    assert (attempt.error, asked) == ("tls", [])


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "both.pem").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context
