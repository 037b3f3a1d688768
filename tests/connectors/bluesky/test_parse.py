"""What a server tells says, in the shapes of its lexicons."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import DeletedMessage, DeliveryStatus, Direction, Inbound, NewMessage, Reaction, Unknown
from channelhub.domain.people import Evidence, Handle
from channelhub.sdk.errors import Unparseable
from connectors.bluesky.delivery import BY_HUB, NAME, PEER, What
from connectors.bluesky.facets import of_links, whole
from connectors.bluesky.parse import parse
from connectors.bluesky.shapes import Facet, Index
from connectors.bluesky.tid import tid
from tests.connectors.bluesky import vectors as v
from tests.servers.bluesky import ME

WHO = Handle(kind="bluesky", value=v.IRYNA["did"], evidence=Evidence.CHANNEL_ID)


def read(of: dict[str, Any], what: What = What.NOTIFICATION, **told: str) -> Inbound:
    [item] = parse(v.raw(of, what, **told))
    return item


def read_new(of: dict[str, Any], what: What = What.NOTIFICATION, **told: str) -> NewMessage:
    item = read(of, what, **told)
    assert isinstance(item, NewMessage), item
    return item


def test_mention_has_its_words_without_our_name_its_sender_by_did_and_the_servers_time() -> None:
    said = read_new(v.MENTION)

    assert said.content.text == "де замовлення?"
    assert (said.sender.name, said.sender.handles) == ("Ірина", (WHO,))
    assert (said.external_id, said.content.language) == (v.URI, "uk")
    assert (said.sent_at, said.is_time_vouched) == (datetime(2026, 11, 21, 20, 30, 1, 512000, tzinfo=UTC), True)


def test_thread_is_known_by_its_first_post_and_a_mention_begins_its_own() -> None:
    assert (read_new(v.REPLY).thread.key, read_new(v.REPLY).thread.in_reply_to) == (v.ROOT, v.ROOT)
    assert (read_new(v.MENTION).thread.key, read_new(v.MENTION).thread.in_reply_to) == (v.URI, "")


def test_shortened_link_is_whole_where_its_bytes_are() -> None:
    post = v.record(text=v.LINKED, facets=[v.LINK])

    assert read_new(v.notification(of=post)).content.text == "Ось 👉 https://shop.example/orders/20418 дякую"


@pytest.mark.parametrize(("start", "end"), [(-1, 4), (4, 4), (9, 4), (0, 10_000), (3, 5)])
def test_offsets_that_say_nothing_spoil_no_words(start: int, end: int) -> None:
    index = {"byteStart": start, "byteEnd": end}
    text = read_new(v.notification(of=v.record(text="де ключ", facets=[v.LINK | {"index": index}]))).content.text

    assert text == "де ключ" or "https://shop.example/orders/20418" in text


@pytest.mark.parametrize(
    ("of", "text", "references"),
    [
        (v.PICTURE, "де замовлення?", [f"{v.IRYNA['did']}/bafkreiscreen"]),
        (v.FILM, "де замовлення?", [f"{v.IRYNA['did']}/bafkreivideo/video"]),
        (v.BOTH, "де замовлення?", [f"{v.IRYNA['did']}/bafkreiscreen"]),
        (v.QUOTE, f"де замовлення?\n{v.ROOT}", []),
        (v.notification(of=v.record(embed=v.CARD)), "де замовлення?\nНовина\nhttps://news.example/1", []),
    ],
)
def test_what_goes_with_the_words_is_named(of: dict[str, Any], text: str, references: list[str]) -> None:
    content = read_new(of).content

    assert content.text == text
    assert [one.reference for one in content.attachments] == references


@pytest.mark.parametrize(("of", "sign"), [(v.LIKE, "❤️"), (v.REPOST, "🔁")])
def test_like_and_repost_are_put_to_our_post(of: dict[str, Any], sign: str) -> None:
    put = read(of)

    assert isinstance(put, Reaction)
    assert (put.target_id, put.emoji, put.sender.handles) == (v.ROOT, sign, (WHO,))


def test_direct_message_has_its_writer_and_its_conversation() -> None:
    said = read_new(v.WROTE, What.LOG, **{NAME: "Ірина", PEER: WHO.value})

    assert (said.external_id, said.content.text, said.thread.key) == ("3m6bdm2a", "де мій пакунок?", f"dm:{v.CONVO}")
    assert (said.sender.name, said.sender.handles, said.direction) == ("Ірина", (WHO,), Direction.IN)


def test_our_direct_message_is_a_colleagues_or_says_that_ours_was_sent() -> None:
    said = read_new(v.ANSWERED, What.LOG, **{PEER: WHO.value})
    sent = read(v.ANSWERED, What.LOG, **{PEER: WHO.value, BY_HUB: "yes"})

    assert (said.direction, said.sender.handles) == (Direction.OUT, (WHO,))
    assert isinstance(sent, DeliveryStatus)
    assert (sent.status, sent.sent_id, sent.sent_to) == ("sent", "3m6bdm2a", WHO)
    assert isinstance(read(v.ANSWERED, What.LOG), Unknown)


def test_direct_message_is_taken_back() -> None:
    taken = read(v.DELETED, What.LOG)

    assert isinstance(taken, DeletedMessage)
    assert taken.external_id == "3m6bdm2a"


def test_reaction_to_a_direct_message_and_its_end() -> None:
    put, taken = read(v.REACTED, What.LOG), read(v.UNREACTED, What.LOG)

    assert isinstance(put, Reaction)
    assert isinstance(taken, Reaction)
    assert (put.target_id, put.emoji, put.before) == ("3m6bdm2a", "👍", "")
    assert (taken.emoji, taken.before) == ("", "👍")
    assert put.external_id != taken.external_id


@pytest.mark.parametrize(
    ("of", "what", "shape"),
    [
        (v.UNKNOWN, What.NOTIFICATION, "hologram"),
        (v.notification("mention", of={"text": 5}), What.NOTIFICATION, "mention"),
        (v.notification("like", of={}), What.NOTIFICATION, "like"),
        (v.STRANGE, What.LOG, "logHologram"),
        (v.log("logCreateMessage"), What.LOG, "logCreateMessage"),
    ],
)
def test_what_nobody_documented_is_kept_by_name(of: dict[str, Any], what: What, shape: str) -> None:
    item = read(of, what)

    assert isinstance(item, Unknown)
    assert item.shape == shape


def test_a_part_that_cannot_be_read_spoils_nothing_else() -> None:
    said = read_new(v.notification(of=v.record(facets="many", reply=5, langs={}, embed=[])))

    assert said.content.text == "@shop.example де замовлення?"
    assert sorted(one.partition(" ")[0].rstrip(":") for one in said.warnings) == [
        "embed",
        "embed",
        "facets",
        "langs",
        "reply",
    ]


@pytest.mark.parametrize(
    ("of", "what"), [({}, What.NOTIFICATION), (v.MENTION | {"author": {}}, What.NOTIFICATION), ({}, What.LOG)]
)
def test_what_is_nothing_of_bluesky_is_parked(of: dict[str, Any], what: What) -> None:
    with pytest.raises(Unparseable):
        read(of, what)


def test_links_of_an_answer_are_links_by_their_bytes() -> None:
    [facet] = of_links("Ось 👉 https://shop.example/a?b=1. Дякую")
    start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]

    assert "Ось 👉 https://shop.example/a?b=1. Дякую".encode()[start:end] == b"https://shop.example/a?b=1"


@given(st.text(max_size=60), st.integers(-3, 90), st.integers(-3, 90))
def test_no_offsets_fail_and_without_any_the_text_stays(text: str, start: int, end: int) -> None:
    facet = Facet(index=Index(byte_start=start, byte_end=end), features=[])

    assert whole(text, [], ME) == (text.encode("utf-8", "replace").decode().strip() or text)
    assert whole(text, [facet], ME) == whole(text, [], ME)


@given(st.binary(min_size=32, max_size=32))
def test_keys_are_in_the_form_of_posts(digest: bytes) -> None:
    assert re.fullmatch(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}", tid(digest))
    assert tid(digest) == tid(digest)
    assert tid(digest) != tid(bytes([digest[0], digest[1], digest[2] ^ 1]) + digest[3:])


PLAIN = st.none() | st.booleans() | st.integers(-10, 2**60) | st.text(max_size=20)
JSON = PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(st.sampled_from(["uri", "did", "$type"]), PLAIN)


@given(
    fields=st.dictionaries(st.sampled_from([*v.notification(), "reasonSubject"]), JSON, max_size=3),
    record=st.dictionaries(st.sampled_from([*v.record(), "reply", "embed"]), JSON, max_size=3),
)
def test_any_notification_is_read_or_parked_and_the_same_each_time(
    fields: dict[str, Any], record: dict[str, Any]
) -> None:
    raw = v.raw(v.notification(of=v.record(**record)) | fields)

    def outcome() -> object:
        try:
            return list(parse(raw))
        except Unparseable as exc:
            return str(exc)

    assert outcome() == outcome()
    assert 0 < len(raw.delivery_id) <= 990
