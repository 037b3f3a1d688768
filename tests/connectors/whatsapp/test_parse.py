"""What WhatsApp's posts say."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import (
    ContactShared,
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
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.meta.whatsapp.parse import parse
from tests.connectors.whatsapp.vectors import (
    EDITED,
    FILE,
    FLOW,
    PHONE,
    REFERRAL,
    SENT,
    USER,
    change,
    contact,
    message,
    post,
    said,
    status,
    text,
)

BSUID = Handle(kind="whatsapp", value=USER, evidence=Evidence.CHANNEL_ID)
NUMBER = Handle(kind="phone", value=f"+{PHONE}", evidence=Evidence.CHANNEL_CONTACT)


def read(body: bytes) -> Sequence[Inbound]:
    return parse(RawMessage(account="wa", delivery_id="d1", body=body))


def only(body: bytes) -> Any:
    (found,) = read(body)
    return found


def test_a_text_has_its_writer_conversation_time_and_id() -> None:
    found = only(said(text("Не працює оплата", context={"from": "380441112233", "id": "wamid.OUT7"})))

    assert isinstance(found, NewMessage)
    assert (found.external_id, found.content.text, found.sender.name) == ("wamid.IN1", "Не працює оплата", "Ірина")
    assert found.sender.handles == (BSUID, NUMBER)
    assert (found.thread.key, found.thread.in_reply_to) == (USER, "wamid.OUT7")
    assert found.sent_at == datetime.fromtimestamp(SENT, UTC)
    assert found.is_time_vouched


def test_who_hides_their_number_is_known_by_the_business_scoped_id() -> None:
    hidden = text("Є розмір M?")
    del hidden["from"]
    found = only(post(change(contacts=[contact(wa_id="")], messages=[hidden])))

    assert found.sender.handles == (BSUID,)
    assert found.sender.name == "Ірина"


def test_an_id_in_the_number_s_place_is_no_phone() -> None:
    found = only(post(change(messages=[text("так", **{"from": USER, "from_user_id": ""})])))

    assert found.sender.handles == (BSUID,)


def test_a_number_alone_is_the_key_and_a_phone() -> None:
    found = only(post(change(contacts=[contact(user_id="")], messages=[text("так", from_user_id="")])))

    assert [(one.kind, one.value) for one in found.sender.handles] == [("whatsapp", PHONE), ("phone", f"+{PHONE}")]


def test_the_contacts_of_a_batch_go_to_their_own_messages() -> None:
    other = contact(name="Олег", user_id="UA.2", wa_id="380670000002")
    second = text("друге", number=2, **{"from": "380670000002", "from_user_id": "UA.2"})
    found = read(post(change(contacts=[other, contact()], messages=[text("перше"), second])))

    assert [one.sender.name for one in found if isinstance(one, NewMessage)] == ["Ірина", "Олег"]


@pytest.mark.parametrize(
    ("kind", "part", "words"),
    [
        ("image", FILE | {"caption": "Ось"}, "Ось"),
        ("location", {"latitude": 50.45, "longitude": 30.5, "name": "Склад"}, "Склад\n📍 50.450000, 30.500000"),
        ("contacts", [{"name": {"formatted_name": "Майстер"}, "phones": [{"phone": "+38067"}]}], "📇 Майстер +38067"),
        ("interactive", {"type": "button_reply", "button_reply": {"id": "y", "title": "Так"}}, "Так"),
        ("interactive", {"type": "list_reply", "list_reply": {"title": "Київ", "description": "№1"}}, "Київ\n№1"),
        ("interactive", {"type": "nfm_reply", "nfm_reply": FLOW}, "size: M\ncolors: red, blue"),
        ("button", {"text": "Скасувати", "payload": "cancel-17"}, "Скасувати"),
        (
            "order",
            {"text": "швидше", "product_items": [{"product_retailer_id": "s7", "quantity": 2}]},
            "швидше\n- s7 × 2",
        ),
        ("unsupported", {"type": "poll"}, "[poll]"),
    ],
)
def test_each_type_has_its_words(kind: str, part: object, words: str) -> None:
    assert only(said(message(kind, part))).content.text == words


def test_a_file_is_a_reference_with_its_name_and_type() -> None:
    (file,) = only(said(message("document", FILE | {"filename": "../рахунок.pdf"}))).content.attachments
    (voice,) = only(
        said(message("audio", FILE | {"mime_type": "audio/ogg; codecs=opus", "voice": True}))
    ).content.attachments

    assert (file.reference, file.filename, file.content_type) == (FILE["id"], "рахунок.pdf", "application/pdf")
    assert (voice.filename, voice.content_type) == ("voice.ogg", "audio/ogg")


def test_an_edit_is_a_later_version_also_within_one_second() -> None:
    first, second = (only(said(message("edit", EDITED, number=number))) for number in (2, 3))

    assert isinstance(first, EditedMessage)
    assert first.external_id == "wamid.IN1"
    assert first.message.external_id == "wamid.IN1"
    assert first.message.content.text == "Вже працює"
    assert first.revision != second.revision
    assert max(first.revision, second.revision) < 2**63


def test_what_is_taken_back_is_a_deletion() -> None:
    found = only(said(message("revoke", {"original_message_id": "wamid.IN1"})))

    assert found == DeletedMessage(external_id="wamid.IN1", at=datetime.fromtimestamp(SENT, UTC))


def test_a_reaction_names_its_message_and_is_taken_away_without_emoji() -> None:
    put = only(said(message("reaction", {"message_id": "wamid.OUT1", "emoji": "❤"})))
    taken = only(said(message("reaction", {"message_id": "wamid.OUT1"})))

    assert isinstance(put, Reaction)
    assert (put.target_id, put.emoji, taken.emoji) == ("wamid.OUT1", "❤", "")


def test_who_changes_their_number_stays_the_same_person() -> None:
    found = only(said(message("system", {"type": "user_changed_number", "wa_id": "380679876543"})))

    assert isinstance(found, ContactShared)
    assert found.sender.handles[0] == BSUID
    assert Handle(kind="phone", value="+380679876543", evidence=Evidence.CHANNEL_CONTACT) in found.sender.handles


def test_what_a_colleague_writes_on_the_phone_is_ours_in_the_customer_s_conversation() -> None:
    echo = text("Вже їде", **{"from": "380441112233", "from_user_id": "", "to": PHONE, "to_user_id": USER})
    found = only(post(change("smb_message_echoes", message_echoes=[echo])))

    assert found.direction is Direction.OUT
    assert found.sender.handles[0] == BSUID
    assert found.thread.key == USER


@pytest.mark.parametrize(("told", "ours"), [("sent", "sent"), ("delivered", "delivered"), ("played", "read")])
def test_a_status_names_our_message_by_what_we_signed_and_by_its_own_id(told: str, ours: str) -> None:
    found = only(status(told))

    assert isinstance(found, DeliveryStatus)
    assert (found.status, found.about, found.sent_id) == (ours, ("ch.1.2.abc",), "wamid.OUT1")
    assert found.sent_to == BSUID
    assert found.external_id == f"wamid.OUT1:{told}"


def test_a_failure_says_why() -> None:
    errors = [{"code": 131047, "title": "Re-engagement", "error_data": {"details": "More than 24 hours have passed"}}]
    found = only(status("failed", errors=errors))

    assert (found.status, found.is_permanent) == ("failed", True)
    assert found.detail == "More than 24 hours have passed (131047)"


def test_advertisement_and_forwarding_are_kept_beside_the_words() -> None:
    found = only(said(text("зі знижки", referral=REFERRAL, context={"forwarded": True})))

    assert found.extra["ad_headline"] == "Знижка"
    assert found.extra["forwarded"] == "yes"


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        (said(message("hologram", {})), "message: hologram"),
        (said(text("у групі", group_id="g1")), "group message"),
        (said({"id": "wamid.X", "type": 5}), "message that can't be read"),
        (said(message("reaction", {"emoji": "x"})), "message: reaction that can't be read"),
        (status("deleted"), "status: deleted"),
        (post(change(errors=[{"code": 130429, "title": "Rate limit hit"}])), "error 130429"),
        (post({"field": "account_update", "value": {"event": "x"}}), "field: account_update"),
        (post({"field": 7}), "change that can't be read"),
        (post(), "post without changes"),
    ],
)
def test_what_nobody_documented_is_shown_by_its_shape(body: bytes, shape: str) -> None:
    found = only(body)

    assert isinstance(found, Unknown)
    assert found.shape == shape


def test_a_piece_that_cannot_be_read_takes_no_other_with_it() -> None:
    found = read(said({"id": 5}, text("ціле")))

    assert [type(one) for one in found] == [Unknown, NewMessage]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"entry":5}', b"\xff", b"[" * 5000])
def test_what_is_no_post_is_parked(body: bytes) -> None:
    with pytest.raises(Unparseable):
        read(body)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(kind=st.sampled_from(["text", "image", "edit", "revoke", "system", "reaction", "order", "x"]), part=_VALUES)
def test_whatever_stands_in_a_message_is_read_or_shown(kind: str, part: object) -> None:
    body = json.dumps(json.loads(said(message(kind, part)))).encode()

    assert len(read(body)) == 1


@pytest.mark.parametrize("odd", [5, {"id": "1", "changes": 5}, {"id": [], "changes": []}])
def test_an_odd_entry_takes_no_other_with_it(odd: Any) -> None:
    whole = json.loads(said(text("перше")))
    body = json.dumps(whole | {"entry": [odd, *whole["entry"]]}).encode()

    assert [type(one) for one in read(body)] == [Unknown, NewMessage]
    with pytest.raises(Unparseable):
        read(json.dumps(whole | {"entry": [odd]}).encode())
