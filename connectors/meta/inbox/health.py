"""How a page or account does: whose the token is, and whether Meta posts its events to our app, told in a sentence."""

import msgspec

from channelhub.sdk.contract import Health, HealthReport
from channelhub.sdk.errors import AuthFailed, Unavailable
from connectors.meta.config import GRAPH_URL
from connectors.meta.graph import PERMISSION_CODES, AnswerLost, Graph, Refusal, explain
from connectors.meta.inbox.config import InboxConfig

_DOING = "asking whose the token is"


class _Account(msgspec.Struct):
    id: str = ""


class _Me(msgspec.Struct):
    """Whose a token is: a page with perhaps an Instagram account, or a user of Instagram with a professional one."""

    id: str
    user_id: str | int = ""
    instagram_business_account: _Account = msgspec.field(default_factory=_Account)


class _App(msgspec.Struct):
    """An app that a page's events go to (developers.facebook.com/docs/graph-api/reference/page/subscribed_apps)."""

    id: str | int = ""
    subscribed_fields: list[str] = []


class _Apps(msgspec.Struct):
    data: list[_App] = []


async def check(graph: Graph, config: InboxConfig, *, is_page: bool) -> HealthReport:
    """Whether the token is the right one's and, of a page, whether its events are subscribed."""
    try:
        me = await graph.get("me", _Me, fields=_fields(config))
    except Unavailable as exc:
        return HealthReport(health=Health.DOWN, detail=str(exc))
    except (Refusal, AnswerLost) as exc:
        failure = explain(exc, _DOING)
        health = Health.AUTH_FAILED if isinstance(failure, AuthFailed) else Health.DOWN
        return HealthReport(health=health, detail=str(failure))
    if config.place not in (me.id, str(me.user_id), me.instagram_business_account.id):
        return HealthReport(
            health=Health.AUTH_FAILED,
            detail=f"the token is of {me.id[:40]}, not of {config.place}: take that one's token",
        )
    return await _subscribed(graph, config) if is_page else HealthReport(health=Health.OK)


async def _subscribed(graph: Graph, config: InboxConfig) -> HealthReport:
    """Whether the page sends its events to our app."""
    path = f"{config.place}/subscribed_apps"
    try:
        apps = await graph.get(path, _Apps, fields="id,subscribed_fields")
    except (Unavailable, AnswerLost) as exc:
        return HealthReport(health=Health.DOWN, detail=f"asking for the page's subscriptions: {exc}")
    except Refusal as exc:
        if exc.fault.code in PERMISSION_CODES:
            unseen = "whether the page's events are subscribed can't be seen: pages_manage_metadata is missing"
            return HealthReport(health=Health.OK, detail=unseen)
        failure = explain(exc, "asking for the page's subscriptions")
        health = Health.AUTH_FAILED if isinstance(failure, AuthFailed) else Health.DOWN
        return HealthReport(health=health, detail=str(failure))
    ours = next((one for one in apps.data if str(one.id) == config.app_id), None)
    wanted = ["messages", *(["feed"] if config.comments else [])]
    missing = wanted if ours is None else [one for one in wanted if one not in ours.subscribed_fields]
    if not missing:
        return HealthReport(health=Health.OK)
    return HealthReport(
        health=Health.DOWN,
        detail=f"Meta posts no {' and no '.join(missing)} of this page to the app {config.app_id}: subscribe the page "
        "to them, step 5 of the README",
    )


def _fields(config: InboxConfig) -> str:
    """Instagram's own API and that of pages call the professional account differently."""
    is_of_pages = config.base_url.rstrip("/") == GRAPH_URL
    return "id,instagram_business_account" if is_of_pages else "id,user_id"
