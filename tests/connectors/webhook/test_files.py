"""Files that posts name are fetched from listed hosts and from no other."""

import pytest

from channelhub.domain.inbound import NewMessage
from channelhub.domain.media import MediaReason, MediaReference
from channelhub.sdk.media import MediaRefused
from channelhub.sdk.testing import MemoryHub
from connectors.webhook.parse import parse
from connectors.webhook.plugin import plugin
from tests.connectors.webhook.samples import configured, delivery
from tests.servers.media import FileServer

FILES = {"gives": "message", "attachments": {"each": "$.files[*]"}}


async def fetched(address: str, *file_hosts: str) -> bytes:
    """What becomes of a post that names this file."""
    config = configured(FILES, file_hosts=list(file_hosts))
    [message] = parse(delivery(config, {"files": [{"url": address}]}))
    assert isinstance(message, NewMessage)
    [file] = message.content.attachments
    async with MemoryHub() as hub:
        connector = plugin.build(config, hub.context("shop"))
        reference = MediaReference(reference=file.reference, filename=file.filename)
        return await hub.download(connector, reference, plugin.media_hosts(config))  # type: ignore[arg-type]


async def test_a_file_of_a_listed_server_is_fetched() -> None:
    async with FileServer() as server:
        server.files["a.pdf"] = b"%PDF"
        assert await fetched(f"{server.url}/a.pdf?k=1", server.url) == b"%PDF"


@pytest.mark.parametrize(
    "file_hosts", [(), ("files.example.com",), ("127.0.0.1",), (".example.com", "http://127.0.0.1:1")]
)
async def test_one_of_any_other_is_not(file_hosts: tuple[str, ...]) -> None:
    async with FileServer() as server:
        server.files["a.pdf"] = b"%PDF"
        with pytest.raises(MediaRefused) as refused:
            await fetched(f"{server.url}/a.pdf", *file_hosts)

        assert refused.value.reason is MediaReason.HOST
        assert not server.asked


def test_a_listed_name_means_https_at_its_own_port() -> None:
    config = configured(FILES, file_hosts=["Files.Example.com", ".cdn.example"])
    named, below = plugin.media_hosts(config)

    assert named.covers(scheme="https", host="files.example.com", port=443)
    assert below.covers(scheme="https", host="a.b.cdn.example", port=443)
    for scheme, host, port in (
        ("http", "files.example.com", 80), ("https", "files.example.com", 8443), ("https", "cdn.example", 443),
        ("https", "xcdn.example", 443), ("https", "files.example.com.evil.example", 443),
    ):  # fmt: skip
        assert not named.covers(scheme=scheme, host=host, port=port)
        assert not below.covers(scheme=scheme, host=host, port=port)
