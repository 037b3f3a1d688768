"""Signed posts are believed, and nothing else is."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from channelhub.sdk.webhook_keys import NotAKey, new_private_key, new_secret, read_key, signed_by_all
from channelhub.sdk.webhook_proof import Fault, NotVerified, Verified, read_verifying_key, verify
from channelhub.sdk.webhooks import NotASecret

NOW = datetime(2026, 3, 2, 9, 0, 12, tzinfo=UTC)
BODY = '{"type":"incident.opened","data":{"number":1042,"Пошта":true}}'.encode()
SECRET = "whsec_" + base64.b64encode(b"a secret of a test that is long enough").decode()
PRIVATE = "whsk_" + base64.b64encode(bytes(range(32))).decode()
PUBLIC = read_key(PRIVATE).public


def signed(*keys: str, body: bytes = BODY, at: datetime = NOW, message_id: str = "evt_1") -> Mapping[str, str]:
    return signed_by_all(message_id, body, keys=[read_key(key) for key in keys], at=at)


def verified(
    headers: Mapping[str, str], *keys: str, body: bytes = BODY, now: datetime = NOW, tolerance_s: float = 300
) -> Verified:
    return verify(headers, body, keys=[read_verifying_key(key) for key in keys], now=now, tolerance_s=tolerance_s)


def fault(headers: Mapping[str, str], *keys: str, body: bytes = BODY, now: datetime = NOW) -> Fault:
    with pytest.raises(NotVerified) as refused:
        verified(headers, *keys, body=body, now=now)
    assert all(key.partition("_")[2] not in refused.value.reason for key in keys)
    return refused.value.fault


@pytest.mark.parametrize(("signs", "verifies"), [(SECRET, SECRET), (PRIVATE, PUBLIC)], ids=["v1", "v1a"])
def test_a_signed_post_is_believed_with_its_id_and_time(signs: str, verifies: str) -> None:
    assert verified(signed(signs), verifies) == Verified(message_id="evt_1", sent_at=NOW, key=0)


def test_the_vector_of_the_specifications_authors_is_believed() -> None:
    headers = {
        "Webhook-Id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "Webhook-Timestamp": "1614265330",
        "Webhook-Signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    now = datetime.fromtimestamp(1614265330, UTC)

    assert verified(headers, secret, body=b'{"test": 2432232314}', now=now).message_id == "msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_what_the_reference_library_signs_is_believed() -> None:
    signature = Webhook(SECRET).sign("evt_1", NOW, BODY.decode())
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(NOW.timestamp())),
        "webhook-signature": signature,
    }

    assert verified(headers, SECRET).sent_at == NOW


def test_while_keys_change_either_is_enough() -> None:
    old, new = new_secret(), new_secret()

    assert verified(signed(new, old), old).key == 0
    assert verified(signed(new), old, new).key == 1
    assert verified(signed(old, PRIVATE), PUBLIC).key == 0


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_post_without_one_of_the_headers_is_not_believed(name: str) -> None:
    left = {key: value for key, value in signed(SECRET).items() if key != name}

    assert fault(left, SECRET) is Fault.MISSING_HEADER
    assert fault({**left, name: "  "}, SECRET) is Fault.MISSING_HEADER


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "evt_2"},
        {"webhook-timestamp": str(int(NOW.timestamp()) + 1)},
        {"webhook-signature": "v1," + base64.b64encode(bytes(32)).decode()},
    ],
    ids=["id", "timestamp", "signature"],
)
def test_a_changed_header_is_not_believed(changed: dict[str, str]) -> None:
    assert fault({**signed(SECRET), **changed}, SECRET) is Fault.MISMATCH


@pytest.mark.parametrize("signs", [SECRET, PRIVATE], ids=["v1", "v1a"])
def test_a_changed_body_and_another_key_are_not_believed(signs: str) -> None:
    verifies = PUBLIC if signs == PRIVATE else SECRET
    stranger = read_key(new_private_key()).public if signs == PRIVATE else new_secret()

    assert fault(signed(signs), verifies, body=BODY + b"\n") is Fault.MISMATCH
    assert fault(signed(signs), stranger) is Fault.MISMATCH


@pytest.mark.parametrize("stamp", ["-1", "1.5", "12:00", "９", "9" * 40, "0x10", "1e9"])
def test_a_timestamp_that_is_no_number_of_seconds_is_not_believed(stamp: str) -> None:
    assert fault({**signed(SECRET), "webhook-timestamp": stamp}, SECRET) is Fault.BAD_TIMESTAMP


@pytest.mark.parametrize("given", ["nothing", "v2,AAAA", "v1;AAAA", "v1,not base64", "v1a", "v1,", ",", "v1,ї"])
def test_a_header_without_a_signature_says_so(given: str) -> None:
    assert fault({**signed(SECRET), "webhook-signature": given}, SECRET) is Fault.BAD_SIGNATURE


def test_a_signature_counts_only_as_the_version_it_says() -> None:
    relabelled = {**signed(SECRET), "webhook-signature": signed(SECRET)["webhook-signature"].replace("v1,", "v1a,")}

    assert fault(relabelled, SECRET) is Fault.OTHER_KIND
    assert fault(relabelled, SECRET, PUBLIC) is Fault.MISMATCH


@pytest.mark.parametrize("message_id", ["\udcff", "Оля"], ids=["a byte that is no UTF-8", "no ASCII"])
def test_an_id_of_any_bytes_is_refused_not_a_failure(message_id: str) -> None:
    assert fault({**signed(SECRET), "webhook-id": message_id}, SECRET) is Fault.MISMATCH


def test_the_other_kind_of_key_is_named() -> None:
    with pytest.raises(NotVerified, match=r"signed with a shared secret \(v1\), .* is a key pair \(v1a\)") as refused:
        verified(signed(SECRET), PUBLIC)

    assert refused.value.fault is Fault.OTHER_KIND
    assert fault(signed(PRIVATE), SECRET) is Fault.OTHER_KIND


@pytest.mark.parametrize(("late_s", "expected"), [(301, Fault.TOO_OLD), (-301, Fault.TOO_NEW)])
def test_a_genuine_post_of_another_time_is_not_believed(late_s: int, expected: Fault) -> None:
    assert fault(signed(SECRET), SECRET, now=NOW + timedelta(seconds=late_s)) is expected
    assert verified(signed(SECRET), SECRET, now=NOW + timedelta(seconds=late_s * 299 // 301)).message_id == "evt_1"


def test_a_forged_post_of_another_time_is_called_forged() -> None:
    assert fault(signed(new_secret()), SECRET, now=NOW + timedelta(days=9)) is Fault.MISMATCH


def test_many_signatures_cost_bounded_work() -> None:
    junk = "v1," + base64.b64encode(bytes(32)).decode()
    genuine = signed(SECRET)["webhook-signature"]

    assert fault({**signed(SECRET), "webhook-signature": " ".join([junk] * 40 + [genuine])}, SECRET) is Fault.MISMATCH
    assert verified({**signed(SECRET), "webhook-signature": " ".join([junk] * 9 + [genuine])}, SECRET).key == 0


@pytest.mark.parametrize("text", ["", "whsec_", "whpk_AAAA", "whpk_!", PRIVATE, "whsk_AAAA", "secret"])
def test_what_is_no_key_to_verify_with_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises((NotAKey, NotASecret)) as refused:
        read_verifying_key(text)

    assert not text.partition("_")[2] or text.partition("_")[2] not in str(refused.value)


@given(
    message_id=st.text(st.characters(codec="ascii", exclude_categories=("Cc", "Zs")), min_size=1, max_size=80),
    body=st.binary(max_size=300),
    at=st.integers(31_536_000, 7_258_118_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    flipped=st.integers(0, 10_000),
)
def test_whatever_is_signed_is_believed_and_any_flipped_bit_is_not(
    message_id: str, body: bytes, at: datetime, flipped: int
) -> None:
    headers = signed(SECRET, body=body, at=at, message_id=message_id)

    assert verified(headers, SECRET, body=body, now=at).message_id == message_id
    if body:
        place = flipped % (8 * len(body))
        changed = bytearray(body)
        changed[place // 8] ^= 1 << place % 8
        assert fault(headers, SECRET, body=bytes(changed), now=at) is Fault.MISMATCH


WILD = st.text(st.characters())  # lone surrogates, too: so aiohttp shows bytes that aren't UTF-8


@given(headers=st.dictionaries(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), WILD))
def test_whatever_stands_in_the_headers_is_refused_not_a_failure(headers: dict[str, str]) -> None:
    assert fault(headers, SECRET) in Fault
