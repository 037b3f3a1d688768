"""Deliveries are signed as the libraries of Standard Webhooks check it, with every key that is valid now."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook

from channelhub.sdk.webhook_keys import (
    KeyPair,
    NotAKey,
    SharedSecret,
    new_private_key,
    new_secret,
    read_key,
    signed_by_all,
)
from channelhub.sdk.webhooks import NotASecret

BODY = '{"type":"outage.suspected","data":{"ж":1}}'.encode()


def test_signs_as_the_specifications_own_example() -> None:
    headers = signed_by_all(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        keys=[SharedSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")],
        at=datetime.fromtimestamp(1614265330, UTC),
    )

    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_an_ed25519_key_gives_the_public_key_and_signature_of_rfc_8032() -> None:
    """Test 1 of RFC 8032 §7.1: the empty message."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    key = KeyPair("whsk_" + base64.b64encode(seed).decode())
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    signature = (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
        "655141438e7a100b"
    )

    assert key.public == "whpk_" + base64.b64encode(bytes.fromhex(public)).decode()
    assert key.signature(b"") == "v1a," + base64.b64encode(bytes.fromhex(signature)).decode()


def test_during_a_rotation_the_old_and_the_new_secret_both_verify() -> None:
    old, new = new_secret(), new_secret()
    headers = dict(signed_by_all("evt_1", BODY, keys=[read_key(new), read_key(old)], at=datetime.now(UTC)))

    for secret in (old, new):
        assert Webhook(secret).verify(BODY, headers)["type"] == "outage.suspected"


def test_a_key_pair_signs_what_its_public_key_verifies() -> None:
    key = read_key(new_private_key())
    headers = signed_by_all("evt_1", BODY, keys=[key], at=datetime.fromtimestamp(1700000000, UTC))
    signature = base64.b64decode(headers["webhook-signature"].removeprefix("v1a,"))
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.public.removeprefix("whpk_")))

    public.verify(signature, b"evt_1.1700000000." + BODY)


def test_a_private_key_may_carry_its_public_half() -> None:
    seed = bytes(range(32))
    both = seed + bytes(32)

    assert (
        read_key("whsk_" + base64.b64encode(both).decode()).public
        == read_key("whsk_" + base64.b64encode(seed).decode()).public
    )


@pytest.mark.parametrize("text", ["", "whsk_", "whsk_%%%", "whsk_" + "A" * 40, "whpk_" + "A" * 43 + "=", "whsec_ж"])
def test_refuses_what_is_no_key_without_showing_it(text: str) -> None:
    with pytest.raises((NotAKey, NotASecret)) as caught:
        read_key(text)

    assert text[5:] not in str(caught.value) or len(text) <= 5
