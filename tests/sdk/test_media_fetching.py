"""A file comes whole and from the channel's hosts, or not at all, in bounded time and memory."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest

from channelhub.domain.media import MediaReason
from channelhub.sdk.errors import AuthFailed, DiskFull, Unavailable
from channelhub.sdk.media import MediaDamaged, MediaGone, MediaHost, MediaRefused, MediaRequest, configured_host
from channelhub.sdk.media_fetching import Fetched, MediaFetcher
from tests.servers.media import FileServer, Mood

FILE = bytes(range(256)) * 4000
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIMIT = 2 * len(FILE)


@pytest.fixture
async def server() -> AsyncIterator[FileServer]:
    async with FileServer() as server:
        server.files["photo.jpg"] = FILE
        yield server


class Download:
    """What came of one: the bytes that were handed over, in a list of pieces."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    async def sink(self, piece: bytes) -> None:
        self.pieces.append(piece)

    async def of(
        self,
        request: MediaRequest,
        *hosts: MediaHost,
        max_bytes: int = LIMIT,
        silence_s: float = 5,
        deadline_s: float = 5,
    ) -> Fetched:
        async with MediaFetcher(now=lambda: NOW, silence_s=silence_s, deadline_s=deadline_s) as fetcher:
            return await fetcher.fetch(request, hosts, max_bytes=max_bytes, sink=self.sink)


async def fetched(server: FileServer, name: str = "photo.jpg", **changes: object) -> Download:
    got = Download()
    await got.of(MediaRequest(url=f"{server.url}/{name}"), configured_host(server.url), **changes)  # type: ignore[arg-type]
    return got


async def test_a_file_comes_in_pieces_with_its_digest(server: FileServer) -> None:
    got = Download()
    request = MediaRequest(url=f"{server.url}/photo.jpg", size=len(FILE), sha256=hashlib.sha256(FILE).hexdigest())
    what = await got.of(request, configured_host(server.url))

    assert b"".join(got.pieces) == FILE
    assert max(map(len, got.pieces)) <= 256 * 1024
    assert (what.size, what.sha256) == (len(FILE), hashlib.sha256(FILE).hexdigest())
    assert server.headers[0]["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    ("mood", "failure"),
    [
        (Mood(status=500), Unavailable),
        (Mood(status=503, headers={"Retry-After": "7"}), Unavailable),
        (Mood(status=429, headers={"Retry-After": "7"}), Unavailable),
        (Mood(status=202), Unavailable),
        (Mood(hangs=True), Unavailable),
        (Mood(hangs_in_body=True), Unavailable),
        (Mood(status=401), AuthFailed),
        (Mood(status=403), MediaGone),
        (Mood(status=404), MediaGone),
        (Mood(status=410), MediaGone),
        (Mood(is_cut=True), MediaDamaged),
        (Mood(is_cut=True, has_length=False), MediaDamaged),
        (Mood(headers={"Content-Encoding": "gzip"}), MediaDamaged),
    ],
)
async def test_what_went_wrong_is_told_apart(server: FileServer, mood: Mood, failure: type[Exception]) -> None:
    server.bad("photo.jpg", mood)

    with pytest.raises(failure) as caught:
        await fetched(server, silence_s=0.2)
    assert getattr(caught.value, "retry_after_s", None) == (7.0 if mood.headers.get("Retry-After") else None)
    assert server.url not in str(caught.value)


async def test_the_whole_download_has_a_deadline(server: FileServer) -> None:
    server.files["small"] = b"small"
    server.bad("small", Mood(hangs_in_body=True))

    with pytest.raises(Unavailable, match="in time"):
        await fetched(server, "small", deadline_s=0.2, max_bytes=10)


async def test_an_unreachable_server_is_unavailable(server: FileServer) -> None:
    with pytest.raises(Unavailable):
        await Download().of(MediaRequest(url="http://127.0.0.1:9/x"), configured_host("http://127.0.0.1:9"))


@pytest.mark.parametrize("request_says", [{"size": len(FILE) - 1}, {"sha256": "0" * 64}])
async def test_other_bytes_than_the_channel_says_are_damage(
    server: FileServer, request_says: dict[str, object]
) -> None:
    request = MediaRequest(url=f"{server.url}/photo.jpg", **request_says)  # type: ignore[arg-type]

    with pytest.raises(MediaDamaged):
        await Download().of(request, configured_host(server.url))


@pytest.mark.parametrize("has_length", [True, False])
async def test_a_file_that_is_too_large_is_refused_before_it_has_come(server: FileServer, has_length: bool) -> None:
    server.bad("photo.jpg", Mood(has_length=has_length))
    got = Download()

    with pytest.raises(MediaRefused) as caught:
        await got.of(MediaRequest(url=f"{server.url}/photo.jpg"), configured_host(server.url), max_bytes=300_000)
    assert caught.value.reason is MediaReason.TOO_LARGE
    assert sum(map(len, got.pieces)) <= (0 if has_length else 300_000)


