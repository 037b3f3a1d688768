"""Meta's webhook: the question whether the address is ours (GET), and signed posts that come again until we say 200."""

from collections.abc import Callable, Sequence
from typing import Final

from aiohttp import web

from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.hooks import BodyReader, Refused, answers_refusals, require_method, store
from channelhub.sdk.proof import is_secret, is_signed

SIGNATURE_HEADER: Final = "X-Hub-Signature-256"
MAX_BODY_BYTES: Final = 4 * 1024 * 1024  # Meta posts 3 MB at most
_MAX_CHALLENGE_CHARS: Final = 200


class Hook:
    """Serves /hooks/{account}. Answers 503 until `deliver` is set, so nothing is taken that can't be stored.

    `made_of(body, peer)` says what is stored of a post whose signature is right.
    """

    def __init__(
        self,
        context: Context,
        *,
        app_secret: Secret,
        verify_token: Secret,
        made_of: Callable[[bytes, str], Sequence[RawMessage]],
    ) -> None:
        self._context = context
        self._app_secret = app_secret
        self._verify_token = verify_token
        self._made_of = made_of
        self._bodies = BodyReader(MAX_BODY_BYTES)
        self.deliver: Deliver | None = None

    @answers_refusals
    async def handle(self, request: web.Request) -> web.StreamResponse:
        """200 after the commit; 401 without a signature that fits the bytes, 413 for what Meta never sends, 503 when
        busy. What can't be read but is signed is stored all the same: refused, it would come again for days."""
        require_method(request, "GET", "POST")
        if request.method == "GET":
            return self._introduce(request)
        body = await self._bodies.read(request)
        given = request.headers.get(SIGNATURE_HEADER, "")
        if not is_signed(given, body, secret=self._app_secret, prefix="sha256="):
            raise Refused(401, f"{SIGNATURE_HEADER} is missing or doesn't fit the body.")
        receipts = await store(self.deliver, self._made_of(body, self._context.peer_address(request)))
        for receipt in receipts:
            self._context.log.info("meta.stored", inbox_id=receipt.inbox_id, duplicate=receipt.is_duplicate)
        return web.Response()

    def _introduce(self, request: web.Request) -> web.Response:
        """The challenge as it came, to whoever knows the verify token."""
        query = request.query
        is_known = is_secret(query.get("hub.verify_token", ""), self._verify_token)
        if not is_known or query.get("hub.mode") != "subscribe":
            raise Refused(403, "The verify token is not the one of this account.")
        challenge = query.get("hub.challenge", "")[:_MAX_CHALLENGE_CHARS]
        return web.Response(text=challenge, headers={"X-Content-Type-Options": "nosniff"})
