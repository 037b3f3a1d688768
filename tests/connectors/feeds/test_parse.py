"""Feeds are taken apart as they stand, and their items read, whatever format and charset they are in."""

import codecs
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import DeletedMessage, EditedMessage, Inbound, NewMessage, Unknown
from channelhub.domain.people import Evidence, Handle
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.feeds.elements import children
from connectors.feeds.parse import parse
from connectors.feeds.splitting import MAX_ITEMS, NotAFeed, key_of, split
from tests.connectors.feeds import vectors as v


def read(raw: RawMessage) -> Inbound:
    [item] = parse(raw)
    return item


def read_new(raw: RawMessage) -> NewMessage:
    item = read(raw)
    assert isinstance(item, NewMessage), item
    return item


def test_rss_is_read_in_the_charset_that_only_its_declaration_tells() -> None:
    said = read_new(v.raws(v.RSS, "utf-8")[0])

    assert (said.content.subject, said.content.text) == ("3 з 5", "Коробка пом'ята,\nтовар цілий")
    assert (said.external_id, said.sender.name) == (key_of("review-20418"), "Олена")
    assert (said.sent_at, said.is_time_vouched) == (datetime(2026, 11, 21, 20, 30, tzinfo=UTC), False)
    assert said.extra == {"url": "https://shop.example.ua/p/77#r20418"}


def test_who_has_a_name_only_is_known_by_the_item_alone() -> None:
    assert read_new(v.raws(v.RSS)[0]).sender.handles == (
        Handle(kind="feed", value=f"item:{key_of('review-20418')}", evidence=Evidence.CHANNEL_ID),
    )


def test_author_of_rss_is_a_claimed_address_with_a_name() -> None:
    said = read_new(v.raws(v.RSS)[1])

    assert (said.sender.name, said.sender.handles) == ("Тарас М.", (Handle(kind="email", value="taras@example.com"),))
    assert said.content.text == "Ось & так"
    assert said.sent_at == datetime(2026, 11, 21, 10, tzinfo=UTC)
    [file] = said.content.attachments
    assert (file.filename, file.size, file.reference) == ("a.jpg", 12345, "https://shop.example.ua/files/a.jpg")


def test_atom_tells_where_there_is_markup() -> None:
    first, second, *_ = (read_new(raw) for raw in v.raws(v.ATOM)[:2])

    assert (first.content.subject, first.content.text, first.content.language) == (
        "1 < 2 зірок",
        "Не приходить код",
        "uk",
    )
    assert second.content.text == "Так само & у мене <3"
    assert first.extra == {"url": "https://shop.example/r/1", "rating": "2"}
    assert [one.reference for one in first.content.attachments] == ["https://files.shop.example/v.mp4"]
    assert [one.kind for one in first.sender.handles] == ["feed"]
    assert second.thread.key == first.thread.key == key_of("urn:1")


def test_item_without_words_is_shown_and_a_deleted_one_names_what_was_deleted() -> None:
    *_, empty, gone = v.raws(v.ATOM)

    assert isinstance(read(empty), Unknown)
    assert isinstance(read(gone), DeletedMessage)
    assert gone.delivery_id == key_of("urn:0")


def test_json_feed_has_markup_or_plain_words() -> None:
    first, second = (read_new(raw) for raw in v.raws(v.JSON))

    assert (first.content.text, first.sender.name, first.sender.handles[0].value) == (
        "Все гаразд",
        "Ольга",
        "https://shop.example/u/9",
    )
    assert first.content.attachments[0].size == 77
    assert (second.content.text, second.sender.name, second.external_id) == ("a < b", "Пан", key_of("2"))


def test_the_oldest_format_and_utf_16_are_read_too() -> None:
    [said] = v.raws(v.RDF)
    wide = codecs.BOM_UTF16_LE + v.RDF.decode().encode("utf-16-le")
    [again] = v.raws(wide)

    assert read_new(said).content.subject == read_new(again).content.subject == "Старий формат"
    assert said.delivery_id == again.delivery_id


