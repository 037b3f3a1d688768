"""The webhook: the Bot Connector posts one activity at a time, with a token that Microsoft signed."""

from typing import Final

from aiohttp import web

from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.errors import NotCommitted
from channelhub.sdk.hooks import BodyReader, Refused, answers_refusals, require_method
from connectors.teams.config import TeamsConfig
from connectors.teams.delivery import UNTOLD, activity_of, to_raw
from connectors.teams.keys import Keyring
from connectors.teams.places import Places
from connectors.teams.shapes import Activity
from connectors.teams.signature import Claims, Key, NotProved, key_named, verify

MAX_BODY_BYTES: Final = 1024 * 1024  # Teams' messages have 100 KB at most
TOKEN_HEADER: Final = "Authorization"  # noqa: S105 - a header's name


class Webhook:
    """Serves /hooks/{account}. Answers 503 until `deliver` is set and the keys are known."""

    def __init__(self, config: TeamsConfig, context: Context, keyring: Keyring, places: Places) -> None:
        self._config = config
        self._context = context
        self._keyring = keyring
        self._places = places
        self._bodies = BodyReader(MAX_BODY_BYTES)
        self.deliver: Deliver | None = None

    @answers_refusals
    async def handle(self, request: web.Request) -> web.StreamResponse:
        """200 after the commit; 401 without a token for this bot, or with one for other posts; 405 and 413 for what
        nobody sends, 503 when busy. What is proved and can't be read is stored all the same, and parked."""
        require_method(request, "POST")
        if self.deliver is None or not self._keyring.keys:
            raise Refused(503, "This account is not taking posts now.", retry_after_s=5)
        claims, key = await self._verified(request.headers.get(TOKEN_HEADER, ""))
        body = await self._bodies.read(request)
        activity = activity_of(body)
        if activity is not None:
            _check(activity, claims, key)
            if activity.type in UNTOLD:
                return web.Response()
        raw = to_raw(body, activity, account=self._context.account, peer=self._context.peer_address(request))
        conversation = activity.conversation.id if activity and activity.conversation else ""
        service = (activity.service_url or "") if activity else ""
        try:
            await self._places.keep(self.deliver, [raw], conversation=conversation, service=service)
        except NotCommitted as exc:
            raise Refused(503, f"Not stored: {exc}", retry_after_s=exc.retry_after_s) from exc
        return web.json_response({}) if activity and activity.type == "invoke" else web.Response()

    async def _verified(self, header: str) -> tuple[Claims, Key]:
        """Raises Refused (401)."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refused(401, f"{TOKEN_HEADER} holds no token.", headers={"WWW-Authenticate": "Bearer"})
        try:
            await self._keyring.learn(key_named(token))
            return verify(
                token.strip(),
                keys=self._keyring.keys,
                issuer=self._keyring.issuer,
                audience=self._config.app_id,
                now_s=self._context.now().timestamp(),
            )
        except NotProved as exc:
            raise Refused(401, f"The token proves nothing: {exc}.", headers={"WWW-Authenticate": "Bearer"}) from exc


def _check(activity: Activity, claims: Claims, key: Key) -> None:
    """A token is for posts that are answered at one address, and its key for some channels. Raises Refused (401)."""
    if claims.service_url != (activity.service_url or ""):
        raise Refused(401, "The token is for posts that name another serviceUrl.")
    if (activity.channel_id or "") not in key.endorsements:
        raise Refused(401, "The token is signed with a key for other channels.")
