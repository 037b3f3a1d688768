"""The HTTP side of the form: pages out, posts in. What is stored is the post's bytes; what was checked rides beside."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from aiohttp import web

from channelhub.domain.message_ids import message_id
from channelhub.domain.raw import Envelope, KeptBody, RawMessage
from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.errors import NotCommitted
from channelhub.sdk.hooks import BodyReader, Refused, not_stored, problem, store
from channelhub.sdk.origins import Buckets, network_of, site_of
from connectors.webform.answer import Taken, accepted, refusal_page, see_thanks, wants_page
from connectors.webform.bodies import BEGINNING_BYTES, apart, beginning, is_large
from connectors.webform.config import WebformConfig
from connectors.webform.definition import STANDARD, FormConfig, text_in
from connectors.webform.delivery import FieldsRefused, check, delivery_id
from connectors.webform.doubting import Doubts
from connectors.webform.form import Form, FormError, read_beginning, read_form
from connectors.webform.multipart import Body
from connectors.webform.page import draw_page, draw_script, draw_snippet, security_headers
from connectors.webform.texts import TEXTS, choose_language

_Keep = Callable[[], Awaitable[KeptBody]]

_BEGINNINGS: Final = 32  # read at the same time; of more posts nothing is kept
_MOST_DRAINED: Final = 4  # times the largest post
_SCRIPT: Final = "embed.js"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Which of the account's forms a request is for; the standard one has no name."""

    name: str
    definition: FormConfig
    is_script: bool


class _FormRefused(Refused):
    """A post that was read; `form` holds what was typed, for the page that asks again."""

    def __init__(self, refused: Refused | FormError, form: Form) -> None:
        retry_after_s = refused.retry_after_s if isinstance(refused, Refused) else None
        super().__init__(refused.status, str(refused), errors=refused.errors, retry_after_s=retry_after_s)
        self.form = form
        self.faults = refused.faults if isinstance(refused, FieldsRefused) else {}


