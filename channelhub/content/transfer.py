"""Content-Transfer-Encoding (RFC 2045 §6) undone; damaged input yields what can be had. Nothing here raises."""

import binascii
import re
from typing import Final

_BASE64_ONLY = bytes(range(256)).translate(None, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
_WHITE: Final = b" \t\r\n"
_NAME_END = re.compile(r"[\s;\"'(]")
_BASE64_BLOCK = re.compile(rb"\s*[A-Za-z0-9+/=]{16,}[ \t]*\r?\n(?:[ \t]*[A-Za-z0-9+/=]+[ \t]*\r?\n)*")
_RUNS = re.compile(rb"[A-Za-z0-9+/]+")
_UU_BEGIN = re.compile(rb"begin[ \t]+[0-7]{3,4}[ \t]+[^\r\n]*\r?\n")


def decode(body: bytes, encoding: str) -> bytes:
    """The decoded bytes; an unknown encoding leaves them as they are."""
    name = _NAME_END.split(encoding.strip(" \t\"'"), maxsplit=1)[0].lower()
    if name == "base64":
        return _base64(body)
    if name == "quoted-printable":
        return binascii.a2b_qp(body)
    if name in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _uuencode(body)
    return body


def _base64(body: bytes) -> bytes:
    block = _BASE64_BLOCK.match(body) if b" " in body.strip(_WHITE) else None
    if block is not None and b" " in body[block.end() :].strip(_WHITE):
        # A list or a virus scanner put its words below the encoded text without encoding them.
        return b"\r\n".join((_base64(block.group()), body[block.end() :].strip(_WHITE)))
    if body.count(b" ") > len(body) // 20:
        return body  # plain text under a wrong label
    packed = body.translate(None, _WHITE)
    letters = packed.translate(None, _BASE64_ONLY)
    if len(packed) - len(letters) > len(packed) // 8:
        return body
    unpadded = letters.rstrip(b"=")
    if b"=" not in unpadded:
        return _base64_run(unpadded)
    # Several encoded pieces one after the other, each with its own padding.
    return b"".join(_base64_run(run) for run in _RUNS.findall(letters))


def _base64_run(run: bytes) -> bytes:
    if len(run) % 4 == 1:
        run = run[:-1]
    return binascii.a2b_base64(run + b"=" * (-len(run) % 4))


def _uuencode(body: bytes) -> bytes:
    begin = _UU_BEGIN.search(body)
    if begin is None:
        return body
    out: list[bytes] = []
    for line in body[begin.end() :].splitlines():
        if line.strip() == b"end":
            break
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:  # a line padded or cut on the way: its length byte says how much counts
            used = ((line[0] - 32) & 63) * 4 // 3 + 3
            try:
                out.append(binascii.a2b_uu(line[:used]))
            except binascii.Error:
                continue
    return b"".join(out)
