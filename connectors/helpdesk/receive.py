"""The webhook of a help desk: proved, stored, then answered."""

from collections.abc import Callable

from aiohttp import web

from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.hooks import BodyReader, Refused, answers_refusals, require_method, store

MAX_BODY_BYTES = 4 * 1024 * 1024  # a long thread, quoted whole


class Webhook:
    """Serves /hooks/{account}. Answers 503 until `deliver` is set, so nothing is taken that can't be stored.

    `is_proved` looks at a request and its body; `to_raw` makes what is stored, None for what tells nobody anything.
    """

    def __init__(
        self,
        context: Context,
        *,
        is_proved: Callable[[web.Request, bytes], bool],
        to_raw: Callable[[bytes, str], RawMessage | None],
    ) -> None:
        self._context = context
        self._is_proved = is_proved
        self._to_raw = to_raw
        self._bodies = BodyReader(MAX_BODY_BYTES)
        self.deliver: Deliver | None = None

    @answers_refusals
    async def handle(self, request: web.Request) -> web.StreamResponse:
        """200 after the commit; 401 without proof, 405 and 413 for what no help desk sends, 503 when busy.

        What is proved and can't be read is stored all the same, and parked.
        """
        require_method(request, "POST", "HEAD")
        if request.method == "HEAD":  # with which some try the address before they keep it
            return web.Response()
        body = await self._bodies.read(request)
        if not self._is_proved(request, body):
            raise Refused(401, "The proof does not match the body.")
        raw = self._to_raw(body, self._context.peer_address(request))
        if raw is not None:
            await store(self.deliver, [raw])
        return web.Response()
