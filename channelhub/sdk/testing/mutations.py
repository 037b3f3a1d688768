"""Damaged variants of a delivery, the same ones at every run."""

import json
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

from channelhub.domain.raw import RawMessage

PER_VECTOR = 120
DEPTH = 100_000  # deeper than any parser's stack
_VALUES: tuple[Any, ...] = (None, True, 0, -1, 2**64, 1e308, "", "x", "\x00", "9" * 400, [], [[]], {}, {"x": {}})


def damaged(raw: RawMessage, *, seed: int) -> Iterator[RawMessage]:
    """Truncated, flipped, spliced and retyped variants of one raw; at most 2 × PER_VECTOR + a few."""
    for body in (b"", b"\x00", b"[" * DEPTH, b'{"a":' * DEPTH, b"\xff" * 64, raw.body * 2, raw.body[::-1]):
        yield replace(raw, body=body)
    yield replace(raw, content_type="", headers=())
    yield replace(raw, content_type="text/html; charset=nonsense; boundary=", headers=(("", ""), ("x", "\udcff")))
    random = Random(seed)  # noqa: S311 - repeatable damage, no secret
    for _ in range(PER_VECTOR):
        yield replace(raw, body=_damage_bytes(raw.body, random))
    for body in _damage_json(raw.body, random):
        yield replace(raw, body=body)


def _damage_bytes(body: bytes, random: Random) -> bytes:
    if not body:
        return random.randbytes(16)
    start, length = random.randrange(len(body)), random.randint(1, 24)
    match random.randrange(5):
        case 0:
            return body[:start]
        case 1:
            return body[:start] + bytes([body[start] ^ (1 << random.randrange(8))]) + body[start + 1 :]
        case 2:
            return body[:start] + random.randbytes(length) + body[start:]
        case 3:
            return body[:start] + body[start + length :]
        case _:
            end = random.randrange(len(body))
            return body[:start] + body[end : end + length] + body[start:]


def _damage_json(body: bytes, random: Random) -> Iterator[bytes]:
    """A JSON delivery with one value removed or of another type: what a vendor's next version looks like."""
    try:
        document = json.loads(body)
    except ValueError:
        return
    places = list(_places(document, ()))
    for _ in range(PER_VECTOR):
        path = random.choice(places)
        yield json.dumps(_changed(document, path, random)).encode()


def _places(node: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    yield path
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _places(value, (*path, name))
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _places(value, (*path, place))


def _changed(node: Any, path: tuple[str | int, ...], random: Random) -> Any:
    if not path:
        return random.choice(_VALUES)
    changed: Any = dict(node) if isinstance(node, dict) else list(node)
    if len(path) == 1 and random.random() < 0.3:
        del changed[path[0]]
    else:
        changed[path[0]] = _changed(node[path[0]], path[1:], random)
    return changed
