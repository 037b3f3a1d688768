"""The webhook: Slack posts one event at a time, wants its answer within three seconds, and repeats for six minutes."""

from collections.abc import Callable

import msgspec
from aiohttp import web

from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.hooks import BodyReader, Refused, answers_refusals, require_method, store
from channelhub.sdk.json_parts import UNREADABLE
from channelhub.sdk.proof import is_fresh, is_signed
from connectors.slack.delivery import to_raw

SIGNATURE_HEADER = "X-Slack-Signature"
TIME_HEADER = "X-Slack-Request-Timestamp"
MAX_BODY_BYTES = 4 * 1024 * 1024
MAX_CHALLENGE_CHARS = 1000


class _Challenge(msgspec.Struct, frozen=True):
    type: str
    challenge: str = ""


class Webhook:
    """Serves /hooks/{account}. Answers 503 until `deliver` is set, so nothing is taken that can't be stored.

    `missed` is called for each event that could not be stored: Slack repeats it three times only; `stored` with each
    that was.
    """

    def __init__(
        self, context: Context, *, secret: Secret, missed: Callable[[], None], stored: Callable[[bytes], None]
    ) -> None:
        self._context = context
        self._secret = secret
        self._missed = missed
        self._stored = stored
        self._bodies = BodyReader(MAX_BODY_BYTES)
        self.deliver: Deliver | None = None

    @answers_refusals
    async def handle(self, request: web.Request) -> web.StreamResponse:
        """200 after the commit; 401 without a right and fresh signature, 405 and 413 for what no Slack sends, 503 when
        busy. What is signed and can't be read is stored all the same, and parked."""
        require_method(request, "POST")
        body = await self._bodies.read(request)
        self._verify(request, body)
        if challenge := _challenge_of(body):
            return web.Response(text=challenge, headers={"X-Content-Type-Options": "nosniff"})
        raw = to_raw(
            body,
            account=self._context.account,
            content_type=request.content_type,
            peer=self._context.peer_address(request),
        )
        try:
            await store(self.deliver, [raw])
        except Refused:
            self._missed()
            raise
        self._stored(body)
        return web.Response()

    def _verify(self, request: web.Request, body: bytes) -> None:
        """Raises Refused (401)."""
        stamp = request.headers.get(TIME_HEADER, "")
        given = request.headers.get(SIGNATURE_HEADER, "")
        signed = b"v0:" + stamp.encode("utf-8", "surrogateescape") + b":" + body
        if not is_signed(given, signed, secret=self._secret, prefix="v0="):
            raise Refused(401, f"{SIGNATURE_HEADER} does not match {TIME_HEADER} and the body.")
        if not is_fresh(stamp, self._context.now().timestamp()):
            raise Refused(401, f"{TIME_HEADER} is too old or ahead of the clock.")


def _challenge_of(body: bytes) -> str:
    """What Slack wants to read to know that the address is ours; empty for everything else."""
    try:
        asked = msgspec.json.decode(body, type=_Challenge)
    except UNREADABLE:
        return ""
    return asked.challenge[:MAX_CHALLENGE_CHARS] if asked.type == "url_verification" else ""
