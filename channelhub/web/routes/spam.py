"""What was taken for spam and is none: a person's word."""

import msgspec
from aiohttp import web

from channelhub.pipeline.commands import spam as commands
from channelhub.web.answers import json_answer
from channelhub.web.auth import PRINCIPAL
from channelhub.web.bodies import path_id
from channelhub.web.parts import PARTS
from channelhub.web.routing import Route


class ClearedOfSpam(msgspec.Struct, frozen=True, kw_only=True):
    """The incident that the message opened or joined; none where a machine wrote it, its sender is blocked, or it is
    history."""

    id: str
    incident_id: str | None
    incident_number: int | None


async def clear(request: web.Request) -> web.Response:
    cleared = await commands.clear(request.app[PARTS].acting, request[PRINCIPAL].actor, path_id(request))
    opened = cleared.incident
    answer = ClearedOfSpam(
        id=str(cleared.message_id),
        incident_id=str(opened.id) if opened else None,
        incident_number=opened.number if opened else None,
    )
    return json_answer(answer)


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/messages/{id}/not-spam",
        handler=clear,
        summary="Say that a message that was taken for spam is none",
        description="What would have followed from it follows now: it opens or joins an incident as of when it came, "
        "its sender is acknowledged if that was within a day, and it counts for outages. It is marked `not-spam`, "
        "which a replay leaves. Saying it again changes nothing.",
        answer=ClearedOfSpam,
        problems=(404, 409, 503),
    ),
)
