"""Signatures with public keys, by the package `cryptography` (the extra signatures): Amazon SNS's and SendGrid's."""

import base64
import binascii

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.serialization import load_der_public_key
    from cryptography.x509 import load_pem_x509_certificate
except ImportError:  # then the configuration refuses what needs it
    HAS_KEYS = False
else:
    HAS_KEYS = True


def is_by_certificate(certificate: bytes, signature: str, signed: bytes, *, is_older: bool) -> bool:
    """Whether the key of a PEM certificate made an RSA signature (PKCS #1 v1.5), given in Base64. `is_older`: by SHA-1,
    as SNS does unless told otherwise."""
    try:
        key = load_pem_x509_certificate(certificate).public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            return False
        digest = hashes.SHA1() if is_older else hashes.SHA256()  # noqa: S303 - what SNS signs with
        key.verify(base64.b64decode(signature, validate=True), signed, padding.PKCS1v15(), digest)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def is_by_key(public_key: str, signature: str, signed: bytes) -> bool:
    """Whether a key, Base64 of its SubjectPublicKeyInfo, made an ECDSA signature by SHA-256, given in Base64."""
    try:
        key = load_der_public_key(base64.b64decode(public_key, validate=True))
        if not isinstance(key, ec.EllipticCurvePublicKey):
            return False
        key.verify(base64.b64decode(signature, validate=True), signed, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True
