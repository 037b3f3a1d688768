"""What an instance tells says, in its documented shapes."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from channelhub.sdk.errors import Unparseable
from connectors.mastodon.delivery import What
from connectors.mastodon.parse import parse
from tests.connectors.mastodon import vectors as v

WHO = Handle(kind="mastodon", value="https://social.example/users/iryna", evidence=Evidence.CHANNEL_ID)


def read(of: dict[str, Any] | bytes, what: What = What.NOTIFICATION, **told: str) -> Inbound:
    [item] = parse(v.raw(of, what, **told))
    return item


def read_new(of: dict[str, Any], what: What = What.NOTIFICATION, **told: str) -> NewMessage:
    item = read(of, what, **told)
    assert isinstance(item, NewMessage), item
    return item


def test_direct_mention_has_its_words_without_our_name_and_its_sender_by_their_address() -> None:
    said = read_new(v.DIRECT)

    assert said.content.text == "де мій пакунок?\n№20418"
    assert (said.sender.name, said.sender.handles) == ("Ірина", (WHO,))
    assert (said.external_id, said.content.language) == ("115590011223344556", "uk")
    assert (said.sent_at, said.is_time_vouched) == (datetime(2026, 11, 21, 20, 29, 58, tzinfo=UTC), False)


def test_conversation_is_a_thread_as_public_as_it_is() -> None:
    assert read_new(v.DIRECT).thread.key == "direct:115590011223344556"
    assert read_new(v.PUBLIC, root="115580000000000000").thread.key == "public:115580000000000000"
    assert read_new(v.REPLY).thread.key == "direct:115590000000000001"
    assert read_new(v.REPLY).thread.in_reply_to == "115590000000000001"


def test_visibility_of_tomorrow_is_taken_for_the_narrowest() -> None:
    assert read_new(v.notification(of=v.status(visibility="circle"))).thread.key.startswith("direct:")


def test_links_are_whole_though_clients_hide_parts_of_them() -> None:
    assert read_new(v.PUBLIC).content.text == "Ось: https://shop.example/orders/20418\n\nДякую"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>@shop @shop@hub.example де?</p>", "де?"),
        ("<p>@shopping де?</p>", "@shopping де?"),
        ("<p>@shop@hub.example.org.evil де?</p>", "де?"),
        ("<p>Питав @shop вчора</p>", "Питав @shop вчора"),
        ("<p>@shop</p>", "@shop"),
    ],
)
def test_only_our_own_name_at_the_beginning_is_left_out(html: str, text: str) -> None:
    assert read_new(v.notification(of=v.status(content=html))).content.text == text


def test_files_are_named_by_the_copy_of_our_instance_else_by_the_original() -> None:
    said = read_new(v.WITH_FILES)

    assert said.content.subject == "екран"
    assert [(one.filename, one.content_type, one.reference) for one in said.content.attachments] == [
        ("57859aede991da25.jpeg", "image/jpeg", "https://files.hub.example/media/57859aede991da25.jpeg"),
        ("orig.jpeg", "application/octet-stream", "https://social.example/media/orig.jpeg"),
    ]


def test_robots_open_nothing() -> None:
    assert read_new(v.FROM_A_BOT).automatic.is_bulk


@pytest.mark.parametrize(("of", "sign"), [(v.FAVOURITE, "⭐"), (v.REBLOG, "🔁")])
def test_favourite_and_boost_are_put_to_our_post(of: dict[str, Any], sign: str) -> None:
    put = read(of)

    assert isinstance(put, Reaction)
    assert (put.target_id, put.emoji, put.sender.handles) == ("115590000000000001", sign, (WHO,))


def test_edit_is_a_later_version_of_the_same_message() -> None:
    edited = read(v.EDITED, What.EDIT)

    assert isinstance(edited, EditedMessage)
    assert (edited.external_id, edited.message.content.text) == ("115590011223344556", "де мій пакунок? №20419")
    assert edited.revision == int(datetime(2026, 11, 21, 20, 40, tzinfo=UTC).timestamp() * 1000)


def test_deletion_names_the_post() -> None:
    assert read(b"115590011223344556", What.DELETE) == DeletedMessage(external_id="115590011223344556")


def test_own_post_is_a_colleagues_answer_or_says_that_ours_was_sent() -> None:
    said = read_new(v.OWN, What.OWN, peer=WHO.value)
    sent = read(v.OWN, What.OWN, peer=WHO.value, by_hub="yes")

    assert (said.direction, said.sender.handles) == (Direction.OUT, (WHO,))
    assert isinstance(sent, DeliveryStatus)
    assert (sent.status, sent.sent_id, sent.sent_to) == ("sent", "115590011223344556", WHO)


@pytest.mark.parametrize(
    ("of", "shape"),
    [
        (v.WARNING, "moderation_warning"),
        (v.UNKNOWN, "hologram"),
        (v.notification("mention", status=None), "mention"),
        (v.notification("favourite", account=None), "favourite"),
    ],
)
def test_what_nobody_addressed_to_us_is_kept_by_name(of: dict[str, Any], shape: str) -> None:
    item = read(of)

    assert isinstance(item, Unknown)
    assert item.shape == shape


def test_own_post_to_somebody_who_is_gone_is_kept() -> None:
    assert isinstance(read(v.OWN, What.OWN), Unknown)


def test_a_part_that_cannot_be_read_spoils_nothing_else() -> None:
    said = read_new(v.notification(of=v.status(media_attachments="many", poll={"id": "1"})))

    assert said.content.text.startswith("де мій")
    assert len(said.warnings) == 2


@pytest.mark.parametrize(
    ("of", "what"),
    [
        ({}, What.NOTIFICATION),
        (v.status(account={"id": "5"}), What.EDIT),
        (b"\xff\xfe", What.DELETE),
        (b"", What.DELETE),
        (b"9" * 100, What.DELETE),
        (b"[1]", What.OWN),
    ],
)
def test_what_is_nothing_of_mastodon_is_parked(of: dict[str, Any] | bytes, what: What) -> None:
    with pytest.raises(Unparseable):
        read(of, what)


PLAIN = st.none() | st.booleans() | st.integers(-10, 2**60) | st.text(max_size=20)
JSON = PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(st.sampled_from(["id", "url", "name"]), PLAIN)
FIELDS = st.sampled_from([*v.status(), "application"])


@given(changes=st.dictionaries(FIELDS, JSON, max_size=3), what=st.sampled_from(What))
def test_any_post_is_read_or_parked_and_the_same_each_time(changes: dict[str, Any], what: What) -> None:
    status = v.status(**changes)
    raw = v.raw(v.notification(of=status) if what is What.NOTIFICATION else status, what)

    def outcome() -> object:
        try:
            return list(parse(raw))
        except Unparseable as exc:
            return str(exc)

    assert outcome() == outcome()
    assert 0 < len(raw.delivery_id) <= 100
