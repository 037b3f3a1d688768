"""The HTTP side of the form: pages out, posts in. What is stored is the post's bytes; what was checked rides beside."""

import asyncio
import secrets
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from aiohttp import web

from channelhub.domain.message_ids import message_id
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.contract import Context, Deliver, Receipt
from channelhub.sdk.hooks import BodyReader, Refused, problem, store
from channelhub.sdk.origins import Buckets, network_of, site_of
from channelhub.sdk.signed_identity import TokenRefusedError, verify
from connectors.webform.answer import accepted, refusal_page, see_thanks, wants_page
from connectors.webform.config import WebformConfig
from connectors.webform.delivery import check, delivery_id
from connectors.webform.form import Form, FormError, read_form
from connectors.webform.page import draw_page, draw_script, draw_snippet, security_headers
from connectors.webform.texts import TEXTS, choose_language
from connectors.webform.token import draw_time, drawn_before_s

P = ParamSpec("P")
T = TypeVar("T")

_LARGE_BODY_BYTES = 256 * 1024  # from here on a thread reads them, so that the loop stays free
_FASTEST_PERSON_S = 2.0
_KEPT_FIELDS = ("name", "email", "phone", "subject", "order_id", "message")


class _FormRefused(Refused):
    """A post that was read; `form` holds what was typed, for the page that asks again."""

    def __init__(self, refused: Refused | FormError, form: Form) -> None:
        retry_after_s = refused.retry_after_s if isinstance(refused, Refused) else None
        super().__init__(refused.status, str(refused), errors=refused.errors, retry_after_s=retry_after_s)
        self.form = form


