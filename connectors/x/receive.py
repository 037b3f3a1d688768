"""The webhook: X asks whether the address is ours (GET), and posts signed events."""

import base64
import hmac
import re
from typing import Final

from aiohttp import web

from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.hooks import BodyReader, Refused, answers_refusals, require_method, store
from channelhub.sdk.proof import is_signed
from connectors.x.config import XConfig
from connectors.x.delivery import to_raw

SIGNATURE_HEADER: Final = "x-twitter-webhooks-signature"
MAX_BODY_BYTES: Final = 1024 * 1024
#: What X's challenges are made of. Whoever asks is answered with the signature of the challenge, by the key that signs
#: posts, too: so no challenge may be a body that is taken, and no such body is taken for a post.
_CHALLENGE: Final = re.compile(rb"[A-Za-z0-9+/=_-]{1,200}")


class Webhook:
    """Serves /hooks/{account}. Answers 503 until `deliver` is set, so nothing is taken that can't be stored."""

    def __init__(self, config: XConfig, context: Context) -> None:
        self._secret = config.consumer_secret
        self._context = context
        self._bodies = BodyReader(MAX_BODY_BYTES)
        self.deliver: Deliver | None = None

    @answers_refusals
    async def handle(self, request: web.Request) -> web.StreamResponse:
        """200 after the commit; 401 without a signature that fits the bytes, 405 and 413 for what no X sends, 503 when
        busy. What is signed and no event is stored all the same, and parked."""
        require_method(request, "GET", "POST")
        if request.method == "GET":
            return self._introduce(request)
        body = await self._bodies.read(request)
        given = request.headers.get(SIGNATURE_HEADER, "")
        is_genuine = is_signed(given, body, secret=self._secret, encoding="base64", prefix="sha256=")
        if not is_genuine or not body or _CHALLENGE.fullmatch(body):
            raise Refused(401, f"{SIGNATURE_HEADER} is missing or doesn't fit the body.")
        raw = to_raw(body, account=self._context.account, peer=self._context.peer_address(request))
        await store(self.deliver, [raw])
        return web.Response()

    def _introduce(self, request: web.Request) -> web.Response:
        """X's challenge, answered with its signature."""
        challenge = request.query.get("crc_token", "").encode("utf-8", "surrogatepass")
        if not _CHALLENGE.fullmatch(challenge):
            raise Refused(400, "crc_token is missing or no challenge of X.")
        mac = base64.b64encode(hmac.digest(self._secret.reveal().encode(), challenge, "sha256")).decode()
        return web.json_response({"response_token": f"sha256={mac}"}, headers={"X-Content-Type-Options": "nosniff"})
