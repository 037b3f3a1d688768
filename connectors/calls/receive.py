"""The webhook: a telephone system posts each moment of a call once, and waits for the answer while the phone rings."""

import hashlib
from collections import OrderedDict
from dataclasses import replace
from datetime import datetime
from typing import Final

import msgspec
from aiohttp import web

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.hooks import BodyReader, Refused, answers_refusals, require_method, store
from connectors.calls.call import Moment, Told
from connectors.calls.config import CallsConfig
from connectors.calls.document import Document
from connectors.calls.parse import PARTY, PATH, PROVIDER, ZONE, read, read_document
from connectors.calls.proof import Post, Proved, may_prove, prove
from connectors.calls.providers import binotel, generic, mango, zadarma

MAX_BODY_BYTES: Final = 256 * 1024
MAX_ID_CHARS: Final = 200
REMEMBERED: Final = 10_000  # calls whose other side is known, for what later posts leave out
_ECHO_CHARS: Final = 200


class Webhook:
    """Serves /hooks/{account} and what is below. Answers 503 until `deliver` is set, so nothing is taken that can't be
    stored."""

    def __init__(self, config: CallsConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._bodies = BodyReader(MAX_BODY_BYTES)
        self._parties: OrderedDict[str, str] = OrderedDict()
        self.deliver: Deliver | None = None

    @answers_refusals
    async def handle(self, request: web.Request) -> web.StreamResponse:
        """200 after the commit, with the caller's card where the system can open it; 401 without proof, 405 and 413
        for what no telephone system sends, 503 when busy. What nobody documents is stored all the same."""
        if self._config.provider == "zadarma" and request.method == "GET" and zadarma.ECHO in request.query:
            echo = request.query[zadarma.ECHO][:_ECHO_CHARS]
            return web.Response(text=echo, content_type="text/plain", headers={"X-Content-Type-Options": "nosniff"})
        require_method(request, "POST")
        post = self._post(request)
        may = may_prove(post, self._config)
        proved = prove(replace(post, body=await self._bodies.read(request)), self._config) if may else None
        if proved is None:
            raise Refused(401, "The proof is missing or wrong.")
        raw, document, told = self._delivery(proved, self._context.peer_address(request))
        await store(self.deliver, [raw])
        return web.Response(body=msgspec.json.encode(self._answer(document, told)), content_type="application/json")

    def _post(self, request: web.Request) -> Post:
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        return Post(
            path=request.path.partition(f"/{self._context.account}/")[2].strip("/"),
            content_type=request.headers.get("Content-Type", "")[:200],
            signature=request.headers.get(zadarma.HEADER, ""),
            token=bearer.strip() if scheme.lower() == "bearer" else request.query.get("token", ""),
            peer=self._context.peer_address(request),
        )

    def _delivery(self, proved: Proved, peer: str) -> tuple[RawMessage, Document, Told | None]:
        """What is stored of a post, what it holds, and the moment of a call that it tells, if it does."""
        facts = {PROVIDER: str(self._config.provider)} | ({PATH: proved.path} if proved.path else {})
        if self._config.provider == "zadarma":
            facts[ZONE] = self._config.time_zone
        try:
            document = read_document(proved.body, proved.content_type)
        except Unparseable:
            document = {}
        if party := self._party(document):
            facts[PARTY] = party
        try:
            found = read(document, facts)
        except Unparseable:
            found = None
        name = self._name(document, proved.path)
        is_name = 0 < len(name) <= MAX_ID_CHARS and name.isprintable()
        raw = RawMessage(
            account=self._context.account,
            delivery_id=name if is_name else hashlib.sha256(proved.path.encode() + b"\n" + proved.body).hexdigest(),
            body=proved.body,
            content_type=proved.content_type,
            envelope=Envelope(peer=peer, extra=facts),
            channel_time=_at(found),
        )
        return raw, document, found if isinstance(found, Told) else None

    def _party(self, document: Document) -> str:
        """The other side of the call, told now or by an earlier post."""
        match self._config.provider:
            case "mango":
                call_id, party = mango.entry(document), mango.other(document)
            case "zadarma":
                call_id, party = zadarma.call_and_party(document)
            case _:
                return ""
        if not call_id:
            return ""
        if party:
            self._parties[call_id] = party
            self._parties.move_to_end(call_id)
            if len(self._parties) > REMEMBERED:
                self._parties.popitem(last=False)
        return self._parties.get(call_id, "")

    def _name(self, document: Document, path: str) -> str:
        match self._config.provider:
            case "mango":
                return mango.name(document, path)
            case "zadarma":
                return zadarma.name(document)
            case "binotel":
                return binotel.name(document)
            case _:
                return generic.name(document)

    def _answer(self, document: Document, told: Told | None) -> dict[str, object]:
        """The card is found by the number when it is opened: there is nothing to look up while the phone rings."""
        card = ""
        if self._config.answers_card and told is not None and told.moment is Moment.STARTED and told.party:
            card = self._context.card_url(f"phone:{told.party}", self._config.card_minutes)
        if self._config.provider == "binotel":
            return binotel.answer(document, card)
        return {"card": card} if card and self._config.provider == "generic" else {}


def _at(found: Told | str | None) -> datetime | None:
    return found.at if isinstance(found, Told) else None
