"""JSON Web Tokens by which we prove ourselves to a store (RFC 7515, RFC 7518 §3.3 and §3.4)."""

import base64
from collections.abc import Mapping
from typing import Any, Final

import msgspec

try:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
except ImportError:  # then the configuration refuses the account
    HAS_KEYS = False
else:
    HAS_KEYS = True

_P256_BYTES: Final = 32


def es256(claims: Mapping[str, Any], *, key: str, key_id: str) -> str:
    """A token signed with a P-256 key in PEM. Raises ValueError for other keys."""
    private = _read(key)
    if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
        raise ValueError("no P-256 key")
    signed = _signed("ES256", key_id, claims)
    r, s = decode_dss_signature(private.sign(signed, ec.ECDSA(SHA256())))
    return _token(signed, r.to_bytes(_P256_BYTES, "big") + s.to_bytes(_P256_BYTES, "big"))


def rs256(claims: Mapping[str, Any], *, key: str, key_id: str) -> str:
    """A token signed with an RSA key in PEM. Raises ValueError for other keys."""
    private = _read(key)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise ValueError("no RSA key")
    signed = _signed("RS256", key_id, claims)
    return _token(signed, private.sign(signed, padding.PKCS1v15(), SHA256()))


def _signed(algorithm: str, key_id: str, claims: Mapping[str, Any]) -> bytes:
    header = {"alg": algorithm, "kid": key_id, "typ": "JWT"}
    return b".".join(_encoded(msgspec.json.encode(part)) for part in (header, claims))


def _token(signed: bytes, signature: bytes) -> str:
    return b".".join((signed, _encoded(signature))).decode("ascii")


def _read(key: str) -> object:
    try:
        return load_pem_private_key(key.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("no private key in PEM") from None  # its words could hold some of it


def _encoded(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")
