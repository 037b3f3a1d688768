"""Conditional requests (RFC 9110, 13): a thing that hasn't changed isn't sent again, one that has isn't overwritten.

The entity tag is a digest of the answer's bytes: strong, and no route has to keep one.
"""

import hashlib
import json
import re

from aiohttp import web

from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Handler

#: The version that If-Match was compared with: a change may not be made to any other.
MATCHED_VERSION = web.RequestKey("matched_version", int)
_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')


async def answer_if_new(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The handler's answer with its ETag, or 304 where the client holds that one already."""
    answer = await handler(request)
    if not isinstance(answer, web.Response) or answer.status != 200:
        return answer
    tag = _tag_of(answer)
    answer.headers["ETag"] = tag
    held = request.headers.getall("If-None-Match", [])
    if _is_named(tag, held, is_weak=True):
        return web.Response(status=304, headers={"ETag": tag})
    return answer


async def require_match(request: web.Request, read: Handler) -> None:
    """Raises Problem (412) unless If-Match names what `read` answers now; without that header nothing is asked."""
    wanted = request.headers.getall("If-Match", [])
    if not wanted:
        return
    answer = await read(request)
    assert isinstance(answer, web.Response), "a thing is answered whole"
    if not _is_named(_tag_of(answer), wanted, is_weak=False):
        raise Problem(Kind.PRECONDITION_FAILED, "It has changed since the answer that If-Match names; read it again.")
    request[MATCHED_VERSION] = int(json.loads(_body(answer))["version"])


def _tag_of(answer: web.Response) -> str:
    return f'"{hashlib.blake2b(_body(answer), digest_size=16).hexdigest()}"'


def _body(answer: web.Response) -> bytes:
    body = answer.body
    assert isinstance(body, bytes), "JSON is encoded before it is answered"
    return body


def _is_named(tag: str, fields: list[str], *, is_weak: bool) -> bool:
    """Whether a list of entity tags holds this one. `is_weak`: tags that are marked as weak count (8.8.3.2)."""
    if any(field.strip() == "*" for field in fields):
        return True
    named = {found for field in fields for found in _TAG.findall(field)}
    return tag in named or (is_weak and f"W/{tag}" in named)
