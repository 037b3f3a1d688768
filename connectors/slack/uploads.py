"""Files of ours: their bytes go to an address that Slack names for each; nobody sees them until they are shared."""

from collections.abc import Sequence
from io import BytesIO

import aiohttp
import msgspec

from channelhub.domain.outbound import OutgoingFile
from channelhub.sdk.errors import Unavailable
from connectors.slack.client import SlackClient
from connectors.slack.config import SlackConfig


class _Place(msgspec.Struct, frozen=True):
    """What files.getUploadURLExternal answers."""

    upload_url: str
    file_id: str


class _Shared(msgspec.Struct, frozen=True):
    """files.completeUploadExternal says no more than that it did it."""


async def upload(
    client: SlackClient, config: SlackConfig, http: aiohttp.ClientSession, files: Sequence[OutgoingFile]
) -> list[str]:
    """The files' ids at Slack. Whatever fails here can be tried again. Raises Unavailable, AuthFailed, Rejected."""
    found = []
    for file in files:
        asked = {"filename": file.filename, "length": str(len(file.content))}
        place = await client.look_up("files.getUploadURLExternal", asked, _Place)
        if not place.upload_url.startswith("https:") and not config.base_url.startswith("http:"):
            raise Unavailable("files.getUploadURLExternal: Slack named an address that is not https")
        timeout = aiohttp.ClientTimeout(total=config.request_timeout_s * 3)
        try:
            async with http.post(
                place.upload_url,
                data=BytesIO(file.content),
                headers={"Content-Type": "application/octet-stream"},
                timeout=timeout,
                allow_redirects=False,
            ) as answer:
                if answer.status != 200:
                    raise Unavailable(f"Slack doesn't take the bytes of a file ({answer.status})")
        except (aiohttp.ClientError, TimeoutError) as exc:
            raise Unavailable(f"Slack doesn't take the bytes of a file ({type(exc).__name__})") from exc
        found.append(place.file_id)
    return found


async def share(
    client: SlackClient, ids: Sequence[str], files: Sequence[OutgoingFile], *, channel: str, thread: str
) -> None:
    """Show them in a channel, all together. Raises what `ask` raises."""
    told = [{"id": name, "title": file.filename} for name, file in zip(ids, files, strict=True)]
    fields = {"files": msgspec.json.encode(told).decode(), "channel_id": channel}
    await client.ask("files.completeUploadExternal", fields | ({"thread_ts": thread} if thread else {}), _Shared)
