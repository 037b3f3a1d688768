"""Who the app is, and what it may not do: asked at each start and by the probe."""

from typing import Final

import msgspec

from channelhub.sdk.contract import Health, HealthReport
from channelhub.sdk.errors import Rejected, Unavailable
from channelhub.sdk.health import tells_failures
from connectors.slack.client import SlackClient
from connectors.slack.config import SlackConfig
from connectors.slack.delivery import Ourselves

_ALWAYS: Final = ("chat:write", "files:read", "files:write", "im:history", "im:read", "im:write")
_IN_CHANNELS: Final = ("channels:history", "groups:history")  # one of them


class _Auth(msgspec.Struct, frozen=True):
    team_id: str
    user_id: str
    team: str = ""
    user: str = ""


async def introduce(client: SlackClient) -> Ourselves:
    """Ask Slack whose the token is. Raises AuthFailed and Unavailable."""
    try:
        auth = await client.look_up("auth.test", {}, _Auth)
    except Rejected as exc:
        raise Unavailable(str(exc)) from exc
    return Ourselves(team_id=auth.team_id, user_id=auth.user_id, team=auth.team, user=auth.user)


@tells_failures
async def check(client: SlackClient, config: SlackConfig) -> HealthReport:
    """Whether Slack knows the token, and lets it do what an account so configured needs."""
    us = await introduce(client)
    lacking = lacking_scopes(client.scopes, config)
    if lacking:
        detail = (
            f"the app may not do everything: add {', '.join(lacking)} under OAuth & Permissions, Bot Token Scopes, and "
            "install it anew"
        )
        return HealthReport(health=Health.DOWN, detail=detail)
    return HealthReport(health=Health.OK, detail=f"{us.user} in {us.team}")


def lacking_scopes(scopes: frozenset[str], config: SlackConfig) -> list[str]:
    """What to add; nothing where Slack didn't say which the token has."""
    if not scopes:
        return []
    lacking = [one for one in _ALWAYS if one not in scopes]
    if config.channels and not scopes & set(_IN_CHANNELS):
        lacking.append(_IN_CHANNELS[0])
    return lacking