class Receiver:
    """Answers every request under `/forms/{account}` while `deliver` is set, and 503 to posts while it isn't."""

    def __init__(self, config: WebformConfig, context: Context) -> None:
        self.deliver: Deliver | None = None
        self.doubts = Doubts(config, context)
        self._config = config
        self._context = context
        self._buckets = Buckets(config.rate_per_minute)
        self._bodies = BodyReader(config.max_body_bytes)
        self._beginnings = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """GET a page, `embed.js` or `?snippet`; OPTIONS for CORS; POST a form."""
        place = self._place(request)
        if place is None:
            return problem(Refused(404, "There is no such form here."))
        if request.method in ("GET", "HEAD"):
            return self._show(request, place)
        if request.method == "OPTIONS":
            return web.Response(status=204, headers={**self._cors(request), "Allow": "GET, HEAD, OPTIONS, POST"})
        if request.method != "POST":
            allowed = {"Allow": "GET, HEAD, OPTIONS, POST"}
            return problem(Refused(405, "GET the form, or POST it.", headers=allowed))
        response = await self._post(request, place)
        response.headers.update(self._cors(request))
        return response

    def _place(self, request: web.Request) -> _Place | None:
        tail = request.path.removeprefix(f"/forms/{self._context.account}").strip("/")
        name, slash, rest = tail.partition("/")
        if not slash and name in ("", _SCRIPT):
            return _Place(name="", definition=STANDARD, is_script=name == _SCRIPT or "embed" in request.query)
        definition = self._config.forms.get(name)
        if definition is None or rest not in ("", _SCRIPT):
            return None
        return _Place(name=name, definition=definition, is_script=rest == _SCRIPT or "embed" in request.query)

    def _show(self, request: web.Request, place: _Place) -> web.Response:
        language = self._language(request)
        action = f"{self._context.public_url}/forms/{self._context.account}{'/' + place.name if place.name else ''}"
        token = self.doubts.draw_time()
        if place.is_script:
            text = draw_script(self._config, language, action=action, time_token=token, definition=place.definition)
            headers = {"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "cross-origin"}
            headers["X-Content-Type-Options"] = "nosniff"
            return web.Response(text=text, content_type="text/javascript", charset="utf-8", headers=headers)
        if "snippet" in request.query:
            return web.Response(text=draw_snippet(action), headers={"X-Content-Type-Options": "nosniff"})
        text = draw_page(
            self._config,
            language,
            definition=place.definition,
            time_token=token,
            sent=self._thanks(request.query.get("sent", ""), place, language),
        )
        headers = security_headers(self._config, place.definition)
        return web.Response(text=text, content_type="text/html", headers=headers)

    def _thanks(self, sent: str, place: _Place, language: str) -> str:
        if not sent:
            return ""
        own = text_in(place.definition.thanks, language, self._config.languages)
        return TEXTS[language]["already"] if sent == "again" else own or TEXTS[language]["thanks"]

    async def _post(self, request: web.Request, place: _Place) -> web.Response:
        try:
            taken = await self._take_in(request, place)
        except Refused as refused:
            return await self._refuse(request, place, refused)
        if wants_page(request.headers):
            return see_thanks(self._config, place.definition, request.path, taken, self._language(request))
        return accepted(taken, self._context.public_url)

    async def _take_in(self, request: web.Request, place: _Place) -> Taken:
        """Store the post. Only after this returns may anybody be told that it is received."""
        peer = self._context.peer_address(request)
        wait_s = self._buckets.wait_s(network_of(peer), self._context.now().timestamp())
        if wait_s:
            raise Refused(429, "Too many posts.", retry_after_s=wait_s)
        if self.deliver is None:
            raise Refused(503, "The form is not taking posts now.", retry_after_s=5)
        spool = self._context.spool
        if spool is None or not is_large(request):
            return await self._read(request, place, peer, await self._bodies.read(request))
        try:
            async with spool() as spooled:
                await self._bodies.read_into(request, spooled.write)
                return await self._read(request, place, peer, await spooled.read(), spooled.keep)
        except NotCommitted as exc:
            raise not_stored(exc) from exc

    async def _read(
        self, request: web.Request, place: _Place, peer: str, body: Body, keep: _Keep | None = None
    ) -> Taken:
        """Check the post and store it. `keep`: its body is on disk, and stays there only if it is taken."""
        content_type = _header(request, "Content-Type")
        try:
            form = await apart(len(body), read_form, body, content_type)
        except FormError as exc:
            raise _FormRefused(exc, read_beginning(body[:BEGINNING_BYTES], content_type)) from exc
        try:
            await apart(len(body), self._check, form, place, self._spoken(request))
            captcha = await self.doubts.captcha_doubt(form, peer)
            extra = self.doubts.beside(request, place.name, place.definition, form, peer, captcha)
            raw = await apart(
                len(body),
                self._raw,
                request,
                b"" if keep else body[:],
                content_type,
                form,
                place,
                Envelope(peer=peer, is_tls=request.secure, extra=extra),
            )
            if keep is not None:
                raw = replace(raw, kept=await keep())
            [receipt] = await store(self.deliver, [raw])
        except NotCommitted as exc:
            raise _FormRefused(not_stored(exc), form) from exc
        except (FormError, Refused) as exc:
            raise _FormRefused(exc, form) from exc
        self._context.log.info("form.received", account=self._context.account, inbox_id=receipt.inbox_id)
        is_shown = self.doubts.is_same_page(raw.delivery_id, form, is_first=not receipt.is_duplicate)
        return Taken(
            message_id=str(message_id(receipt.inbox_id)),
            is_duplicate=receipt.is_duplicate,
            status_path=self._status_path(receipt.inbox_id) if is_shown else "",
        )

    def _check(self, form: Form, place: _Place, language: str) -> None:
        check(
            form,
            place.definition,
            max_files=self._config.max_files,
            max_field_chars=self._config.max_field_chars,
            language=language,
        )

    def _raw(
        self, request: web.Request, body: bytes, content_type: str, form: Form, place: _Place, envelope: Envelope
    ) -> RawMessage:
        extra = envelope.extra
        return RawMessage(
            account=self._context.account,
            delivery_id=delivery_id(
                form, customer_id=extra.get("customer_id", ""), network=extra["origin"], form_name=place.name
            ),
            body=body,
            content_type=content_type,
            headers=tuple(
                (name, _header(request, name))
                for name in ("Origin", "Referer", "User-Agent", "Accept-Language")
                if name in request.headers
            ),
            envelope=envelope,
        )

    def _status_path(self, inbox_id: int) -> str:
        days = self._config.status_days
        return self._context.status_path(inbox_id, self._context.now() + timedelta(days=days)) if days else ""

    def _cors(self, request: web.Request) -> dict[str, str]:
        """Leave for the scripts of allowed sites (WHATWG Fetch, CORS protocol); others get none."""
        headers = {"Vary": "Origin"}
        origin = request.headers.get("Origin", "")
        if self.doubts.is_allowed(request, origin):
            headers["Access-Control-Allow-Origin"] = site_of(origin)
            headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
            headers["Access-Control-Allow-Headers"] = "Accept, Content-Type"
            headers["Access-Control-Expose-Headers"] = "Retry-After"
            headers["Access-Control-Max-Age"] = "600"
        return headers

    async def _refuse(self, request: web.Request, place: _Place, refused: Refused) -> web.Response:
        self._context.log.info("form.refused", account=self._context.account, status=refused.status)
        if not wants_page(request.headers):
            return problem(refused)
        if isinstance(refused, _FormRefused):
            form, faults = refused.form, refused.faults
        else:
            form, faults = await self._what_was_typed(request, is_drained=refused.status == 413), {}
        return refusal_page(
            self._config,
            place.definition,
            self._language(request),
            refused.status,
            values=_typed(form, place.definition),
            faults=faults,
            had_files=bool(form.files) or refused.status != 422,
            time_token=self.doubts.draw_time(),
            retry_after_s=refused.retry_after_s,
        )

    async def _what_was_typed(self, request: web.Request, *, is_drained: bool) -> Form:
        """The fields in the first bytes of a post that was not read.

        `is_drained`: the rest is read too and dropped, within bounds, because browsers show no answer before they have
        sent everything.
        """
        if self._beginnings >= _BEGINNINGS:
            return Form(fields=())
        self._beginnings += 1
        try:
            most = self._config.max_body_bytes * _MOST_DRAINED if is_drained else BEGINNING_BYTES
            return read_beginning(await beginning(request, most), _header(request, "Content-Type"))
        finally:
            self._beginnings -= 1

    def _language(self, request: web.Request) -> str:
        accept = request.headers.get("Accept-Language", "")
        return choose_language(request.query.get("lang", ""), accept, self._config.languages)

    def _spoken(self, request: web.Request) -> str:
        """The language of the words about faulty fields: a program that asks for none gets English."""
        is_person = wants_page(request.headers) or "lang" in request.query
        return self._language(request) if is_person else "en"


def _typed(form: Form, definition: FormConfig) -> Mapping[str, Sequence[str]]:
    return {name.lower(): [value.strip() for value in form.values(name.lower())] for name in definition.fields}


def _header(request: web.Request, name: str) -> str:
    """A header as text that can be stored: aiohttp gives bytes that are no UTF-8 as lone surrogates."""
    return request.headers.get(name, "")[:2000].encode(errors="surrogateescape").decode(errors="replace")
