"""What posts about pages and Instagram accounts say."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from channelhub.domain.inbound import (
    DeletedMessage,
    DeliveryStatus,
    Direction,
    EditedMessage,
    Inbound,
    NewMessage,
    Reaction,
    Unknown,
)
from channelhub.domain.people import Evidence, Handle
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.meta.delivery import deliveries
from connectors.meta.inbox.parse import parts
from connectors.meta.instagram import plugin as instagram
from connectors.meta.messenger import plugin as messenger
from tests.connectors.meta_inbox.vectors import (
    ACCOUNT,
    APP_ID,
    COMMENT,
    CUSTOMER,
    FEED,
    IMAGE,
    PAGE,
    REVIEW,
    SENT_MS,
    changed,
    event,
    happened,
    post,
    said,
)

PLUGINS = {"messenger": messenger.plugin, "instagram": instagram.plugin}
PLACES = {"messenger": PAGE, "instagram": ACCOUNT}
both = pytest.mark.parametrize("kind", ["messenger", "instagram"])


def read(body: bytes, kind: str = "messenger", **settings: Any) -> Sequence[Inbound]:
    told = msgspec.json.encode({"app_id": APP_ID} | settings)
    return PLUGINS[kind].parse(RawMessage(account="a", delivery_id="d", body=body, settings=told))


def only(body: bytes, kind: str = "messenger", **settings: Any) -> Any:
    (found,) = read(body, kind, **settings)
    return found


def words(text: str, kind: str = "messenger", **fields: Any) -> Any:
    return only(said(text, place=PLACES[kind], kind=kind, **fields), kind)


def one(kind: str = "messenger", **fields: Any) -> Any:
    return only(happened(place=PLACES[kind], kind=kind, **fields), kind)


@both
def test_a_text_has_its_writer_conversation_time_and_id(kind: str) -> None:
    found = words("Коли приїде кур'єр?", kind, reply_to={"mid": "m_0"}, attachments=[IMAGE])

    assert isinstance(found, NewMessage)
    assert (found.external_id, found.content.text) == ("m_1", "Коли приїде кур'єр?")
    assert found.sender.handles == (Handle(kind=kind, value=CUSTOMER, evidence=Evidence.CHANNEL_ID),)
    assert (found.thread.key, found.thread.in_reply_to) == (CUSTOMER, "m_0")
    assert found.sent_at == datetime.fromtimestamp(SENT_MS / 1000, UTC)
    assert [file.reference for file in found.content.attachments] == [IMAGE["payload"]["url"]]


def test_times_in_seconds_are_read_as_such() -> None:
    assert words("так", at=SENT_MS // 1000).sent_at == datetime.fromtimestamp(SENT_MS // 1000, UTC)


def test_ids_as_numbers_are_the_same_person() -> None:
    body = happened(place=PAGE, kind="messenger", message={"mid": "m_1", "text": "так"})
    numbers = body.replace(f'"{CUSTOMER}"'.encode(), CUSTOMER.encode())

    assert only(numbers).sender == only(body).sender


@pytest.mark.parametrize(
    ("attached", "text"),
    [
        ({"type": "location", "payload": {"coordinates": {"lat": 50.4, "long": 30.5}}}, "📍 50.400000, 30.500000"),
        (
            {"type": "share", "payload": {"url": "https://x.example/1", "title": "Допис"}},
            "[share] Допис https://x.example/1",
        ),
        ({"type": "like_heart"}, "❤"),
        ({"type": "story_mention", "payload": {"url": "https://a.fbsbx.com/1"}}, "[story mention]"),
    ],
)
def test_attachments_that_are_no_files_are_lines(attached: dict[str, Any], text: str) -> None:
    assert words("", "instagram", attachments=[attached]).content.text == text


def test_what_only_the_app_shows_is_a_message_all_the_same() -> None:
    assert words("", "instagram", is_unsupported=True).content.text == "[unsupported]"


def test_an_answer_to_a_story_keeps_the_story() -> None:
    found = words("Є?", "instagram", reply_to={"story": {"id": "18001", "url": "https://lookaside.fbsbx.com/ig/?a=1"}})

    assert found.extra["story"] == "https://lookaside.fbsbx.com/ig/?a=1"


@both
def test_what_a_colleague_writes_elsewhere_is_ours_in_the_customer_s_conversation(kind: str) -> None:
    found = words("Вже їде", kind, is_ours=True, is_echo=True, app_id=263902037430900)

    assert found.direction is Direction.OUT
    assert (found.sender.handles[0].value, found.thread.key) == (CUSTOMER, CUSTOMER)


@both
@pytest.mark.parametrize("told", [{"app_id": int(APP_ID)}, {"metadata": "ch.1.2.abc"}])
def test_the_echo_of_our_own_answer_only_says_that_it_was_sent(kind: str, told: dict[str, Any]) -> None:
    found = words("Вже їде", kind, mid="m_OUT1", is_ours=True, is_echo=True, **told)

    assert isinstance(found, DeliveryStatus)
    assert (found.status, found.sent_id, found.about) == ("sent", "m_OUT1", (told.get("metadata", ""),))
    assert found.sent_to is not None
    assert found.sent_to.value == CUSTOMER


def test_a_customer_cannot_pass_their_words_off_as_our_echo() -> None:
    assert isinstance(words("так", metadata="ch.1.2.abc", app_id=int(APP_ID)), NewMessage)


@both
def test_an_unsent_message_is_a_deletion(kind: str) -> None:
    assert isinstance(words("", kind, is_deleted=True), DeletedMessage)


def test_an_edit_counts() -> None:
    found = one(message_edit={"mid": "m_1", "text": "Вже ні", "num_edit": "2"})

    assert isinstance(found, EditedMessage)
    assert (found.external_id, found.revision, found.message.content.text) == ("m_1", 2, "Вже ні")


def test_a_reaction_is_put_and_taken_away() -> None:
    put = one(reaction={"mid": "m_1", "action": "react", "emoji": "❤", "reaction": "love"})
    taken = one(reaction={"mid": "m_1", "action": "unreact"})

    assert isinstance(put, Reaction)
    assert (put.target_id, put.emoji, taken.emoji) == ("m_1", "❤", "")
    assert put.external_id != taken.external_id


def test_a_pressed_button_is_a_message_with_its_label() -> None:
    found = one(postback={"mid": "m_9", "title": "Почати", "payload": "START", "referral": {"ref": "qr"}})
    nameless = one(postback={"title": "Почати", "payload": "START"})

    assert (found.external_id, found.content.text, found.extra) == ("m_9", "Почати", {"payload": "START", "ref": "qr"})
    assert nameless.external_id.startswith("postback:")


def test_receipts_name_our_messages() -> None:
    found = read(happened(place=PAGE, kind="messenger", delivery={"mids": ["m_a", "m_b"], "watermark": SENT_MS}))
    (seen,) = read(happened(place=ACCOUNT, kind="instagram", read={"mid": "m_a"}), "instagram")

    assert [(item.sent_id, item.status) for item in found if isinstance(item, DeliveryStatus)] == [
        ("m_a", "delivered"),
        ("m_b", "delivered"),
    ]
    assert isinstance(seen, DeliveryStatus)
    assert (seen.status, seen.sent_id) == ("read", "m_a")


def test_what_another_app_answers_meanwhile_is_still_the_customer_s_message() -> None:
    entry = {"id": PAGE, "time": SENT_MS, "standby": [event(place=PAGE, message={"mid": "m_5", "text": "а"})]}
    found = only(post(entry, kind="messenger"))

    assert (found.content.text, found.extra) == ("а", {"standby": "yes"})


def test_a_comment_is_a_public_message_of_its_writer_below_its_post() -> None:
    found = only(changed("feed", FEED, place=PAGE, kind="messenger"))

    assert (found.external_id, found.content.text) == ("comment:7001_9002", "Де моє замовлення?")
    assert (found.sender.name, found.sender.handles[0].value) == ("Ольга К.", CUSTOMER)
    assert found.thread.key == f"{PAGE}_7001#{CUSTOMER}"
    assert found.thread.in_reply_to == ""
    assert found.extra["public"] == "comment"


def test_a_comment_is_corrected_and_removed() -> None:
    edited = only(changed("feed", FEED | {"verb": "edited", "message": "Вже є"}, place=PAGE, kind="messenger"))
    removed = only(changed("feed", FEED | {"verb": "remove"}, place=PAGE, kind="messenger"))

    assert isinstance(edited, EditedMessage)
    assert (edited.external_id, edited.message.content.text) == ("comment:7001_9002", "Вже є")
    assert isinstance(removed, DeletedMessage)
    assert removed.external_id == edited.external_id


def test_the_old_shape_of_a_comment_s_writer_is_read() -> None:
    old = {key: value for key, value in FEED.items() if key != "from"}
    found = only(
        changed("feed", old | {"sender_id": int(CUSTOMER), "sender_name": "Ольга"}, place=PAGE, kind="messenger")
    )

    assert (found.sender.handles[0].value, found.sender.name) == (CUSTOMER, "Ольга")


def test_a_review_is_a_message_with_its_stars() -> None:
    assert only(changed("ratings", REVIEW, place=PAGE, kind="messenger")).content.text == "★★ Довго"


def test_a_comment_at_instagram_answers_its_thread() -> None:
    found = only(changed("comments", COMMENT, place=ACCOUNT, kind="instagram"), "instagram")

    assert (found.external_id, found.sender.name) == ("comment:18055500000000001", "maria.k")
    assert found.thread.in_reply_to == "comment:18055500000000000"


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("messenger", "feed", FEED | {"from": {"id": PAGE}}),
        ("messenger", "feed", FEED | {"verb": "hide"}),
        ("messenger", "feed", FEED | {"item": "reaction"}),
        ("messenger", "holograms", {}),
        ("instagram", "comments", COMMENT | {"from": {"id": ACCOUNT}}),
        ("instagram", "mentions", {"media_id": "1"}),
    ],
)
def test_what_we_said_ourselves_or_nobody_knows_is_shown_and_opens_nothing(
    kind: str, field: str, value: dict[str, Any]
) -> None:
    found = only(changed(field, value, place=PLACES[kind], kind=kind), kind)

    assert isinstance(found, Unknown)
    assert found.shape == f"field: {field}"


def test_comments_can_be_left_out() -> None:
    assert isinstance(only(changed("feed", FEED, place=PAGE, kind="messenger"), comments=False), Unknown)


@pytest.mark.parametrize("place", ["0", PAGE])
def test_the_dashboard_s_test_is_nobody_s_message(place: str) -> None:
    body = said("test", place=place, kind="messenger", mid="random_mid")

    assert only(body).shape == "test of the dashboard"


def test_only_the_events_of_its_own_places_are_an_account_s() -> None:
    body = said("чуже", place="999", kind="messenger")
    raw = RawMessage(account="a", delivery_id="d", body=body, envelope=Envelope(extra={"places": PAGE}))

    assert not [item for item in messenger.plugin.parse(raw) if isinstance(item, NewMessage)]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"entry":5}', b"\xff", b"[" * 5000])
def test_what_is_no_post_is_parked(body: bytes) -> None:
    with pytest.raises(Unparseable):
        read(body)


@pytest.mark.parametrize("odd", [5, {"id": PAGE, "messaging": 5}, {"id": [], "messaging": []}])
def test_an_odd_entry_takes_no_other_with_it_and_is_somebodys(odd: Any) -> None:
    whole = msgspec.json.decode(said("перше", place=PAGE, kind="messenger"))
    body = msgspec.json.encode(whole | {"entry": [odd, *whole["entry"]]})
    raws = deliveries(body, parts(body), account="a", owned={PAGE: "a"}, now=datetime(2026, 1, 1, tzinfo=UTC))

    assert [type(one) for raw in raws for one in messenger.plugin.parse(raw)] == [Unknown, NewMessage]
