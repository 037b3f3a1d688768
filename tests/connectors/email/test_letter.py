"""What leaves beside the plain text: its HTML twin and the files, harmless whatever they hold."""

import email
import email.policy
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.outbound import Outbound, OutgoingFile
from connectors.email.compose import compose
from connectors.email.letter import as_html

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


def mail(*files: OutgoingFile, text: str = "Hello", language: str = "") -> bytes:
    message = Outbound(id=1, to="ann@example.com", subject="s", text=text, language=language, attachments=files)
    return compose(message, from_address="help@example.org", from_name="", message_id="1@example.org", now=NOW)


def read(content: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def file(name: str, content: bytes = b"abc", content_type: str = "application/pdf") -> OutgoingFile:
    return OutgoingFile(filename=name, content_type=content_type, size=len(content), sha256="", content=content)


class Elements(HTMLParser):
    """Which elements and attributes a page holds, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_html_twin_says_the_same_in_the_same_language() -> None:
    parsed = read(mail(text="Вітаємо!\n\nУсе працює:\n  1. вхід", language="uk"))
    html = parsed.get_body(("html",))
    plain = parsed.get_body(("plain",))

    assert parsed.get_content_type() == "multipart/alternative"
    assert html is not None
    assert plain is not None
    assert '<html lang="uk">' in html.get_content()
    assert "".join(Elements(html.get_content()).words.split()) == "".join(plain.get_content().split())


def test_a_web_address_is_a_link_without_the_sentence_around_it() -> None:
    page = as_html("See https://shop.example/a?b=1&c=2. (Or http://x.example/y_(z)).")

    assert [value for name, value in Elements(page).attributes if name == "href"] == [
        "https://shop.example/a?b=1&c=2", "http://x.example/y_(z)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", '<img src=x onerror="x()">', 'https://x.example/"onmouseover="x()',
        "javascript:x()",
        "https://x.example/<b>", "</p></body>", "&lt;script&gt;", "data:text/html,x",
    ],
)  # fmt: skip
def test_words_stay_words(text: str) -> None:
    found = Elements(as_html(text))

    assert set(found.elements) <= {"html", "head", "meta", "body", "p", "br", "a"}
    assert {name for name, _ in found.attributes} <= {"charset", "dir", "href"}
    assert "".join(text.split()) in "".join(found.words.split())


@given(st.text(max_size=300), st.text(max_size=12))
def test_no_text_adds_an_element_or_leads_anywhere_but_the_web(text: str, language: str) -> None:
    found = Elements(as_html(text, language))

    assert set(found.elements) <= {"html", "head", "meta", "body", "p", "br", "a"}
    assert {name for name, _ in found.attributes} <= {"charset", "dir", "href", "lang"}
    assert all(re.match("(?i)https?://", value or "") for name, value in found.attributes if name == "href")


def test_files_arrive_byte_for_byte_under_their_names() -> None:
    sent = [
        file("invoice.pdf", bytes(range(256))),
        file("рахунок за листопад, дуже довга назва файла.pdf", b"\r\n.\r\n"),
    ]
    got = list(read(mail(*sent)).iter_attachments())

    assert [one.get_filename() for one in got] == [one.filename for one in sent]
    assert [one.get_payload(decode=True) for one in got] == [one.content for one in sent]
    assert [one.get_content_disposition() for one in got] == ["attachment", "attachment"]


@pytest.mark.parametrize(
    "content_type", ["message/rfc822", "multipart/mixed", "text", "text/html\r\nBcc: x", "", "a/b; c=d"]
)
def test_an_unfit_media_type_goes_as_plain_bytes(content_type: str) -> None:
    [got] = read(mail(file("a.bin", content_type=content_type))).iter_attachments()

    assert got.get_content_type() == "application/octet-stream"


ANY = st.text(max_size=120)


@given(name=ANY, content_type=ANY, content=st.binary(max_size=200), text=ANY)
def test_no_file_breaks_out_of_its_part(name: str, content_type: str, content: bytes, text: str) -> None:
    written = mail(file(name, content, content_type), text=text)
    [got] = read(written).iter_attachments()

    assert got.get_payload(decode=True) == content
    assert written.isascii()
    assert written.count(b"\n") == written.count(b"\r\n") == written.count(b"\r")
    assert max(map(len, written.split(b"\r\n"))) <= 998
    assert not re.search(r"[\x00-\x1f/\\]", got.get_filename() or "")


def test_a_text_that_holds_our_boundary_does_not_end_its_part() -> None:
    boundary = re.findall(rb'boundary="([^"]+)"', mail())[0].decode()
    parsed = read(mail(text=f"before\n--{boundary}\nafter\n--{boundary}--\nend"))
    plain = parsed.get_body(("plain",))

    assert plain is not None
    assert plain.get_content().split() == ["before", f"--{boundary}", "after", f"--{boundary}--", "end"]
