"""Tokens are what stores check: RFC 7515's parts, signed by the key, raw r and s for ES256."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from connectors.reviews.signing import es256, rs256
from tests.servers.app_store import unpacked
from tests.servers.google_play import KEY, KEY_PEM

CLAIMS = {"iss": "a", "iat": 1795293000}


def pem(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize("number", range(1, 40))
def test_p256_key_signs_by_es256_with_numbers_of_32_bytes_each(number: int) -> None:
    """Of many keys some signatures begin with zeros, which DER leaves out."""
    key = ec.derive_private_key(number, ec.SECP256R1())
    signed, _, signature = es256(CLAIMS, key=pem(key), key_id="k1").rpartition(".")
    header, claims = (json.loads(unpacked(part)) for part in signed.split("."))
    raw = unpacked(signature)

    assert (header, claims) == ({"alg": "ES256", "kid": "k1", "typ": "JWT"}, CLAIMS)
    assert len(raw) == 64
    pair = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key.public_key().verify(pair, signed.encode(), ec.ECDSA(SHA256()))


def test_rsa_key_signs_by_rs256() -> None:
    signed, _, signature = rs256(CLAIMS, key=KEY_PEM, key_id="k1").rpartition(".")

    assert json.loads(unpacked(signed.split(".")[0])) == {"alg": "RS256", "kid": "k1", "typ": "JWT"}
    KEY.public_key().verify(unpacked(signature), signed.encode(), padding.PKCS1v15(), SHA256())


@pytest.mark.parametrize(
    "key",
    [
        "",
        "-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----",
        pem(ec.derive_private_key(3, ec.SECP384R1())),
        pem(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))),
    ],
    ids=["empty", "cut off", "P-384", "Ed25519"],
)
def test_other_keys_are_none(key: str) -> None:
    with pytest.raises(ValueError, match="key") as refusal:
        es256(CLAIMS, key=key, key_id="k1")
    assert "MIG" not in str(refusal.value)
    with pytest.raises(ValueError, match="key"):
        rs256(CLAIMS, key=key, key_id="k1")
