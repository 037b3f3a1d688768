"""Whether a channel can fetch files from us, and where."""

import pytest

from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.sdk.errors import Rejected
from channelhub.sdk.file_addresses import addresses, unreachable

VENDOR = "https://api.vendor.example"
FILE = OutgoingFile(filename="a.pdf", content_type="application/pdf", size=1, sha256="")


def at(message: Outbound, place: int) -> str:
    return f"{message.id}/{place}"


@pytest.mark.parametrize("url", ["https://help.example.com", "https://help.example.com:8443/hub", "https://8.8.8.8"])
def test_public_https_is_reached(url: str) -> None:
    assert unreachable(url, by=VENDOR) == ""


@pytest.mark.parametrize(
    "url",
    [
        "http://help.example.com",
        "http://127.0.0.1:8080",
        "https://127.0.0.1",
        "https://10.0.0.7",
        "https://[::1]:8080",
        "https://localhost",
        "https://hub.internal",
        "https://hub",
        "",
    ],
)
def test_inner_and_plain_addresses_are_not_and_the_reason_says_what_to_set(url: str) -> None:
    assert "[http] public_url" in unreachable(url, by=VENDOR)


def test_a_gateway_of_ours_reaches_inner_addresses() -> None:
    assert unreachable("http://127.0.0.1:8080", by="http://127.0.0.1:9000") == ""


def test_each_file_has_its_address_and_none_where_nobody_could_fetch_it() -> None:
    message = Outbound(id=7, to="x", text="x", attachments=(FILE, FILE))

    assert addresses(message, at, "https://help.example.com", by=VENDOR) == ["7/0", "7/1"]
    with pytest.raises(Rejected, match="public_url"):
        addresses(message, at, "http://127.0.0.1:8080", by=VENDOR)
    assert addresses(Outbound(id=7, to="x", text="x"), at, "", by=VENDOR) == []
