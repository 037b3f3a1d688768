"""How values leave as JSON."""

import msgspec
from aiohttp import web

from channelhub.domain.message_ids import message_id

_encoder = msgspec.json.Encoder(order=None)


def json_answer(value: object, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """A JSON answer of a struct or dataclass."""
    return web.Response(body=encoded(value), status=status, content_type="application/json", headers=headers)


def encoded(value: object) -> bytes:
    """A struct or dataclass as JSON."""
    return _encoder.encode(value)


def first_message_id(inbox_id: int) -> str:
    """The id of a delivery's first message: how a delivery is named outside."""
    return str(message_id(inbox_id))
