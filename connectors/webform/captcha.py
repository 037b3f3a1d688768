"""Captchas of others: hCaptcha, Turnstile and reCAPTCHA v2, whose servers are asked alike by `siteverify`.

A post is never lost for a captcha: a wrong answer, none, or a server that can't be reached are doubts that stand beside
the message. An answer is good once, so what was found out is remembered for posts that are sent again.
"""

import asyncio
import hashlib
from collections import OrderedDict
from typing import Final

import aiohttp
import msgspec

from channelhub.domain.secrets import Secret
from channelhub.sdk.answers import AnswerTooLong, read_answer
from connectors.webform.captcha_vendors import VENDORS
from connectors.webform.config import WebformConfig
from connectors.webform.spam import Doubt

MAX_ANSWER_CHARS: Final = 8192  # Turnstile's tokens have up to 2048, hCaptcha's more
MAX_REPLY_BYTES: Final = 64 * 1024
TIMEOUT_S: Final = 3.0  # a person waits for it
_AT_ONCE: Final = 16
_MOST_REMEMBERED: Final = 5_000


#: Faults of our settings, not of the person (each vendor's documentation of siteverify).
_OUR_FAULT: Final = frozenset(
    {
        "missing-input-secret",
        "invalid-input-secret",
        "sitekey-secret-mismatch",
        "invalid-sitekey",
        "not-using-dummy-secret",
    }
)


class _Reply(msgspec.Struct, frozen=True):
    success: bool
    error_codes: list[str] = msgspec.field(name="error-codes", default_factory=list)


class CaptchaUnreachable(Exception):
    """Whether the answer was right is not known; the text says why."""


class SecretRefused(CaptchaUnreachable):
    """The captcha's server doesn't take our secret."""


class Captcha:
    """The check of an account's captcha."""

    def __init__(self, config: WebformConfig, http: aiohttp.ClientSession) -> None:
        self.vendor = VENDORS[config.captcha]
        self._url = config.captcha_url or self.vendor.verify
        self._secret: Secret = config.captcha_secret
        self._http = http
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._right: OrderedDict[bytes, bool] = OrderedDict()

    async def doubt(self, answer: str, peer: str) -> Doubt | None:
        """What the answer to the captcha says against a post; None for a right one. Takes at most `TIMEOUT_S`."""
        if not answer:
            return "no-captcha"
        if len(answer) > MAX_ANSWER_CHARS:
            return "captcha-failed"
        digest = hashlib.sha256(answer.encode(errors="replace")).digest()
        if digest not in self._right:
            try:
                self._remember(digest, is_right=await self.ask(answer, peer))
            except CaptchaUnreachable:
                return "captcha-unreachable"
        return None if self._right[digest] else "captcha-failed"

    async def ask(self, answer: str, peer: str = "") -> bool:
        """Whether the vendor calls the answer right. Raises CaptchaUnreachable."""
        fields = {"secret": self._secret.reveal(), "response": answer}
        if peer:
            fields["remoteip"] = peer
        try:
            async with (
                asyncio.timeout(TIMEOUT_S),
                self._at_once,
                self._http.post(self._url, data=fields, allow_redirects=False) as reply,
            ):
                if reply.status >= 500 or reply.status in (301, 302, 303, 307, 308, 404, 429):
                    raise CaptchaUnreachable(f"{self.vendor.title} answers {reply.status}")
                said = msgspec.json.decode(await read_answer(reply, max_bytes=MAX_REPLY_BYTES), type=_Reply)
        except (aiohttp.ClientError, TimeoutError) as exc:
            raise CaptchaUnreachable(f"{self.vendor.title} can't be reached ({type(exc).__name__})") from exc
        except (AnswerTooLong, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
            raise CaptchaUnreachable(f"{self.vendor.title} answers in no documented shape") from exc
        if "internal-error" in said.error_codes:
            raise CaptchaUnreachable(f"{self.vendor.title} has a fault of its own")
        if ours := _OUR_FAULT.intersection(said.error_codes):
            raise SecretRefused(
                f"{self.vendor.title} refuses captcha_secret ({', '.join(sorted(ours))}): copy the secret key that "
                "belongs to captcha_site_key from its settings"
            )
        return said.success

    def _remember(self, digest: bytes, *, is_right: bool) -> None:
        self._right[digest] = is_right
        if len(self._right) > _MOST_REMEMBERED:
            self._right.popitem(last=False)