def test_changed_item_is_a_later_version() -> None:
    edited = read(v.changed(v.raws(v.RSS)[0], 1795))

    assert isinstance(edited, EditedMessage)
    assert (edited.external_id, edited.revision) == (key_of("review-20418"), 1795)


def test_how_the_words_are_set_and_what_counts_comments_is_no_change() -> None:
    same = v.RSS.replace(b"<slash:comments>2", b"<slash:comments>3").replace(b"<br>", b"\n <br>")
    other = v.RSS.replace(b"<br>", b"<br>!")
    spaced = v.RSS.replace(b"<br>", b" <br>")

    assert split(same).items[0].says == split(spaced).items[0].says
    assert split(other).items[0].says != split(v.RSS).items[0].says
    assert [one.key for one in split(same).items] == [one.key for one in split(other).items]


def test_what_is_commented_out_or_in_character_data_is_no_item() -> None:
    body = (
        b"<rss><channel><item><guid>1</guid><description><![CDATA[</item><item>]]></description></item></channel></rss>"
    )

    assert len(split(v.RSS).items) == 2
    assert [one.key for one in split(body).items] == [key_of("1")]


def test_elements_end_with_their_own_end_and_unclosed_ones_where_they_begin() -> None:
    text = "<a><a>1</a><b/></a>x<br><c/><d>2</d>"

    found = list(children(text, 0, len(text)))
    assert [one.name for one in found] == ["a", "br", "c", "d"]
    assert text[found[0].inner_start : found[0].inner_end] == "<a>1</a><b/>"


def test_feed_asks_to_be_left_alone_for_minutes() -> None:
    assert split(v.RSS).ttl_s == 15 * 60


def test_item_that_is_cut_off_is_left_for_the_next_look() -> None:
    at = v.RSS.rindex(b"</item>")

    assert [one.key for one in split(v.RSS[:at]).items] == [key_of("review-20418")]


@pytest.mark.parametrize(
    "body", [b"", b"<!doctype html><html><body>503</body></html>", b"{}", b"plain", b"<", b"<?xml"]
)
def test_what_is_no_feed_is_told_apart(body: bytes) -> None:
    with pytest.raises(NotAFeed):
        split(body)


@pytest.mark.parametrize("body", [b"<rss/>", b"[1]", b"{", b"<entry", b""])
def test_what_is_no_item_is_parked(body: bytes) -> None:
    with pytest.raises(Unparseable):
        read(replace(v.raws(v.RSS)[0], body=body))


def test_declared_entities_are_not_resolved() -> None:
    body = v.RSS.replace(b"3 \xe7 5", b"&lols;")

    assert read_new(v.raws(body)[0]).content.subject == "&lols;"


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        b"<item>",
        b"<a b='",
        b"<!--",
        b"<![CDATA[",
        b"<item><guid>",
        b"</item>",
        b"&lt;",
        b"<x><item/>",
        b"<a " * 9,
        b"<>",
    ],
)
def test_hostile_repetition_costs_bounded_time(piece: bytes) -> None:
    body = b"<rss><channel>" + piece * (60_000 // piece.count(b"<") if b"<" in piece else 60_000)
    began = time.perf_counter()
    feed = split(body)
    for item in feed.items[:3]:
        read(replace(v.raws(v.RSS)[0], body=item.body))

    assert len(feed.items) <= MAX_ITEMS
    assert time.perf_counter() - began < 5


@given(st.binary(max_size=300) | st.text(alphabet="<>/!-[]CDAT item\"'=&;", max_size=200).map(str.encode))
def test_any_bytes_are_a_feed_or_not_and_the_same_each_time(noise: bytes) -> None:
    body = b"<rss><channel><item><guid>1</guid>" + noise + b"</item></channel></rss>"

    assert split(body) == split(body)
    for item in split(body).items:
        raw = replace(v.raws(v.RSS)[0], body=item.body)
        with suppress(Unparseable):
            assert list(parse(raw)) == list(parse(raw))
