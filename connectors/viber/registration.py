"""Where Viber posts to: told at each start, looked at by the probe."""

from channelhub.sdk.contract import Health, HealthReport
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from connectors.viber.client import Unclear, ViberClient, failure

EVENTS = ("delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started")
_INVALID_URL = 1


async def register(client: ViberClient, url: str) -> None:
    """Tell Viber where to post; it tries the address before it answers. Raises AuthFailed and Unavailable."""
    asked = {"url": url, "event_types": list(EVENTS), "send_name": True, "send_photo": False}
    try:
        answer = await client.ask("set_webhook", asked)
    except Unclear as exc:
        raise Unavailable(str(exc)) from exc
    if answer.status == _INVALID_URL:
        raise Unavailable(
            f"Viber can't post to {url} ({answer.status_message[:200]}): it needs https from the internet, with a "
            "certificate of a public authority. Is public_url right?"
        )
    if answer.status:
        refused = failure(answer, "set_webhook")
        raise Unavailable(str(refused)) if isinstance(refused, Rejected) else refused


async def check(client: ViberClient, url: str) -> HealthReport:
    """Ask for the bot's account, and whether it posts to `url`."""
    try:
        answer = await client.ask("get_account_info", {})
        if answer.status:
            raise failure(answer, "get_account_info")
    except AuthFailed as exc:
        return HealthReport(health=Health.AUTH_FAILED, detail=str(exc))
    except (Unavailable, Rejected, Unclear) as exc:
        return HealthReport(health=Health.DOWN, detail=str(exc))
    if answer.webhook != url:
        detail = f"Viber posts to {answer.webhook or 'nowhere'}, not to {url}: is public_url right, and does it run?"
        return HealthReport(health=Health.DOWN, detail=detail)
    return HealthReport(health=Health.OK, detail=f"{answer.name}, {answer.subscribers_count} subscribers")