class Receiver:
    """Answers every request under `/forms/{account}` while `deliver` is set, and 503 to posts while it isn't."""

    def __init__(self, config: WebformConfig, context: Context) -> None:
        self.deliver: Deliver | None = None
        self._config = config
        self._context = context
        self._buckets = Buckets(config.rate_per_minute)
        self._bodies = BodyReader(config.max_body_bytes)
        self._time_key = (config.time_token_secret.reveal() or secrets.token_urlsafe(32)).encode()
        self._own_sites = frozenset(filter(None, (site_of(url) for url in config.allowed_origins)))
        self._public_site = site_of(context.public_url)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """GET a page, `embed.js` or `?snippet`; OPTIONS for CORS; POST a form."""
        tail = request.path.removeprefix(f"/forms/{self._context.account}").strip("/")
        if tail not in ("", "embed.js"):
            return problem(Refused(404, f"There is no {tail[:100]!r} here."))
        if request.method in ("GET", "HEAD"):
            return self._show(request, is_script=tail == "embed.js" or "embed" in request.query)
        if request.method == "OPTIONS":
            return web.Response(status=204, headers={**self._cors(request), "Allow": "GET, HEAD, OPTIONS, POST"})
        if request.method != "POST":
            allowed = {"Allow": "GET, HEAD, OPTIONS, POST"}
            return problem(Refused(405, "GET the form, or POST it.", headers=allowed))
        response = await self._post(request)
        response.headers.update(self._cors(request))
        return response

    def _show(self, request: web.Request, *, is_script: bool) -> web.Response:
        language = self._language(request)
        action = f"{self._context.public_url}/forms/{self._context.account}"
        if is_script:
            text = draw_script(self._config, language, action=action, time_token=self._draw_time())
            headers = {"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "cross-origin"}
            headers["X-Content-Type-Options"] = "nosniff"
            return web.Response(text=text, content_type="text/javascript", charset="utf-8", headers=headers)
        if "snippet" in request.query:
            return web.Response(text=draw_snippet(action), headers={"X-Content-Type-Options": "nosniff"})
        is_sent = "sent" in request.query
        text = draw_page(self._config, language, time_token=self._draw_time(), is_sent=is_sent)
        return web.Response(text=text, content_type="text/html", headers=security_headers(self._config))

    async def _post(self, request: web.Request) -> web.Response:
        try:
            receipt = await self._take_in(request)
        except Refused as refused:
            return self._refuse(request, refused)
        self._context.log.info("form.received", account=self._context.account, inbox_id=receipt.inbox_id)
        if wants_page(request.headers):
            return see_thanks(self._config, self._language(request))
        return accepted(str(message_id(receipt.inbox_id)), is_duplicate=receipt.is_duplicate)

    async def _take_in(self, request: web.Request) -> Receipt:
        """Store the post. Only after this returns may anybody be told that it is received."""
        peer = self._context.peer_address(request)
        wait_s = self._buckets.wait_s(network_of(peer), self._context.now().timestamp())
        if wait_s:
            raise Refused(429, "Too many posts.", retry_after_s=wait_s)
        if self.deliver is None:
            raise Refused(503, "The form is not taking posts now.", retry_after_s=5)
        body = await self._bodies.read(request)
        content_type = _header(request, "Content-Type")
        try:
            form = await _apart(len(body), read_form, body, content_type)
        except FormError as exc:
            raise Refused(exc.status, str(exc), errors=exc.errors) from exc
        try:
            check(form, max_files=self._config.max_files, max_field_chars=self._config.max_field_chars)
            raw = await _apart(len(body), self._raw, request, body, content_type, form, peer)
            [receipt] = await store(self.deliver, [raw])
        except (FormError, Refused) as exc:
            raise _FormRefused(exc, form) from exc
        return receipt

    def _raw(self, request: web.Request, body: bytes, content_type: str, form: Form, peer: str) -> RawMessage:
        network = network_of(peer)
        extra = {"origin": network, **self._signed(form)}
        age_s = drawn_before_s(form.first("t"), self._context.account, self._time_key, self._context.now())
        extra["hints"] = ",".join(self._hints(request, age_s))
        return RawMessage(
            account=self._context.account,
            delivery_id=delivery_id(form, customer_id=extra.get("customer_id", ""), network=network),
            body=body,
            content_type=content_type,
            headers=tuple(
                (name, _header(request, name))
                for name in ("Origin", "Referer", "User-Agent", "Accept-Language")
                if name in request.headers
            ),
            envelope=Envelope(peer=peer, is_tls=request.secure, extra=extra),
        )

    def _signed(self, form: Form) -> dict[str, str]:
        """What the site's token says; a token that isn't believed is noted and refuses nothing."""
        token = form.first("identity_token")
        if not token:
            return {}
        if not self._config.identity_secret:
            return {"token_refused": "the account has no identity_secret"}
        try:
            identity = verify(token, self._config.identity_secret.reveal(), self._context.now())
        except TokenRefusedError as exc:
            return {"token_refused": str(exc)}
        return {
            "customer_id": identity.customer_id,
            "customer_email": identity.email,
            "customer_phone": identity.phone,
            "customer_name": identity.name,
        }

    def _hints(self, request: web.Request, age_s: float | None) -> list[str]:
        hints = []
        origin = request.headers.get("Origin", "null")
        if origin == "null":
            hints.append("no-origin")
        elif not self._is_allowed(request, origin):
            hints.append("foreign-origin")
        if age_s is None:
            hints.append("no-time-token")
        elif age_s < _FASTEST_PERSON_S:
            hints.append("too-fast")
        return hints

    def _is_allowed(self, request: web.Request, origin: str) -> bool:
        site = site_of(origin)
        own = (self._public_site, site_of(f"http://{request.host}"), site_of(f"https://{request.host}"))
        return bool(site) and (site in self._own_sites or "*" in self._config.allowed_origins or site in own)

    def _cors(self, request: web.Request) -> dict[str, str]:
        """Leave for the scripts of allowed sites (WHATWG Fetch, CORS protocol); others get none."""
        headers = {"Vary": "Origin"}
        origin = request.headers.get("Origin", "")
        if self._is_allowed(request, origin):
            headers["Access-Control-Allow-Origin"] = site_of(origin)
            headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
            headers["Access-Control-Allow-Headers"] = "Accept, Content-Type"
            headers["Access-Control-Expose-Headers"] = "Retry-After"
            headers["Access-Control-Max-Age"] = "600"
        return headers

    def _refuse(self, request: web.Request, refused: Refused) -> web.Response:
        self._context.log.info("form.refused", account=self._context.account, status=refused.status)
        if not wants_page(request.headers):
            return problem(refused)
        form = refused.form if isinstance(refused, _FormRefused) else None
        language = self._language(request)
        is_missing = "message" in refused.errors and form is not None and not form.first("message")
        return refusal_page(
            self._config,
            language,
            refused.status,
            values={name: form.first(name) for name in _KEPT_FIELDS} if form else {},
            time_token=self._draw_time(),
            alert=TEXTS[language]["missing"] if is_missing else "",
            retry_after_s=refused.retry_after_s,
        )

    def _language(self, request: web.Request) -> str:
        accept = request.headers.get("Accept-Language", "")
        return choose_language(request.query.get("lang", ""), accept, self._config.languages)

    def _draw_time(self) -> str:
        return draw_time(self._context.account, self._time_key, self._context.now())


def _header(request: web.Request, name: str) -> str:
    """A header as text that can be stored: aiohttp gives bytes that are no UTF-8 as lone surrogates."""
    return request.headers.get(name, "")[:2000].encode(errors="surrogateescape").decode(errors="replace")


async def _apart(size: int, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The function's result, worked out on a thread when there are many bytes to go through."""
    if size < _LARGE_BODY_BYTES:
        return function(*args, **kwargs)
    return await asyncio.to_thread(function, *args, **kwargs)
