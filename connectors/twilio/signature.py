"""Twilio's signature: an HMAC-SHA1 over the address that it called and the fields that it posted
(twilio.com/docs/usage/security#validating-requests)."""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import parse_qs, parse_qsl, urlsplit

from channelhub.domain.secrets import Secret
from channelhub.sdk.proof import is_signed

HEADER: Final = "X-Twilio-Signature"
MOST_FIELDS: Final = 1000
_PORTS: Final = {"https": 443, "http": 80}

Fields = Sequence[tuple[str, str]]


def read_fields(body: bytes) -> Fields | None:
    """The fields of a form as they are signed, in their order; None for more than a thousand."""
    try:
        return parse_qsl(
            body.decode("utf-8", "surrogateescape"),
            keep_blank_values=True,
            errors="surrogateescape",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        return None


def is_genuine(given: str, *, url: str, fields: Fields, body: bytes, token: Secret) -> bool:
    """Whether Twilio made this signature of a call to `url` (whole, with its query).

    `fields` are those of a form, none for other bodies: of these the address names the digest (`bodySHA256`). Twilio
    isn't of one mind about ports, so the address counts with its scheme's own port and without it.
    """
    digests = parse_qs(urlsplit(url).query).get("bodySHA256", [])
    if digests and not hmac.compare_digest(digests[-1].lower().encode(), hashlib.sha256(body).hexdigest().encode()):
        return False
    if not digests and body and not fields:
        return False
    signed = "" if digests else joined(fields)
    fits = [
        is_signed(
            given, (one + signed).encode("utf-8", "surrogateescape"), secret=token, digest="sha1", encoding="base64"
        )
        for one in _addresses(url)
    ]
    return any(fits)


def joined(fields: Fields) -> str:
    """Names and values in the order of names, each different value of a name once, without anything between."""
    return "".join(name + value for name, value in sorted(set(fields)))


def _addresses(url: str) -> Iterator[str]:
    """The address as it is, and with or without the port that its scheme has anyway."""
    yield url
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    port = _PORTS.get(scheme)
    if port is None:
        return
    if host.endswith(f":{port}"):
        yield f"{scheme}://{host.removesuffix(f':{port}')}{slash}{path}"
    elif ":" not in host.rpartition("]")[2]:
        yield f"{scheme}://{host}:{port}{slash}{path}"
