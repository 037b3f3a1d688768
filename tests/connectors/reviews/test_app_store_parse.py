"""What App Store Connect lists says, in its documented shapes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import DeliveryStatus, Direction, EditedMessage, Inbound, NewMessage, Unknown
from channelhub.domain.people import Evidence, Handle
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.reviews.app_store.plugin import plugin
from connectors.reviews.delivery import REVISION, STATUS, TOKEN
from connectors.reviews.review import What
from tests.connectors.reviews import app_store as v

WHO = Handle(kind="app_store", value="00000064-aa11-bb22-cc33-000000000001", evidence=Evidence.CHANNEL_ID)


def read(raw: RawMessage) -> Inbound:
    [item] = plugin.parse(raw)
    return item


def read_new(raw: RawMessage) -> NewMessage:
    item = read(raw)
    assert isinstance(item, NewMessage), item
    return item


def test_review_is_a_message_of_who_is_known_by_it_alone() -> None:
    said = read_new(v.raw(v.REVIEW))

    assert (said.content.subject, said.content.text) == ("Не приходить код", "Третій день не можу увійти")
    assert (said.sender.name, said.sender.handles) == ("olena_k", (WHO,))
    assert said.extra == {"rating": "2", "territory": "UKR"}
    assert (said.sent_at, said.is_time_vouched) == (datetime(2026, 11, 21, 20, 30, tzinfo=UTC), True)
    assert said.thread.key == WHO.value


def test_review_without_words_says_its_stars() -> None:
    said = read_new(v.raw(v.SILENT))

    assert (said.content.text, said.extra["rating"]) == ("★★★★☆", "4")
    assert (said.sent_at, said.is_time_vouched) == (None, False)


def test_edit_is_a_later_version_of_the_same_message() -> None:
    edited = read(v.raw(v.REVIEW, **{REVISION: "1795293000000"}))

    assert isinstance(edited, EditedMessage)
    assert (edited.external_id, edited.revision) == (WHO.value, 1795293000000)


def test_what_a_colleague_answered_in_the_store_is_on_our_side() -> None:
    answer = read_new(v.raw(v.REVIEW, What.REPLY, response=v.RESPONSE))

    assert (answer.direction, answer.content.text) == (Direction.OUT, "Вже виправили, оновіть застосунок")
    assert (answer.sender.handles, answer.sender.name) == ((WHO,), "")
    assert (answer.thread.key, answer.thread.in_reply_to) == (WHO.value, WHO.value)
    assert answer.sent_at == datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_our_own_answer_is_told_of_by_its_token() -> None:
    status = read(v.raw(v.REVIEW, What.REPLY, response=v.RESPONSE, **{TOKEN: "t.1", STATUS: "delivered"}))

    assert isinstance(status, DeliveryStatus)
    assert (status.about, status.status) == (("t.1",), "delivered")


def test_resource_of_tomorrow_is_unknown_by_name() -> None:
    unknown = read(v.raw(v.OF_TOMORROW))

    assert isinstance(unknown, Unknown)
    assert unknown.shape == "customerVideoReviews"


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"review":{"type":"customerReviews","id":""}}', b"\xff", b"[" * 100_000]
)
def test_what_is_no_review_is_unparseable(body: bytes) -> None:
    with pytest.raises(Unparseable):
        plugin.parse(RawMessage(account="reviews", delivery_id="x", body=body))


@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.none() | st.text() | st.integers(-9, 9)
            for name in ("rating", "title", "body", "reviewerNickname", "createdDate", "territory")
        },
    ),
    st.dictionaries(st.sampled_from([REVISION, TOKEN, STATUS, "what"]), st.text(max_size=30)),
)
def test_whatever_a_review_holds_it_is_read_the_same_or_unparseable(
    attributes: dict[str, object], told: dict[str, str]
) -> None:
    raw = v.raw(v.REVIEW | {"attributes": attributes}, response=v.RESPONSE)
    raw.envelope.extra.update(told)
    try:
        first = plugin.parse(raw)
    except Unparseable:
        return
    assert plugin.parse(raw) == first
