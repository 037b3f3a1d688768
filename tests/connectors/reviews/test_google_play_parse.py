"""What Google Play lists says, in its documented shapes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import DeliveryStatus, Direction, EditedMessage, Inbound, NewMessage, Unknown
from channelhub.domain.people import Evidence, Handle
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.reviews.delivery import REVISION, STATUS, TOKEN
from connectors.reviews.google_play.plugin import plugin
from connectors.reviews.review import What
from tests.connectors.reviews import google_play as v

WHO = Handle(kind="google_play", value="gp:AOqpTOG1x", evidence=Evidence.CHANNEL_ID)


def read(raw: RawMessage) -> Inbound:
    [item] = plugin.parse(raw)
    return item


def read_new(raw: RawMessage) -> NewMessage:
    item = read(raw)
    assert isinstance(item, NewMessage), item
    return item


def test_review_is_a_message_with_what_it_was_written_on() -> None:
    said = read_new(v.raw(v.review(v.SAID)))

    assert (said.content.subject, said.content.text, said.content.language) == ("", "Оновили і все зламали", "uk")
    assert (said.sender.name, said.sender.handles) == ("Тарас М.", (WHO,))
    assert said.sent_at == datetime.fromtimestamp(1795293000.512, UTC)
    assert said.extra == {
        "rating": "1",
        "app_version": "7.4.1",
        "app_version_code": "20418",
        "device": "a54x",
        "android_api": "34",
        "thumbs_up": "3",
    }


def test_title_stands_before_a_tab() -> None:
    said = read_new(v.raw(v.TITLED))

    assert (said.content.subject, said.content.text) == ("Жах", "Нічого не працює")
    assert said.extra["device"] == "Galaxy A54"
    assert read_new(v.raw(v.review(v.SAID | {"text": "\tбез назви"}))).content.text == "без назви"


def test_translated_review_is_read_as_it_was_written() -> None:
    assert read_new(v.raw(v.TRANSLATED)).content.text == "Зламалось"


def test_review_without_words_says_its_stars() -> None:
    said = read_new(v.raw(v.SILENT))

    assert (said.content.text, said.sent_at) == ("★★★☆☆", None)


def test_edit_answer_and_status_are_told_apart() -> None:
    edited = read(v.raw(v.review(v.SAID), **{REVISION: "1795293000512"}))
    answer = read_new(v.raw(v.review(v.SAID), What.REPLY))
    status = read(v.raw(v.review(v.SAID), What.REPLY, **{TOKEN: "t.1", STATUS: "delivered"}))

    assert isinstance(edited, EditedMessage)
    assert (edited.external_id, edited.revision) == (WHO.value, 1795293000512)
    assert (answer.direction, answer.content.text, answer.thread.key) == (Direction.OUT, "Вже виправили", WHO.value)
    assert isinstance(status, DeliveryStatus)
    assert (status.about, status.status) == (("t.1",), "delivered")


def test_review_without_its_writers_words_is_unknown() -> None:
    assert isinstance(read(v.raw(v.OF_NOBODY)), Unknown)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"reviewId":""}', b"\xff", b"[" * 100_000])
def test_what_is_no_review_is_unparseable(body: bytes) -> None:
    with pytest.raises(Unparseable):
        plugin.parse(RawMessage(account="reviews", delivery_id="x", body=body))


@given(
    st.dictionaries(
        st.sampled_from([*v.SAID, "originalText"]),
        st.text() | st.integers() | st.fixed_dictionaries({"seconds": st.text()}),
    ),
    st.integers() | st.text(),
)
def test_whatever_a_review_holds_it_is_read_the_same_or_unparseable(said: dict[str, object], seconds: object) -> None:
    raw = v.raw(v.review(v.SAID | {"lastModified": {"seconds": seconds, "nanos": seconds}} | said))
    try:
        first = plugin.parse(raw)
    except Unparseable:
        return
    assert plugin.parse(raw) == first
