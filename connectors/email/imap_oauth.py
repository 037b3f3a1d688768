"""OAuth2 access tokens for XOAUTH2: asked for at the provider's token endpoint, renewed before they end."""

import asyncio
import re
from typing import Final

import aiohttp
import msgspec

from channelhub.sdk.errors import AuthFailed, Unavailable
from connectors.email.imap_config import ImapConfig

_TOKEN_URLS: Final = {
    "google": "https://oauth2.googleapis.com/token",
    "microsoft": "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
}
#: Google's refresh tokens carry their scope; Microsoft wants it named, another one where no person signed in.
_SCOPES: Final = {
    ("microsoft", True): "https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
    ("microsoft", False): "https://outlook.office365.com/.default",
}
_EARLY_S = 60.0
_DEFAULT_LIFE_S = 3600.0
_TIMEOUT_S = 30.0
_MAX_ANSWER_BYTES = 64 * 1024
_RETRY_S = 60.0
#: RFC 6749 §5.2: trying again won't help.
_FINAL = frozenset(
    {"invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope", "unsupported_grant_type"}
)
_CODE = re.compile(r"[a-z_]{1,60}\Z")


class _Answer(msgspec.Struct):
    access_token: str = ""
    expires_in: float | str = _DEFAULT_LIFE_S
    refresh_token: str = ""
    error: str = ""


class AccessTokens:
    """The access token of one account. A new refresh token from the provider replaces the former in memory."""

    def __init__(self, config: ImapConfig, http: aiohttp.ClientSession) -> None:
        self._config = config
        self._http = http
        self._refresh_token = config.oauth_refresh_token.reveal()
        self._token = ""
        self._is_new = False
        self._ends_at = float("-inf")

    async def token(self) -> str:
        """A token that is valid for a minute at least. Raises AuthFailed and Unavailable."""
        self._is_new = asyncio.get_running_loop().time() >= self._ends_at
        if self._is_new:
            await self._renew()
        return self._token

    def forget(self) -> bool:
        """The mail server refused the token: ask for a new one next time. Whether it was new when last given."""
        self._ends_at = float("-inf")
        return self._is_new

    async def _renew(self) -> None:
        status, answer = await self._post(self._form())
        if answer.access_token and status == 200:
            life_s = _seconds(answer.expires_in)
            self._token = answer.access_token
            self._refresh_token = answer.refresh_token or self._refresh_token
            self._ends_at = asyncio.get_running_loop().time() + max(life_s - _EARLY_S, life_s / 2)
            return
        error = answer.error if _CODE.match(answer.error) else "no reason given"
        if answer.error in _FINAL:
            raise AuthFailed(
                f"the token endpoint refuses us ({error}): renew oauth_refresh_token or oauth_client_secret, and check "
                "oauth_client_id"
            )
        raise Unavailable(f"the token endpoint answered {status} ({error})", retry_after_s=_RETRY_S)

    def _form(self) -> dict[str, str]:
        """RFC 6749 §6 with a refresh token, §4.4 without one."""
        config = self._config
        form = {"client_id": config.oauth_client_id, "client_secret": config.oauth_client_secret.reveal()}
        if self._refresh_token:
            form |= {"grant_type": "refresh_token", "refresh_token": self._refresh_token}
        else:
            form |= {"grant_type": "client_credentials"}
        form["scope"] = config.oauth_scope or _SCOPES.get((config.oauth_provider, bool(self._refresh_token)), "")
        return {name: value for name, value in form.items() if value}

    async def _post(self, form: dict[str, str]) -> tuple[int, _Answer]:
        url = self._config.oauth_token_url or _TOKEN_URLS[self._config.oauth_provider].format(
            tenant=self._config.oauth_tenant
        )
        try:
            async with self._http.post(
                url, data=form, timeout=aiohttp.ClientTimeout(total=_TIMEOUT_S), allow_redirects=False
            ) as response:
                body = await response.content.read(_MAX_ANSWER_BYTES)
                while len(body) < _MAX_ANSWER_BYTES and (more := await response.content.read(_MAX_ANSWER_BYTES)):
                    body += more
                status = response.status
        except (aiohttp.ClientError, TimeoutError) as exc:
            raise Unavailable(f"the token endpoint can't be reached: {type(exc).__name__}") from exc
        try:
            return status, msgspec.json.decode(body, type=_Answer)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return status, _Answer()


def _seconds(life: float | str) -> float:
    """`expires_in` is a number; some write it as a string."""
    try:
        return min(max(float(life), 1.0), 86_400.0)
    except ValueError:
        return _DEFAULT_LIFE_S
