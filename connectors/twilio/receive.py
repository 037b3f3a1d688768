"""The webhook: Twilio posts a form for each message and each report, and wants a document of its own in answer."""

from aiohttp import web

from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.hooks import BodyReader, Refused, answers_refusals, require_method, store
from connectors.twilio.delivery import ABOUT, FORM, posted
from connectors.twilio.signature import HEADER, is_genuine, read_fields

MAX_BODY_BYTES = 256 * 1024  # Twilio's own are of a few kilobytes
NOTHING_TO_SAY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'  # any words would be sent to the customer


class Webhook:
    """Serves /hooks/{account}. Answers 503 until `deliver` is set, so nothing is taken that can't be stored."""

    def __init__(self, context: Context, *, token: Secret) -> None:
        self._context = context
        self._token = token
        self._bodies = BodyReader(MAX_BODY_BYTES)
        self.deliver: Deliver | None = None

    @answers_refusals
    async def handle(self, request: web.Request) -> web.StreamResponse:
        """200 after the commit; 401 without a right signature, 405 and 413 for what no Twilio sends, 503 when busy.

        What is signed and no message is stored all the same, and shown. A number may be set to call by GET: then the
        query is the form.
        """
        require_method(request, "POST", "GET")
        body = await self._bodies.read(request) if request.method == "POST" else b""
        is_form = request.content_type == FORM
        signed = read_fields(body) if is_form else ()
        url = self._context.public_url + request.raw_path
        given = request.headers.get(HEADER, "")
        if signed is None or not is_genuine(given, url=url, fields=signed, body=body, token=self._token):
            raise Refused(401, f"{HEADER} does not match the address and the fields.")
        asked = request.rel_url.raw_query_string.encode()
        raw = posted(
            body if request.method == "POST" else asked,
            signed if request.method == "POST" else read_fields(asked) or (),
            account=self._context.account,
            about=request.query.get(ABOUT, ""),
            peer=self._context.peer_address(request),
            content_type=FORM if is_form or request.method == "GET" else request.content_type[:100],
        )
        await store(self.deliver, [raw])
        return web.Response(body=NOTHING_TO_SAY, content_type="text/xml")
