"""Access tokens for a service account (RFC 7523 §2.1): a signed claim is exchanged for one."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import aiohttp
import msgspec

from channelhub.content.retry_after import retry_after_s
from channelhub.sdk.answers import AnswerTooLong, read_answer
from channelhub.sdk.errors import AuthFailed, Unavailable
from connectors.reviews.client import LATER_S
from connectors.reviews.google_play.config import TOKEN_URL, GooglePlayConfig
from connectors.reviews.signing import rs256

SCOPE: Final = "https://www.googleapis.com/auth/androidpublisher"
GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_CLAIM_LIFE_S: Final = 3600
_EARLY_S: Final = 300
_YOUNG_S: Final = 60
_MAX_ANSWER_BYTES: Final = 64 * 1024
_CODE_CHARS: Final = 60


class _Key(msgspec.Struct, frozen=True):
    client_email: str
    private_key: str
    private_key_id: str = ""


class _Given(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: float = _CLAIM_LIFE_S


class _Refused(msgspec.Struct, frozen=True):
    error: str


class Tokens:
    """The token of one service account, kept until shortly before its end."""

    def __init__(self, config: GooglePlayConfig, http: aiohttp.ClientSession, now: Callable[[], datetime]) -> None:
        self._config = config
        self._http = http
        self._now = now
        self._token, self._begun, self._ends = "", 0.0, 0.0

    async def token(self) -> str:
        """Raises AuthFailed and Unavailable."""
        now = self._now().timestamp()
        if not self._token or not self._begun <= now < self._ends - _EARLY_S:
            given = await self._exchange(self._claim(now))
            self._token, self._begun, self._ends = given.access_token, now, now + given.expires_in
        return self._token

    def forget(self) -> bool:
        """The store refused the token; whether another one may be taken where this one wasn't."""
        is_old = bool(self._token) and self._now().timestamp() - self._begun >= _YOUNG_S
        self._token = ""
        return is_old

    def _claim(self, now: float) -> str:
        """Google's audience is its own token endpoint, also where a gateway stands before it."""
        try:
            key = msgspec.json.decode(self._config.service_account.reveal(), type=_Key)
            claims = {
                "iss": key.client_email,
                "scope": SCOPE,
                "aud": TOKEN_URL,
                "iat": int(now),
                "exp": int(now) + _CLAIM_LIFE_S,
            }
            return rs256(claims, key=key.private_key, key_id=key.private_key_id)
        except (msgspec.MsgspecError, ValueError):
            raise AuthFailed(
                "service_account is not what the JSON file of a service account's key holds: make a new key"
            ) from None  # its words could hold some of the key

    async def _exchange(self, claim: str) -> _Given:
        try:
            async with self._http.post(
                self._config.token_url,
                data={"grant_type": GRANT, "assertion": claim},
                timeout=aiohttp.ClientTimeout(total=self._config.request_timeout_s),
                allow_redirects=False,
            ) as answer:
                body = await read_answer(answer, max_bytes=_MAX_ANSWER_BYTES)
                if answer.status == 200:
                    return msgspec.json.decode(body, type=_Given)
                raise self._refusal(answer, body)
        except (aiohttp.ClientError, AnswerTooLong, TimeoutError) as exc:
            raise Unavailable(f"Google gives no token ({type(exc).__name__})") from exc
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
            raise Unavailable("the token's answer is cut off or not in the documented shape") from exc

    def _refusal(self, answer: aiohttp.ClientResponse, body: bytes) -> Exception:
        try:
            error = msgspec.json.decode(body, type=_Refused).error[:_CODE_CHARS]
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            error = ""
        if answer.status in (400, 401, 403) and error:
            return AuthFailed(
                f"Google gives no token ({error}): see that the key wasn't deleted, the account is active, and this "
                "machine's clock is right"
            )
        told, date = answer.headers.get("Retry-After", ""), answer.headers.get("Date", "")
        wait_s = retry_after_s(told, now=self._now(), date=date)
        if wait_s is None and answer.status == 429:
            wait_s = LATER_S
        return Unavailable(f"Google gives no token ({answer.status})", retry_after_s=wait_s)
