"""The webhook at X: told at each start, looked at ever after. What X posts is subscribed to by a person."""

from typing import Final

import msgspec

from channelhub.sdk.errors import Rejected, Unavailable
from connectors.x.client import Unclear, XClient

WANTED: Final = ("dm.received", "post.mention.create", "post.reply.create")


class _Hook(msgspec.Struct):
    id: str
    url: str = ""
    valid: bool = False


class _Hooks(msgspec.Struct):
    data: tuple[_Hook, ...] = ()


class _Made(msgspec.Struct):
    data: _Hook


class _State(msgspec.Struct, frozen=True):
    valid: bool = False


class _Checked(msgspec.Struct):
    data: _State = _State()


class _Filter(msgspec.Struct, frozen=True):
    user_id: str = ""


class _Subscription(msgspec.Struct):
    event_type: str = ""
    filter: _Filter = _Filter()
    webhook_id: str = ""


class _Subscriptions(msgspec.Struct):
    data: tuple[_Subscription, ...] = ()


async def register(client: XClient, url: str) -> None:
    """Have X know `url`, and try it. Raises AuthFailed and Unavailable."""
    try:
        hook = await _own(client, url)
        if hook is None:
            hook = (await client.ask("POST", "webhooks", _Made, {"url": url})).data
        elif not hook.valid:
            hook.valid = (await client.ask("PUT", f"webhooks/{hook.id}", _Checked)).data.valid
    except (Rejected, Unclear) as exc:
        raise Unavailable(f"{exc}. {_needs(url)}") from exc
    if not hook.valid:
        raise Unavailable(f"X has tried {url} and got no right answer. {_needs(url)}")


async def fault(client: XClient, url: str, user_id: str) -> str:
    """What is wrong with the webhook at X, or nothing. Raises AuthFailed and Unavailable."""
    try:
        hook = await _own(client, url)
        if hook is None:
            return f"X doesn't post to {url}: is public_url right, and does the account run?"
        if not hook.valid:
            return f"X has stopped posting to {url}, since it got no right answer. {_needs(url)}"
        found = (await client.ask("GET", "activity/subscriptions", _Subscriptions)).data
    except (Rejected, Unclear) as exc:
        raise Unavailable(str(exc)) from exc
    mine = {one.event_type for one in found if one.filter.user_id == user_id and one.webhook_id in ("", hook.id)}
    if missing := [kind for kind in WANTED if kind not in mine]:
        return f"nothing is subscribed for {', '.join(missing)}: do so for webhook {hook.id} (see the README)"
    return ""


async def _own(client: XClient, url: str) -> _Hook | None:
    return next((hook for hook in (await client.ask("GET", "webhooks", _Hooks)).data if hook.url == url), None)


def _needs(url: str) -> str:
    return f"{url} has to be https from the internet, on port 443, with a certificate of a public authority"
