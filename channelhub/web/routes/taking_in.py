"""One posted thing that isn't a message: its body becomes a delivery, answered when it is on disk."""

from collections.abc import Callable

from aiohttp import web

from channelhub.domain.raw import RawMessage
from channelhub.web.answers import first_message_id, json_answer
from channelhub.web.bodies import read_body, require_json
from channelhub.web.parts import PARTS
from channelhub.web.routes.messages import Accepted


async def take_in(
    request: web.Request, raw_from: Callable[[bytes, web.Request], RawMessage], *, max_bytes: int
) -> web.Response:
    """Store what `raw_from` makes of the body. Raises Problem."""
    require_json(request)
    raw = raw_from(await read_body(request, max_bytes=max_bytes), request)
    (receipt,) = await request.app[PARTS].deliver_for(raw.account)([raw])
    accepted = Accepted(id=first_message_id(receipt.inbox_id), duplicate=receipt.is_duplicate)
    return json_answer(accepted, status=202)
