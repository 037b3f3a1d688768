"""What is known of a post only while it is received: who signed it, where it comes from, how its page was used."""

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

import msgspec
from aiohttp import web

from channelhub.sdk.contract import Context
from channelhub.sdk.origins import network_of, site_of
from channelhub.sdk.signed_identity import TokenRefusedError, verify
from connectors.webform.captcha import Captcha
from connectors.webform.config import WebformConfig
from connectors.webform.definition import STANDARD, FormConfig, text_in, type_of
from connectors.webform.drawing import label_of
from connectors.webform.form import Form
from connectors.webform.proof import Drawings, is_proved
from connectors.webform.spam import Doubt, content_doubts, written_weights
from connectors.webform.token import draw_time, drawn_before_s

_FASTEST_PERSON_S: Final = 2.0
_MOST_SENT: Final = 5_000
_OWN_WORDS: Final = frozenset({"name", "email", "phone", "subject", "order_id", "message"})


class Doubts:
    """Judges the posts of one account. What it finds rides beside the post's bytes."""

    def __init__(self, config: WebformConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._time_key = (config.time_token_secret.reveal() or secrets.token_urlsafe(32)).encode()
        self._own_sites = frozenset(filter(None, (site_of(url) for url in config.allowed_origins)))
        self._public_site = site_of(context.public_url)
        self._drawings = Drawings()
        self._sent: OrderedDict[str, str] = OrderedDict()
        self.captcha = Captcha(config, context.http) if config.captcha else None

    def draw_time(self) -> str:
        """A token for a page that is drawn now."""
        return draw_time(self._context.account, self._time_key, self._context.now())

    async def captcha_doubt(self, form: Form, peer: str) -> Doubt | None:
        """Asks the captcha's server, where the account has one."""
        if self.captcha is None:
            return None
        return await self.captcha.doubt(form.first(self.captcha.vendor.field), peer)

    def beside(
        self, request: web.Request, name: str, definition: FormConfig, form: Form, peer: str, captcha: Doubt | None
    ) -> dict[str, str]:
        """What is stored beside the post's bytes: everything that `parse` can't find out from them."""
        found = {"origin": network_of(peer), **self._signed(form)}
        found["hints"] = ",".join(self._hints(request, form, captcha))
        if self._config.spam_weights:
            found["weights"] = written_weights(self._config.spam_weights)
        if definition is not STANDARD:
            found |= self._of_form(name, definition, form)
        return found

    def is_same_page(self, delivery_id: str, form: Form, *, is_first: bool) -> bool:
        """Whether who posts this may see how it stands: the first, or one that holds the token of the first's page."""
        token = form.first("t")
        if is_first:
            self._sent[delivery_id] = token if self._age_s(token) is not None else ""
            if len(self._sent) > _MOST_SENT:
                self._sent.popitem(last=False)
            return True
        first = self._sent.get(delivery_id, "")
        return bool(first) and hmac.compare_digest(first.encode(), token.encode(errors="replace"))

    def is_allowed(self, request: web.Request, origin: str) -> bool:
        """Whether a script of that site may post."""
        site = site_of(origin)
        own = (self._public_site, site_of(f"http://{request.host}"), site_of(f"https://{request.host}"))
        return bool(site) and (site in self._own_sites or "*" in self._config.allowed_origins or site in own)

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

    def _age_s(self, token: str) -> float | None:
        return drawn_before_s(token, self._context.account, self._time_key, self._context.now())

    def _hints(self, request: web.Request, form: Form, captcha: Doubt | None) -> list[Doubt]:
        hints: list[Doubt] = []
        origin = request.headers.get("Origin", "null")
        if origin == "null":
            hints.append("no-origin")
        elif not self.is_allowed(request, origin):
            hints.append("foreign-origin")
        hints += self._page_hints(form)
        if captcha is not None:
            hints.append(captcha)
        return hints + content_doubts(form, self._config.spam_words)

    def _page_hints(self, form: Form) -> list[Doubt]:
        token = form.first("t")
        age_s = self._age_s(token)
        if age_s is None:
            return ["no-time-token"]
        hints: list[Doubt] = ["too-fast"] if age_s < _FASTEST_PERSON_S else []
        is_worn = self._drawings.is_worn(token)
        if is_worn:
            hints.append("reused-page")
        bits = self._config.proof_bits
        if bits and (is_worn or not is_proved(token, form.first("proof"), bits)):
            hints.append("no-proof")
        return hints

    def _of_form(self, name: str, definition: FormConfig, form: Form) -> dict[str, str]:
        """Of a defined form: its name, which fields hold words, and to what the sender consented, as it stood there."""
        languages = self._config.languages
        words = [
            field_name.lower()
            for field_name, field in definition.fields.items()
            if field_name.lower() not in _OWN_WORDS and type_of(field_name, field) in ("text", "textarea")
        ]
        consents = {
            field_name: label_of(field_name, field, self._locale(form), languages)
            for field_name, field in definition.fields.items()
            if type_of(field_name, field) == "consent" and form.first(field_name.lower())
        }
        found: Mapping[str, str] = {
            "form": name,
            "form_title": text_in(definition.title, languages[0], languages),
            "words": ",".join(words),
            "consents": msgspec.json.encode(consents).decode() if consents else "",
        }
        return {key: value for key, value in found.items() if value}

    def _locale(self, form: Form) -> str:
        posted = form.first("locale")[:2].lower()
        return posted if posted in self._config.languages else self._config.languages[0]
