"""The Callback API's server: where VK posts to, told at each start and looked at ever after."""

from typing import Final

import msgspec

from channelhub.sdk.errors import Unavailable
from connectors.vk.client import VERSION, Refusal, Unclear, VkClient
from connectors.vk.config import VkConfig
from connectors.vk.delivery import IGNORED
from connectors.vk.parse import EVENTS
from connectors.vk.rights import without_right

TITLE: Final = "channelhub"  # 14 characters at most
BY_HAND: Final = "or set the server up by hand and put VK's string into confirmation"


class _Code(msgspec.Struct):
    code: str


class _Server(msgspec.Struct):
    id: int
    url: str = ""
    secret_key: str = ""
    status: str = ""  # ok, wait, failed, unconfigured


class _Servers(msgspec.Struct):
    items: tuple[_Server, ...] = ()


class _Added(msgspec.Struct):
    server_id: int


async def confirmation(client: VkClient) -> str:
    """What VK wants to read at the address. Raises Unavailable and AuthFailed."""
    try:
        return (await client.ask("groups.getCallbackConfirmationCode", _Code, {"group_id": client.group_id})).code
    except (Refusal, Unclear) as exc:
        raise _explained(exc) from exc


async def register(client: VkClient, config: VkConfig, url: str) -> None:
    """Have VK post to `url` what we want to hear; other servers of the community are left alone.

    Raises AuthFailed and Unavailable. VK asks for the confirmation while it answers, or soon after.
    """
    try:
        server = await _own(client, url)
        told = {"group_id": client.group_id, "url": url, "title": TITLE, "secret_key": config.secret.reveal()}
        if server is None:
            number = (await client.ask("groups.addCallbackServer", _Added, told)).server_id
        else:
            number = server.id
            if server.secret_key != config.secret.reveal() or server.status not in ("ok", "wait"):
                await client.ask("groups.editCallbackServer", int, told | {"server_id": number})
        wanted = dict.fromkeys(EVENTS, 1) | dict.fromkeys(IGNORED, 0)
        settings = {"group_id": client.group_id, "server_id": number, "api_version": VERSION}
        await client.ask("groups.setCallbackSettings", int, settings | wanted)
    except (Refusal, Unclear) as exc:
        raise _explained(exc) from exc


async def has_stopped(client: VkClient, url: str) -> bool:
    """Whether VK gave up posting to `url`, and so has lost events. Raises AuthFailed and Unavailable."""
    try:
        server = await _own(client, url)
    except (Refusal, Unclear) as exc:
        raise _explained(exc) from exc
    return server is not None and server.status == "failed"


async def fault(client: VkClient, url: str) -> str:
    """What is wrong with the server at VK, or nothing. Raises AuthFailed and Unavailable."""
    try:
        server = await _own(client, url)
    except (Refusal, Unclear) as exc:
        raise _explained(exc) from exc
    if server is None:
        return f"VK doesn't post to {url}: is public_url right, and does the account run?"
    if server.status == "failed":
        return (
            f"VK can't deliver to {url} and has stopped trying: it needs https from the internet, with a certificate "
            "of a public authority"
        )
    if server.status != "ok":
        return f"VK has not yet heard the confirmation from {url}: is it reachable from the internet?"
    return ""


async def _own(client: VkClient, url: str) -> _Server | None:
    servers = await client.ask("groups.getCallbackServers", _Servers, {"group_id": client.group_id})
    return next((one for one in servers.items if one.url == url), None)


def _explained(exc: Refusal | Unclear) -> Exception:
    if isinstance(exc, Refusal) and exc.is_of_rights:
        return without_right(exc, f"manage ({BY_HAND})")
    return Unavailable(str(exc))