async def test_a_file_that_the_channel_says_is_too_large_is_not_asked_for(server: FileServer) -> None:
    with pytest.raises(MediaRefused):
        await Download().of(MediaRequest(url=f"{server.url}/photo.jpg", size=LIMIT + 1), configured_host(server.url))
    assert not server.asked


async def test_what_the_sink_raises_ends_the_download(server: FileServer) -> None:
    async def full(_piece: bytes) -> None:
        raise DiskFull("no room")

    async with MediaFetcher(now=lambda: NOW) as fetcher:
        request = MediaRequest(url=f"{server.url}/photo.jpg")
        with pytest.raises(DiskFull):
            await fetcher.fetch(request, [configured_host(server.url)], max_bytes=LIMIT, sink=full)


# Where it may come from

#: Addresses that a listed vendor's host is not, however they are written. `{port}`: a server of ours on 127.0.0.1.
ELSEWHERE = [
    "http://127.0.0.1:{port}/photo.jpg", "http://localhost:{port}/photo.jpg", "http://[::1]:{port}/photo.jpg",
    "http://[::ffff:127.0.0.1]:{port}/photo.jpg", "http://2130706433:{port}/photo.jpg", "http://127.1:{port}/photo.jpg",
    "https://127.0.0.1:{port}/photo.jpg", "http://169.254.169.254/latest/meta-data", "http://10.0.0.1/x",
    "https://files.vendor.example.evil.example/x", "https://evilfiles.vendor.example/x", "https://vendor.example/x",
    "http://files.vendor.example/x", "https://files.vendor.example:8443/x", "https://files.vendor.example@evil.example/x",
    "https://user:pass@files.vendor.example/x", "https://files.vendor.example%2eevil.example/x", "ftp://files.vendor.example/x",
    "file:///etc/passwd", "//files.vendor.example/x", "/etc/passwd", "", "https://", "https://files.vendor.example:99999/x",
    "https://[/x", "data:text/plain,x", "https://cdn.example/x", "https://.cdn.example/x",
]  # fmt: skip
VENDOR: Sequence[MediaHost] = (MediaHost(name="files.vendor.example"), MediaHost(name=".cdn.example"))


@pytest.mark.parametrize("url", ELSEWHERE)
async def test_nothing_is_connected_but_the_vendors_hosts(server: FileServer, url: str) -> None:
    with pytest.raises(MediaRefused) as caught:
        await Download().of(MediaRequest(url=url.format(port=server.port)), *VENDOR)
    assert caught.value.reason is MediaReason.HOST
    assert not server.asked


@pytest.mark.parametrize(
    "url", ["https://files.vendor.example/x", "https://FILES.vendor.example./x", "https://a.b.cdn.example/x?y=%2f"]
)
async def test_a_vendors_name_that_leads_inside_is_blocked_at_the_socket(
    server: FileServer, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def rebound(*_: object) -> list[tuple[int, str]]:
        return [(2, "127.0.0.1"), (10, "::1")]

    monkeypatch.setattr("channelhub.sdk.names.Names._look_up", rebound)

    with pytest.raises(MediaRefused, match="isn't public"):
        await Download().of(MediaRequest(url=url), *VENDOR)


async def test_a_redirect_within_the_list_is_followed(server: FileServer) -> None:
    server.bad("first", Mood(status=302, headers={"Location": "/second?x=1"}))
    server.bad("second", Mood(status=307, headers={"Location": f"{server.url}/photo.jpg"}))

    assert b"".join((await fetched(server, "first")).pieces) == FILE


async def test_a_redirect_beyond_the_list_is_not_followed(server: FileServer) -> None:
    async with FileServer() as other:
        other.files["photo.jpg"] = FILE
        server.bad("first", Mood(status=302, headers={"Location": f"{other.url}/photo.jpg"}))

        with pytest.raises(MediaRefused) as caught:
            await fetched(server, "first")
        assert (caught.value.reason, other.asked.total()) == (MediaReason.HOST, 0)


async def test_redirects_have_an_end(server: FileServer) -> None:
    server.bad("round", *[Mood(status=302, headers={"Location": "/round"})] * 20)

    with pytest.raises(MediaGone, match="redirects"):
        await fetched(server, "round")
    assert server.asked["round"] == 6


async def test_credentials_go_to_the_hosts_that_take_them_only(server: FileServer) -> None:
    async with FileServer() as other:
        other.files["photo.jpg"] = FILE
        server.bad("first", Mood(status=302, headers={"Location": f"{other.url}/photo.jpg"}))
        hosts = (
            configured_host(server.url),
            MediaHost(name="127.0.0.1", port=other.port, is_ours=True),
        )
        request = MediaRequest(url=f"{server.url}/first", headers={"Authorization": "Bearer secret"})
        await Download().of(request, *hosts)

        assert server.headers[0]["Authorization"] == "Bearer secret"
        assert "Authorization" not in other.headers[0]


def test_addresses_and_headers_are_not_shown() -> None:
    request = MediaRequest(url="https://x.example/bot1:secret/y", headers={"Authorization": "Bearer secret"})

    assert "secret" not in repr(request)
