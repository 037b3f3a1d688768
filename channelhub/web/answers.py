"""How values leave as JSON."""

import msgspec
from aiohttp import web

_encoder = msgspec.json.Encoder(order=None)
ID_STEP = 1024  # messages of one delivery: inbox id × 1024 + place


def json_answer(value: object, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """A JSON answer of a struct or dataclass."""
    return web.Response(body=_encoder.encode(value), status=status, content_type="application/json", headers=headers)


def first_message_id(inbox_id: int) -> str:
    """The id of a delivery's first message: how a delivery is named outside."""
    return str(inbox_id * ID_STEP)
