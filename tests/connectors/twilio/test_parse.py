"""What Twilio's forms say, in its documented shapes."""

import base64
from contextlib import suppress
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import DeliveryStatus, Inbound, NewMessage, Reachability, Unknown
from channelhub.domain.people import Evidence, Handle
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.twilio.delivery import posted
from connectors.twilio.parse import parse_sms, parse_whatsapp
from connectors.twilio.signature import read_fields
from tests.connectors.twilio import vectors as v
from tests.servers.twilio import NUMBER

PHONE = Handle(kind="phone", value=v.IRYNA, evidence=Evidence.CALLER)


def raw_of(form: dict[str, str], about: str = "") -> RawMessage:
    body = v.encoded(form)
    return posted(body, read_fields(body) or (), account="sms", about=about)


def read(form: dict[str, str], about: str = "") -> Inbound:
    [item] = parse_sms(raw_of(form, about))
    return item


def read_whatsapp(form: dict[str, str]) -> NewMessage:
    [item] = parse_whatsapp(raw_of(form))
    assert isinstance(item, NewMessage), item
    return item


def test_sms_is_its_number_s_which_the_network_told() -> None:
    said = read(v.TEXT)

    assert isinstance(said, NewMessage)
    assert (said.content.text, said.sender.handles) == ("Де моє замовлення?", (PHONE,))
    assert (said.external_id, said.thread.key, said.sent_at) == (v.SID, v.IRYNA, None)
    assert said.extra == {"number": NUMBER, "country": "UA"}


def test_files_are_named_by_where_twilio_keeps_them() -> None:
    said = read(v.MMS)

    assert isinstance(said, NewMessage)
    assert [(one.filename, one.content_type, one.reference) for one in said.content.attachments] == [
        ("ME77.jpg", "image/jpeg", v.PHOTO),
        ("ME778.vcf", "text/vcard", f"{v.PHOTO}8"),
    ]


def test_sender_that_is_a_name_is_nobody_s_phone() -> None:
    said = read(v.SHOP_NAME)

    assert isinstance(said, NewMessage)
    assert [(one.kind, one.value) for one in said.sender.handles] == [("sms", "NovaPoshta")]


def test_who_answers_stop_is_out_of_reach_until_start() -> None:
    gone, back, asks = read(v.STOP), read(v.START), read(v.HELP)

    assert isinstance(gone, Reachability)
    assert isinstance(back, Reachability)
    assert isinstance(asks, NewMessage)
    assert (gone.is_reachable, back.is_reachable) == (False, True)
    assert gone.sender.handles == back.sender.handles == (PHONE,)


@pytest.mark.parametrize(
    ("told", "status"),
    [("queued", "sent"), ("sent", "sent"), ("delivered", "delivered"), ("read", "read"), ("undelivered", "failed")],
)
def test_report_names_its_message_by_what_we_signed_and_by_its_sid(told: str, status: str) -> None:
    report = read(v.status(told), about="a-token-of-ours")

    assert isinstance(report, DeliveryStatus)
    assert (report.status, report.about, report.sent_id) == (status, ("a-token-of-ours",), "SM" + "1" * 32)
    assert report.sent_to is not None
    assert (report.sent_to.kind, report.sent_to.value) == ("phone", v.IRYNA)


def test_failure_says_why() -> None:
    report = read(v.FAILED)

    assert isinstance(report, DeliveryStatus)
    assert report.is_permanent
    assert report.detail == "the number doesn't exist any more (30005)"


def test_whatsapp_gives_the_address_that_wrote_first_then_what_else_names_them() -> None:
    said = read_whatsapp(v.PHOTO_OF_DAMAGE)

    assert [(one.kind, one.value, one.evidence) for one in said.sender.handles] == [
        ("whatsapp", "380501234567", Evidence.CHANNEL_ID),
        ("whatsapp", v.BSUID, Evidence.CHANNEL_ID),
        ("phone", "+380501234567", Evidence.CHANNEL_CONTACT),
    ]
    assert (said.sender.name, said.content.text, said.thread.in_reply_to) == ("Ірина", "Ось фото дефекту", "SM9988")
    assert [one.filename for one in said.content.attachments] == ["ME77.jpg"]


def test_customer_whose_number_is_hidden_is_known_by_the_id() -> None:
    said = read_whatsapp(v.HIDDEN_NUMBER)

    assert [(one.kind, one.value) for one in said.sender.handles] == [("whatsapp", v.BSUID)]


def test_place_button_and_advert_are_said_in_words() -> None:
    place, button, advert = (read_whatsapp(one) for one in (v.PLACE, v.BUTTON, v.ADVERT))

    assert place.content.text == "Дім\nКиїв, 1\n📍 50.4501, 30.5234"
    assert (button.content.text, button.extra["button"]) == ("Так", "yes")
    assert (advert.extra["advert"], advert.extra["forwarded"]) == ("Лампи -20%", "true")


@pytest.mark.parametrize(
    ("form", "shape"),
    [
        (v.HOLOGRAM, "onHologramAdded"),
        (v.CALL, "call: ringing"),
        (v.EMPTY, "message without content"),
        (v.status("teleported"), "status: teleported"),
        (v.PLACE, "message of whatsapp, which is not this account's channel"),
    ],
)
def test_what_nobody_documented_is_kept_by_name(form: dict[str, str], shape: str) -> None:
    item = read(form)

    assert isinstance(item, Unknown)
    assert item.shape == shape


@pytest.mark.parametrize("body", [b"MessageSid=SM1&Body=x", b"MessageSid=SM1&From=&Body=x", b"\xff\xfe"])
def test_what_is_no_message_is_parked(body: bytes) -> None:
    with pytest.raises(Unparseable):
        parse_sms(posted(body, read_fields(body) or (), account="sms"))


def test_words_that_a_carrier_packed_are_left_and_marked() -> None:
    packed = base64.b64encode("Не працює оплата вже другий день, що робити?".encode()).decode()
    said = read(v.sms(packed))

    assert isinstance(said, NewMessage)
    assert said.content.text == packed
    assert "Base64" in said.warnings[0]


def test_message_and_its_reports_have_names_of_their_own() -> None:
    names = [raw_of(one).delivery_id for one in (v.TEXT, v.DELIVERED, v.READ, v.HOLOGRAM)]

    assert names[0] == v.SID
    assert len(set(names)) == 4


FORMS = st.dictionaries(
    st.sampled_from([*v.PHOTO_OF_DAMAGE, *v.FAILED, "OptOutType", "Latitude", "Longitude", "EventType"]),
    st.text(max_size=60) | st.sampled_from(["whatsapp:+380501234567", "1", "STOP", "failed", "https://[x"]),
)


@given(form=FORMS)
def test_any_form_is_read_the_same_twice_or_parked(form: dict[str, str]) -> None:
    raw = raw_of(form)
    for parse in (parse_sms, parse_whatsapp):
        try:
            items = parse(raw)
        except Unparseable:
            continue
        assert parse(raw) == items
        assert len(items) == 1


@given(body=st.binary(max_size=300))
def test_any_bytes_are_named_and_read_or_parked(body: bytes) -> None:
    raw = posted(body, read_fields(body) or (), account="sms")

    assert 0 < len(raw.delivery_id) <= 100
    with suppress(Unparseable):
        assert len(parse_sms(raw)) == 1


def test_a_form_of_too_many_fields_is_none() -> None:
    assert read_fields(urlencode([("a", "b")] * 1001).encode()) is None
