"""Why a post isn't believed: what usually goes wrong at receivers, tried one after the other."""

import base64
import contextlib
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from channelhub.sdk.webhook_proof import (
    ID,
    SIGNATURE,
    TIMESTAMP,
    Fault,
    NotVerified,
    VerifyingKey,
    content_of,
    read_verifying_key,
    verify,
)
from channelhub.sdk.webhooks import PREFIX, NotASecret, read_secret

_ANY_TIME: Final = float("inf")
_OURS: Final = frozenset({ID, TIMESTAMP, SIGNATURE})
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def likely_causes(
    refused: NotVerified, headers: Mapping[str, str], body: bytes, *, secrets: Sequence[str], now: datetime
) -> list[str]:
    """Sentences on what went wrong, the surest only where one is sure. Empty where the refusal says it all."""
    if refused.fault is Fault.MISSING_HEADER:
        return _similar_headers(headers)
    if refused.fault in (Fault.MISMATCH, Fault.BAD_SIGNATURE):
        sure = _changed_body(headers, body, secrets, now) or _misused_secret(headers, body, secrets)
        if sure:
            return [sure]
    if refused.fault is Fault.MISMATCH:
        return _unsure(body)
    return []


def _changed_body(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> str:
    keys = [read_verifying_key(one) for one in secrets]
    for change, other in _other_forms(body):
        if other != body and _fits(headers, other, keys, now):
            return f"the body isn't as it was sent; the signature fits it {change}: verify the bytes before any parser"
    return ""


def _fits(headers: Mapping[str, str], body: bytes, keys: Sequence[VerifyingKey], now: datetime) -> bool:
    try:
        verify(headers, body, keys=keys, now=now, tolerance_s=_ANY_TIME)
    except NotVerified:
        return False
    return True


def _other_forms(body: bytes) -> Iterator[tuple[str, bytes]]:
    """What the body may have been before something changed it."""
    yield "without its last line break", body.removesuffix(b"\n").removesuffix(b"\r")
    yield "with a line break at its end", body + b"\n"
    yield "without white space around it", body.strip()
    yield "with line breaks as LF", body.replace(b"\r\n", b"\n")
    yield "with line breaks as CRLF", body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    yield "without its byte order mark", body.removeprefix(_BYTE_ORDER_MARK)
    yield "when it is empty", b""
    with contextlib.suppress(UnicodeError):
        yield "read as UTF-8 once, not twice", body.decode().encode("latin-1")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    yield from _as_json(value)
    if isinstance(value, str):
        yield "taken out of the JSON text it was put into", value.encode(errors="replace")


def _as_json(value: Any) -> Iterator[tuple[str, bytes]]:
    """The same value as JSON is usually written."""
    for spaces, separators, indent in (
        ("without spaces", (",", ":"), None),
        ("with spaces after commas and colons", None, None),
        ("indented by two", None, 2),
        ("indented by four", None, 4),
    ):
        for letters, is_ascii in (("", False), (", letters beyond ASCII escaped", True)):
            for order, is_sorted in (("", False), (", fields in order", True)):
                text = json.dumps(
                    value, ensure_ascii=is_ascii, sort_keys=is_sorted, separators=separators, indent=indent
                )
                yield f"as JSON {spaces}{letters}{order}", text.encode(errors="replace")
                if is_ascii:
                    yield f"as JSON {spaces}{letters}{order}, slashes escaped", text.replace("/", "\\/").encode()


def _misused_secret(headers: Mapping[str, str], body: bytes, secrets: Sequence[str]) -> str:
    """Sure signs of a sender that doesn't follow the specification."""
    named = {name.lower(): value.strip() for name, value in headers.items()}
    content = content_of(named.get(ID, ""), named.get(TIMESTAMP, ""), body)
    given = named.get(SIGNATURE, "")
    for text in secrets:
        try:
            key = read_secret(text)
        except NotASecret:
            continue
        if hmac.new(key, content, hashlib.sha256).hexdigest() in given.lower():
            return f"the signature is right, but written in hexadecimal: {SIGNATURE} holds v1, and base64"
        if hmac.new(key, body, hashlib.sha256).hexdigest() in given.lower() or _base64(key, body) in given:
            return "only the body was signed: what is signed is `id.timestamp.body`"
        if any(_base64(raw.encode(), content) in given for raw in (text, text.removeprefix(PREFIX))):
            return "it was signed with the secret's text: the key is what its base64 stands for, without the prefix"
    return ""


def _base64(key: bytes, content: bytes) -> str:
    return base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()


def _similar_headers(headers: Mapping[str, str]) -> list[str]:
    similar = sorted(
        name.lower()
        for name in headers
        if name.lower() not in _OURS and any(word in name.lower() for word in ("sign", "hmac", "webhook", "svix"))
    )
    if similar:
        return [f"there is {', '.join(similar[:5])}: another way of signing, or headers renamed on the way"]
    return ["no header speaks of a signature: was it sent by something else, or did a proxy drop the headers?"]


def _unsure(body: bytes) -> list[str]:
    causes = ["the secret may be that of another endpoint, or an old one: compare it with the hub's"]
    if not body:
        return ["the body is empty: something read it before", *causes]
    return [*causes, "the body may have been changed on the way: it is none of the usual forms of the same JSON"]
