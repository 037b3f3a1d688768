"""What an erasure looks for and what it leaves."""

import re
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.features import features
from channelhub.domain.people import IdentityKey
from channelhub.rules.erasing import (
    Spoken,
    Step,
    Theirs,
    blanked,
    digest,
    kept_title,
    mentions,
    renamed,
    renamed_pack,
    renaming,
    retold,
    spoken,
)
from channelhub.rules.outage.detector import Detector
from channelhub.rules.outage.report import Report
from channelhub.rules.outage.thresholds import OutageRules

ANN = IdentityKey(kind="email", scope="", value="ann@example.com")
PHONE = IdentityKey(kind="phone", scope="", value="+380671112233")
CHAT = IdentityKey(kind="telegram", scope="bot", value="739100417")
MINUTE_US = 60 * 1_000_000


def _finds(*keys: IdentityKey) -> re.Pattern[bytes]:
    found = mentions(keys)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "content",
    [
        b"From: Ann <ANN@Example.com>\r\n",
        b"email=ann%40example.com&message=x",
        b'{"email": "ann\\u0040example.com"}',
        b"ann=40example.com",
        b"call me: 067 111-22-33",
        b"tel=%2B380671112233",
        b'{"wa_id":"380671112233"}',
        b"+38 (067) 111 22 33",
        b'{"from":{"id":739100417,"is_bot":false}}',
    ],
)
def test_an_address_is_found_as_channels_write_it(content: bytes) -> None:
    assert _finds(ANN, PHONE, CHAT).search(content)


@pytest.mark.parametrize(
    "content",
    [
        b"joann@example.com",
        b"ann@example.community",
        b"order 90671112233445",
        b"7391004170",
        b"x739100417",
        b"annXexample.com",
    ],
)
def test_what_only_looks_like_it_is_left(content: bytes) -> None:
    assert not _finds(ANN, PHONE, CHAT).search(content)


def test_a_name_too_short_to_mean_anybody_is_not_looked_for() -> None:
    assert mentions([IdentityKey(kind="external", scope="shop", value="17")]) is None


@given(st.binary(max_size=200))
def test_no_bytes_make_the_search_fail(content: bytes) -> None:
    _finds(ANN, PHONE, CHAT).search(content)


def test_digests_differ_by_salt_and_by_where_parts_end() -> None:
    assert digest(b"a" * 32, "ab", "c") != digest(b"b" * 32, "ab", "c")
    assert digest(b"a" * 32, "ab", "c") != digest(b"a" * 32, "a", "bc")
    assert digest(b"a" * 32, "ab", "c") == digest(b"a" * 32, "ab", b"c")


def test_every_step_leads_to_the_end() -> None:
    step, walked = Step.WAITING, []
    while step is not Step.DONE:
        walked.append(step)
        step = step.following

    assert [*walked, Step.DONE] == list(Step)
    assert Step.DONE.following is Step.DONE


def _reports() -> list[Report]:
    """Eight customers report one thing; the last has a word of its own."""
    texts = [f"не працює оплата карткою, помилка банку {'і зеброкод' if place == 7 else ''}" for place in range(8)]
    return [
        Report(
            message_id=1024 * (place + 1),
            at_us=(1_000_000 + place) * MINUTE_US,
            customer=900_000_000_000 + place,
            channel="email",
            origin=f"10.0.{place}.0/24",
            features=features(subject="", text=text),
        )
        for place, text in enumerate(texts)
    ]


def test_detection_goes_on_under_other_names_as_it_would_have() -> None:
    reports, more = _reports(), [replace(one, message_id=one.message_id + 90_000) for one in _reports()]
    detector = Detector(OutageRules())
    for one in reports:
        list(detector.vote(one))
    taken = detector.snapshot()
    others = set().union(*(spoken(one) for one in reports[:-1]))
    new = renaming(spoken(reports[-1]), others, [reports[-1].customer], 77)
    forgetful = Detector.restore(OutageRules(), renamed(taken, new))
    after = forgetful.snapshot()
    whole = taken.core + b"".join(one.votes for one in taken.blocks)
    left = after.core + b"".join(one.votes for one in after.blocks)

    assert "зеброкод".encode() in whole
    assert "зеброкод".encode() not in left
    assert b"10.0.7.0" in whole
    assert b"10.0.7.0" not in left
    assert msgspec.msgpack.encode(reports[-1].customer) not in left
    assert [list(detector.vote(one)) for one in more[:7]] == [list(forgetful.vote(one)) for one in more[:7]]


@given(
    st.recursive(st.text(max_size=3) | st.integers(0, 9), lambda one: st.lists(one) | st.dictionaries(st.text(), one))
)
def test_renaming_nothing_changes_nothing(value: object) -> None:
    packed = msgspec.msgpack.encode(value)

    assert renamed_pack(packed, renaming([], [], [], 1)) == packed


def test_a_blanked_report_keeps_time_and_channel_only() -> None:
    report = _reports()[-1]
    left = blanked(report, 77)

    assert spoken(left) == set()
    assert (left.customer, left.at_us, left.channel, left.message_id) == (
        77,
        report.at_us,
        report.channel,
        report.message_id,
    )


def test_an_event_is_theirs_by_an_id_of_the_right_kind() -> None:
    own = Theirs(people=frozenset({"9"}), messages=frozenset({"4096"}), deliveries=frozenset({"4"}))

    assert own.named_in({"message": {"message_id": "4096"}, "n": 1})
    assert own.named_in({"inbox_id": "4"})
    assert own.named_in({"left_customer_id": "9"})
    assert not own.named_in({"customers": 9, "version": 4, "webhook_id": "4096", "is_new": True})


def test_the_audit_names_them_by_its_target() -> None:
    own = Theirs(people=frozenset({"9"}), messages=frozenset({"4096"}), deliveries=frozenset({"4"}))

    assert own.targeted("customer.linked", "7 9")
    assert own.targeted("attachment.retry", "4096.2")
    assert own.targeted("parked.retry", "4")
    assert not own.targeted("parked.retry", "9")
    assert not own.targeted("webhook.make", "9")


def test_titles_are_replaced_as_whole_texts() -> None:
    assert retold({"title": "pay!", "more": ["pay!", "pay"]}, {"pay!": "x"}) == {"title": "x", "more": ["x", "pay"]}


def test_a_title_keeps_the_words_that_several_customers_wrote() -> None:
    going = Spoken("Оплата карткою не йде, каже Зеброслава", customer=1, stays=False)
    others = [Spoken("не йде оплата", customer=2, stays=False), Spoken("карткою оплата не йде", customer=3, stays=True)]

    assert kept_title("Оплата карткою не йде, каже Зеброслава", [going, *others]) == "Оплата карткою не йде"
    assert kept_title("Оплата карткою не йде, каже Зеб…", [going, *others]) == "Оплата карткою не йде"
    assert kept_title("карткою оплата", [going, *others]) is None, "one that stays is called so"
    assert kept_title("платежі", [going, *others]) is None, "nobody wrote that"
    assert kept_title("Оплата карткою", [going]) == ""
