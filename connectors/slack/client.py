"""Requests to the Web API, and what its answers mean. Slack answers 200 with `ok: false` to most of what it refuses."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

import aiohttp
import msgspec

from channelhub.content.retry_after import retry_after_s
from channelhub.domain.secrets import Secret
from channelhub.sdk.answers import AnswerTooLong, read_answer
from channelhub.sdk.errors import AuthFailed, ConnectorError, Rejected, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.slack.config import SlackConfig

T = TypeVar("T")

MAX_ANSWER_BYTES = 16 * 1024 * 1024  # a page of history with long messages
LATER_S = 30.0  # where a rate limit says no time
SCOPES_HEADER = "X-OAuth-Scopes"
_CREDENTIALS = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "no_permission",
     "org_login_required", "not_allowed_token_type", "access_denied", "team_access_not_granted"}
)  # fmt: skip
_LATER = frozenset({"ratelimited", "rate_limited"})
#: Faults on Slack's side; of some it says itself that part of the work may be done.
_UNCLEAR = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org", "accesslimited"}
)
_MEND = {
    "not_in_channel": "invite the app there (/invite)",
    "channel_not_found": "the channel is gone, or the app isn't in it",
    "messages_tab_disabled": "allow messages under App Home, Messages Tab",
    "is_archived": "the channel is archived",
}
_WORDS_CHARS = 100


class Unclear(Exception):
    """No answer, or none that can be read: what was asked may have been done."""


class _Verdict(msgspec.Struct, frozen=True):
    ok: bool
    error: str = ""
    needed: str = ""


class SlackClient:
    """One app's methods."""

    def __init__(self, config: SlackConfig, http: aiohttp.ClientSession, now: Callable[[], datetime]) -> None:
        self._url = config.base_url.rstrip("/")
        self._config = config
        self._timeout = aiohttp.ClientTimeout(total=config.request_timeout_s)
        self._http = http
        self._now = now
        self.scopes: frozenset[str] = frozenset()  # that the bot's token has, as the last answer said

    async def ask(self, method: str, fields: Mapping[str, str], kind: type[T], *, as_app: bool = False) -> T:
        """Call a method with the bot's token, or with the app's.

        Raises Unavailable where Slack can't have done it, AuthFailed, Rejected, and Unclear.
        """
        token: Secret = self._config.app_token if as_app else self._config.token
        try:
            async with self._http.post(
                f"{self._url}/{method}",
                data=dict(fields),
                headers={"Authorization": f"Bearer {token.reveal()}"},
                timeout=self._timeout,
                allow_redirects=False,
            ) as answer:
                self._judge_status(answer, method)
                body = await read_answer(answer, max_bytes=MAX_ANSWER_BYTES)
                if not as_app:
                    scopes = answer.headers.get(SCOPES_HEADER, "")
                    self.scopes = frozenset(filter(None, map(str.strip, scopes.split(",")))) or self.scopes
                return self._read(body, method, kind, answer)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise Unavailable(f"{method}: Slack can't be reached ({type(exc).__name__})") from exc
        except (aiohttp.ClientError, AnswerTooLong, TimeoutError) as exc:
            raise Unclear(f"{method}: no answer of Slack ({type(exc).__name__})") from exc

    async def look_up(self, method: str, fields: Mapping[str, str], kind: type[T], *, as_app: bool = False) -> T:
        """`ask` for what changes nothing: an answer that got lost is one that can be asked for again."""
        try:
            return await self.ask(method, fields, kind, as_app=as_app)
        except Unclear as exc:
            raise Unavailable(str(exc)) from exc

    def _judge_status(self, answer: aiohttp.ClientResponse, method: str) -> None:
        """What the HTTP status says, before the answer is read."""
        if answer.status == 429:
            raise Unavailable(f"{method}: Slack asks us to wait (429)", retry_after_s=self._wait_s(answer))
        if answer.status >= 300:
            raise Unclear(f"{method}: Slack answered {answer.status}")

    def _read(self, body: bytes, method: str, kind: type[T], answer: aiohttp.ClientResponse) -> T:
        try:
            verdict = msgspec.json.decode(body, type=_Verdict)
            if verdict.ok:
                return msgspec.json.decode(body, type=kind)
        except UNREADABLE as exc:
            raise Unclear(f"{method}: Slack's answer is cut off or not in the documented shape") from exc
        raise self._failure(verdict, method, answer)

    def _failure(self, verdict: _Verdict, method: str, answer: aiohttp.ClientResponse) -> ConnectorError | Unclear:
        error = verdict.error[:_WORDS_CHARS]
        said = f"{method}: {error}"
        if error == "missing_scope":
            return AuthFailed(
                f"{said}: add the scope {verdict.needed[:_WORDS_CHARS]} under OAuth & Permissions, and install the app "
                "anew"
            )
        if error in _CREDENTIALS:
            return AuthFailed(f"{said}: Slack refuses the token; copy the present one from the app's settings")
        if error in _LATER:
            return Unavailable(said, retry_after_s=self._wait_s(answer))
        if error in _UNCLEAR or not error:
            return Unclear(said)
        return Rejected(f"{said}: {_MEND[error]}" if error in _MEND else said)

    def _wait_s(self, answer: aiohttp.ClientResponse) -> float:
        told = answer.headers.get("Retry-After", "")
        wait_s = retry_after_s(told, now=self._now(), date=answer.headers.get("Date", ""))
        return LATER_S if wait_s is None else wait_s
