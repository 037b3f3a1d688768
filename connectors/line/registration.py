"""Where LINE posts to: told at each start, looked at by the probe."""

import msgspec

from channelhub.sdk.contract import Health, HealthReport
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from connectors.line.client import LineClient, Unclear

_ENDPOINT = "channel/webhook/endpoint"


class Bot(msgspec.Struct, frozen=True, rename="camel"):
    display_name: str = ""
    basic_id: str = ""


class Taken(msgspec.Struct, frozen=True):
    """An empty object: LINE's own answer, not a proxy's page."""


class Endpoint(msgspec.Struct, frozen=True):
    endpoint: str = ""
    active: bool = False


async def register(client: LineClient, url: str) -> None:
    """Tell LINE where to post. Raises AuthFailed and Unavailable."""
    try:
        (await client.ask("PUT", _ENDPOINT, {"endpoint": url})).read(Taken)
    except Rejected as exc:
        raise Unavailable(
            f"LINE doesn't take {url} as the webhook: {exc}. It needs https; is public_url right?"
        ) from exc
    except Unclear as exc:
        raise Unavailable(str(exc)) from exc


async def check(client: LineClient, url: str) -> HealthReport:
    """Ask who the account is, where LINE posts to, and whether it does."""
    try:
        bot = (await client.ask("GET", "info")).read(Bot)
        endpoint = await _endpoint(client)
    except AuthFailed as exc:
        return HealthReport(health=Health.AUTH_FAILED, detail=str(exc))
    except (Unavailable, Rejected, Unclear) as exc:
        return HealthReport(health=Health.DOWN, detail=str(exc))
    if endpoint.endpoint != url:
        detail = f"LINE posts to {endpoint.endpoint or 'nowhere'}, not to {url}: is public_url right, and does it run?"
        return HealthReport(health=Health.DOWN, detail=detail)
    if not endpoint.active:
        detail = 'LINE posts nothing: switch "Use webhook" on, on the channel\'s Messaging API page'
        return HealthReport(health=Health.DOWN, detail=detail)
    return HealthReport(health=Health.OK, detail=f"{bot.display_name} {bot.basic_id}".strip())


async def _endpoint(client: LineClient) -> Endpoint:
    """Nowhere where none was ever set: LINE answers 404 then."""
    try:
        answer = await client.ask("GET", _ENDPOINT)
    except Rejected:
        return Endpoint()
    return answer.read(Endpoint)
